package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"go.step.sm/crypto/kms/apiv1"
	"go.step.sm/crypto/kms/awskms"
)

var message = []byte("Q3: 4,711 units")

// A report says what was done with a key, and that all of it was found valid. Bytes are base64.
type report struct {
	Kind       string      `json:"kind"`
	KeyID      string      `json:"keyId"`
	PublicKey  []byte      `json:"publicKey"`
	Signatures []signature `json:"signatures"`
}

// A signature is of the message, in each of the forms that it can have.
type signature struct {
	Scheme      string `json:"scheme"`
	Bytes       []byte `json:"bytes"`
	Certificate []byte `json:"certificate"`
	Request     []byte `json:"request"`
}

// attempts is how often a kind of key is tried, where the service was not in time.
const attempts = 4

// useInTime gives the service more time than the 15 seconds that the package waits for an answer: how long it takes to make
// a key of RSA is a matter of chance.
func useInTime(manager *awskms.KMS, kind kind) (*report, error) {
	for attempt := 1; ; attempt++ {
		done, err := use(manager, kind)
		if attempt == attempts || !errors.Is(err, context.DeadlineExceeded) {
			return done, err
		}
	}
}

func use(manager *awskms.KMS, kind kind) (*report, error) {
	created, err := manager.CreateKey(&apiv1.CreateKeyRequest{
		Name:               "awskms:name=" + strings.ReplaceAll(kind.name, " ", "-"),
		SignatureAlgorithm: kind.algorithm,
		Bits:               kind.bits,
	})
	if err != nil {
		return nil, err
	}
	signer, err := manager.CreateSigner(&created.CreateSignerRequest)
	if err != nil {
		return nil, err
	}
	spki, err := samePublicKey(manager, created, signer)
	if err != nil {
		return nil, err
	}
	done := &report{Kind: kind.name, KeyID: strings.TrimPrefix(created.Name, "awskms:key-id="), PublicKey: spki}
	for _, scheme := range kind.schemes {
		made, err := signAll(signer, scheme)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", scheme.name, err)
		}
		done.Signatures = append(done.Signatures, *made)
	}
	return done, nil
}

// samePublicKey returns the key that is told three times: when it is created, when it is asked for, and by the signer.
func samePublicKey(manager *awskms.KMS, created *apiv1.CreateKeyResponse, signer crypto.Signer) ([]byte, error) {
	asked, err := manager.GetPublicKey(&apiv1.GetPublicKeyRequest{Name: created.Name})
	if err != nil {
		return nil, err
	}
	first, err := x509.MarshalPKIXPublicKey(created.PublicKey)
	if err != nil {
		return nil, err
	}
	for _, key := range []crypto.PublicKey{asked, signer.Public()} {
		other, err := x509.MarshalPKIXPublicKey(key)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(first, other) {
			return nil, fmt.Errorf("the key is told as %x and as %x", first, other)
		}
	}
	return first, nil
}

func signAll(signer crypto.Signer, scheme scheme) (*signature, error) {
	made, err := signer.Sign(rand.Reader, inputOf(message, scheme), scheme.options)
	if err != nil {
		return nil, err
	}
	if err := verifyBoth(signer.Public(), scheme, made); err != nil {
		return nil, err
	}
	certificate, err := certify(signer, scheme)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	request, err := requestCertificate(signer, scheme)
	if err != nil {
		return nil, fmt.Errorf("certificate request: %w", err)
	}
	return &signature{scheme.name, made, certificate, request}, nil
}

// inputOf returns what a crypto.Signer is given: the digest, where there is a hash.
func inputOf(message []byte, scheme scheme) []byte {
	hash := scheme.options.HashFunc()
	if hash == 0 {
		return message
	}
	digest := hash.New()
	digest.Write(message)
	return digest.Sum(nil)
}

// signWith has a key for ECDSA sign, and verifies that.
func signWith(manager *awskms.KMS, key string) error {
	signer, err := manager.CreateSigner(&apiv1.CreateSignerRequest{SigningKey: "awskms:key-id=" + key})
	if err != nil {
		return err
	}
	digest := sha256.Sum256(message)
	made, err := signer.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return err
	}
	return verifyBoth(signer.Public(), scheme{"ECDSA SHA-256", crypto.SHA256, x509.ECDSAWithSHA256}, made)
}
