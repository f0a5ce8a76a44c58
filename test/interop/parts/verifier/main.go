// Verifier says which signatures are valid, each according to the library that is asked for.
//
// Each line of standard input is a question, {"id", "verifier", "scheme", "hash", "key", "context", "signerId",
// "publicKey", "message", "signature"}, the last three in base64 and the key as SubjectPublicKeyInfo. Each line of
// standard output is its answer, {"id", "verdict"}: valid, refused, or unsupported, which says why.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

type question struct {
	ID        string `json:"id"`
	Verifier  string `json:"verifier"`
	Scheme    string `json:"scheme"`
	Hash      string `json:"hash"`
	Key       string `json:"key"`
	Context   string `json:"context"`
	SignerID  string `json:"signerId"`
	PublicKey []byte `json:"publicKey"`
	Message   []byte `json:"message"`
	Signature []byte `json:"signature"`
}

type answer struct {
	ID      string `json:"id"`
	Verdict string `json:"verdict"`
	Reason  string `json:"reason,omitempty"`
}

// A verifier gives an error when it cannot tell, and false for a signature that is not valid.
type verifier func(question) (bool, error)

var verifiers = map[string]verifier{
	"Go":     verifyStandard,
	"circl":  verifyCircl,
	"decred": verifyDecred,
	"gmsm":   verifyGmsm,
}

func main() {
	if err := answerAll(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "verifier:", err)
		os.Exit(1)
	}
}

func answerAll(input io.Reader, output io.Writer) error {
	decoder, encoder := json.NewDecoder(input), json.NewEncoder(output)
	decoder.DisallowUnknownFields()
	for {
		var asked question
		err := decoder.Decode(&asked)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading a question: %w", err)
		}
		verify, found := verifiers[asked.Verifier]
		if !found {
			return fmt.Errorf("there is no verifier %q", asked.Verifier)
		}
		valid, err := verify(asked)
		if err := encoder.Encode(answerTo(asked.ID, valid, err)); err != nil {
			return fmt.Errorf("writing an answer: %w", err)
		}
	}
}

func answerTo(id string, valid bool, err error) answer {
	switch {
	case err != nil:
		return answer{ID: id, Verdict: "unsupported", Reason: err.Error()}
	case valid:
		return answer{ID: id, Verdict: "valid"}
	default:
		return answer{ID: id, Verdict: "refused"}
	}
}

// noScheme is what a verifier says that has the key and not what was done with it.
func noScheme(asked question) error {
	return fmt.Errorf("no scheme %q with a key for %s", asked.Scheme, asked.Key)
}
