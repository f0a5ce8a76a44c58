package main

import (
	"crypto"
	"crypto/ecdsa"
	"fmt"

	"github.com/emmansun/gmsm/mldsa"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

// mlDSAKey is what gmsm's keys for ML-DSA have in common, whatever their parameters.
type mlDSAKey interface {
	VerifyWithOptions(signature, message []byte, options crypto.SignerOpts) bool
}

// verifyGmsm asks gmsm, whose id of an SM2 signer is the usual one by default. Keys for RSA, NIST's curves and
// Ed25519 it hands to Go's standard library, which is asked by itself.
func verifyGmsm(asked question) (bool, error) {
	key, err := smx509.ParsePKIXPublicKey(asked.PublicKey)
	if err != nil {
		return false, err
	}
	if key, isMLDSA := key.(mlDSAKey); isMLDSA && asked.Scheme == "ML-DSA" {
		options := &mldsa.Options{Context: []byte(asked.Context)}
		return key.VerifyWithOptions(asked.Signature, asked.Message, options), nil
	}
	if key, isEC := key.(*ecdsa.PublicKey); isEC && asked.Scheme == "SM2" && sm2.IsSM2PublicKey(key) {
		return sm2.VerifyASN1WithSM2(key, []byte(asked.SignerID), asked.Message, asked.Signature), nil
	}
	// What gmsm makes of a key: where that is a type of the standard library, it has nothing of its own to verify with.
	return false, fmt.Errorf("%w, which is a %T", noScheme(asked), key)
}
