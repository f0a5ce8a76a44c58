package main

import (
	"github.com/cloudflare/circl/pki"
	"github.com/cloudflare/circl/sign"
	"github.com/cloudflare/circl/sign/ed25519"
)

// verifyCircl asks circl, which knows keys by their identifiers.
func verifyCircl(asked question) (bool, error) {
	key, err := pki.UnmarshalPKIXPublicKey(asked.PublicKey)
	if err != nil {
		return false, err
	}
	scheme := key.Scheme()
	switch {
	case scheme.Name() != asked.Key:
		return false, noScheme(asked)
	case asked.Scheme == "Ed25519" || asked.Scheme == "ML-DSA":
		options := &sign.SignatureOpts{Context: asked.Context}
		return scheme.Verify(key, asked.Message, asked.Signature, options), nil
	case asked.Scheme == "Ed25519ph":
		raw, err := key.MarshalBinary()
		if err != nil {
			return false, err
		}
		return ed25519.VerifyPh(raw, asked.Message, asked.Signature, ""), nil
	default:
		return false, noScheme(asked)
	}
}
