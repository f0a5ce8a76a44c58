package main

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"

	"go.step.sm/crypto/kms/apiv1"
)

// A scheme is a way to sign, as crypto.Signer is asked for it and as certificates call it.
type scheme struct {
	name        string
	options     crypto.SignerOpts
	certificate x509.SignatureAlgorithm
}

// A kind of key, by what the package is asked for to make one.
type kind struct {
	name      string
	algorithm apiv1.SignatureAlgorithm
	bits      int
	schemes   []scheme
}

func pss(hash crypto.Hash) *rsa.PSSOptions {
	return &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}
}

var rsaSchemes = []scheme{
	{"PKCS1 SHA-256", crypto.SHA256, x509.SHA256WithRSA},
	{"PKCS1 SHA-384", crypto.SHA384, x509.SHA384WithRSA},
	{"PKCS1 SHA-512", crypto.SHA512, x509.SHA512WithRSA},
	{"PSS SHA-256", pss(crypto.SHA256), x509.SHA256WithRSAPSS},
	{"PSS SHA-384", pss(crypto.SHA384), x509.SHA384WithRSAPSS},
	{"PSS SHA-512", pss(crypto.SHA512), x509.SHA512WithRSAPSS},
}

func ecdsaSchemes(hash crypto.Hash, certificate x509.SignatureAlgorithm) []scheme {
	return []scheme{{"ECDSA " + hash.String(), hash, certificate}}
}

// kinds are all that the package knows with the oldest Go that it is built by: ML-DSA takes Go 1.27.
var kinds = []kind{
	{"RSA 2048", apiv1.SHA256WithRSA, 2048, rsaSchemes},
	{"RSA 3072", apiv1.SHA384WithRSAPSS, 3072, rsaSchemes},
	{"RSA 4096", apiv1.SHA512WithRSA, 4096, rsaSchemes},
	{"RSA", apiv1.SHA256WithRSAPSS, 0, rsaSchemes},
	{"P-256", apiv1.ECDSAWithSHA256, 0, ecdsaSchemes(crypto.SHA256, x509.ECDSAWithSHA256)},
	{"P-384", apiv1.ECDSAWithSHA384, 0, ecdsaSchemes(crypto.SHA384, x509.ECDSAWithSHA384)},
	{"P-521", apiv1.ECDSAWithSHA512, 0, ecdsaSchemes(crypto.SHA512, x509.ECDSAWithSHA512)},
	{"Ed25519", apiv1.PureEd25519, 0, []scheme{{"Ed25519", crypto.Hash(0), x509.PureEd25519}}},
	{"usual", apiv1.UnspecifiedSignAlgorithm, 0, ecdsaSchemes(crypto.SHA256, x509.ECDSAWithSHA256)},
}
