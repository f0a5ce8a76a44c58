package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"fmt"
)

var hashes = map[string]crypto.Hash{
	"SHA-256": crypto.SHA256,
	"SHA-384": crypto.SHA384,
	"SHA-512": crypto.SHA512,
}

// verifyStandard asks Go's standard library.
func verifyStandard(asked question) (bool, error) {
	key, err := x509.ParsePKIXPublicKey(asked.PublicKey)
	if err != nil {
		return false, err
	}
	switch key := key.(type) {
	case *rsa.PublicKey:
		return verifyRSA(key, asked)
	case *ecdsa.PublicKey:
		return verifyECDSA(key, asked)
	case ed25519.PublicKey:
		return verifyEd25519(key, asked)
	default:
		return false, fmt.Errorf("nothing here verifies with a %T", key)
	}
}

func verifyRSA(key *rsa.PublicKey, asked question) (bool, error) {
	hash, digest, err := digestOf(asked)
	if err != nil {
		return false, err
	}
	switch asked.Scheme {
	case "RSASSA-PKCS1-v1_5":
		err = rsa.VerifyPKCS1v15(key, hash, digest, asked.Signature)
	case "RSASSA-PSS":
		options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
		err = rsa.VerifyPSS(key, hash, digest, asked.Signature, options)
	default:
		return false, noScheme(asked)
	}
	if errors.Is(err, rsa.ErrVerification) {
		return false, nil
	}
	return err == nil, err
}

func verifyECDSA(key *ecdsa.PublicKey, asked question) (bool, error) {
	if name := key.Curve.Params().Name; asked.Scheme != "ECDSA" || name != asked.Key {
		return false, noScheme(asked)
	}
	_, digest, err := digestOf(asked)
	if err != nil {
		return false, err
	}
	return ecdsa.VerifyASN1(key, digest, asked.Signature), nil
}

func verifyEd25519(key ed25519.PublicKey, asked question) (bool, error) {
	switch asked.Scheme {
	case "Ed25519":
		return ed25519.Verify(key, asked.Message, asked.Signature), nil
	case "Ed25519ph":
		digest := sha512.Sum512(asked.Message)
		options := &ed25519.Options{Hash: crypto.SHA512}
		return ed25519.VerifyWithOptions(key, digest[:], asked.Signature, options) == nil, nil
	default:
		return false, noScheme(asked)
	}
}

func digestOf(asked question) (crypto.Hash, []byte, error) {
	hash, found := hashes[asked.Hash]
	if !found {
		return 0, nil, fmt.Errorf("no hash %q", asked.Hash)
	}
	state := hash.New()
	state.Write(asked.Message)
	return hash, state.Sum(nil), nil
}
