// Command awskms uses AWS KMS by the package kms/awskms of go.step.sm/crypto, as certificate authorities do. Where the
// service is, and who calls, is in the environment (AWS_ENDPOINT_URL_KMS and so on).
//
//	awskms keys       creates a key of each kind that the package knows, has it sign in every way, and verifies that;
//	                  a line of JSON for each key
//	awskms sign KEY   has a key for ECDSA sign, and prints the name of the error when there is one
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/aws/smithy-go"
	"go.step.sm/crypto/kms/apiv1"
	"go.step.sm/crypto/kms/awskms"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	manager, err := awskms.New(context.Background(), apiv1.Options{})
	if err != nil {
		return fmt.Errorf("the client could not be made: %w", err)
	}
	defer manager.Close()
	switch {
	case len(args) == 1 && args[0] == "keys":
		return useKeys(manager, json.NewEncoder(out))
	case len(args) == 2 && args[0] == "sign":
		return signOnce(manager, args[1], json.NewEncoder(out))
	}
	return errors.New("usage: awskms keys | awskms sign KEY")
}

func useKeys(manager *awskms.KMS, out *json.Encoder) error {
	for _, kind := range kinds {
		report, err := useInTime(manager, kind)
		if err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
		if err := out.Encode(report); err != nil {
			return err
		}
	}
	return nil
}

// signOnce tells an error of the service from every other one, which is returned.
func signOnce(manager *awskms.KMS, key string, out *json.Encoder) error {
	err := signWith(manager, key)
	var refusal smithy.APIError
	if err != nil && !errors.As(err, &refusal) {
		return err
	}
	answer := map[string]string{"error": ""}
	if refusal != nil {
		answer["error"] = refusal.ErrorCode()
		answer["type"] = fmt.Sprintf("%T", refusal)
	}
	return out.Encode(answer)
}
