package main

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"
)

var subject = pkix.Name{CommonName: "Signport interop"}

// certify issues a certificate of an authority for its own key, and looks at it as a client would that trusts it.
func certify(signer crypto.Signer, scheme scheme) ([]byte, error) {
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(4711),
		Subject:               subject,
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(time.Hour),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		SignatureAlgorithm:    scheme.certificate,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	if certificate.SignatureAlgorithm != scheme.certificate {
		return nil, fmt.Errorf("it is signed by %s", certificate.SignatureAlgorithm)
	}
	return der, certificate.CheckSignatureFrom(certificate)
}

// requestCertificate makes a request that proves to have the key.
func requestCertificate(signer crypto.Signer, scheme scheme) ([]byte, error) {
	template := &x509.CertificateRequest{Subject: subject, SignatureAlgorithm: scheme.certificate}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, signer)
	if err != nil {
		return nil, err
	}
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return nil, err
	}
	return der, request.CheckSignature()
}
