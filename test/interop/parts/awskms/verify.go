package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
)

// verifyBoth says that a signature is one of the message, and of no other.
func verifyBoth(key crypto.PublicKey, scheme scheme, signature []byte) error {
	if err := verify(key, scheme, inputOf(message, scheme), signature); err != nil {
		return fmt.Errorf("the signature is not valid: %w", err)
	}
	if verify(key, scheme, inputOf([]byte("another message"), scheme), signature) == nil {
		return errors.New("the signature is valid for another message, too")
	}
	return nil
}

// verify asks the standard library.
func verify(key crypto.PublicKey, scheme scheme, input, signature []byte) error {
	switch key := key.(type) {
	case *rsa.PublicKey:
		if options, ok := scheme.options.(*rsa.PSSOptions); ok {
			return rsa.VerifyPSS(key, options.Hash, input, signature, options)
		}
		return rsa.VerifyPKCS1v15(key, scheme.options.HashFunc(), input, signature)
	case *ecdsa.PublicKey:
		return when(ecdsa.VerifyASN1(key, input, signature))
	case ed25519.PublicKey:
		return when(ed25519.Verify(key, input, signature))
	}
	return fmt.Errorf("nothing here verifies by a %T", key)
}

func when(valid bool) error {
	if valid {
		return nil
	}
	return errors.New("verification failed")
}
