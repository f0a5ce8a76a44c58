package main

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

// verifyDecred asks decred's secp256k1, which takes points, and refuses those of other curves.
func verifyDecred(asked question) (bool, error) {
	point, err := pointOf(asked.PublicKey)
	if err != nil {
		return false, err
	}
	key, err := secp256k1.ParsePubKey(point)
	if err != nil {
		return false, err
	}
	if asked.Scheme != "ECDSA" || asked.Key != "secp256k1" {
		return false, noScheme(asked)
	}
	_, digest, err := digestOf(asked)
	if err != nil {
		return false, err
	}
	signature, err := ecdsa.ParseDERSignature(asked.Signature)
	if err != nil {
		return false, nil
	}
	return signature.Verify(digest, key), nil
}

// pointOf takes the key out of its SubjectPublicKeyInfo (RFC 5280 section 4.1).
func pointOf(spki []byte) ([]byte, error) {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		PublicKey asn1.BitString
	}
	rest, err := asn1.Unmarshal(spki, &info)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, errors.New("something follows the key")
	}
	return info.PublicKey.RightAlign(), nil
}
