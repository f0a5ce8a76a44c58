import { generateKeyPairSync } from 'node:crypto'
import forge from 'node-forge'

/** A key, and a certificate for this machine that it has signed itself, both as PEM. */
export interface Identity {
  readonly key: string
  readonly cert: string
}

const DAY_MS = 24 * 60 * 60 * 1000

/** The kind of an address among the names of a certificate (RFC 5280 section 4.2.1.6). */
const IP_ADDRESS = 7

/** Whoever trusts the certificate trusts this one server, for a day. */
export function makeIdentity(): Identity {
  const { privateKey: key, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const certificate = forge.pki.createCertificate()
  certificate.serialNumber = '01'
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  certificate.validity.notBefore = new Date(Date.now() - DAY_MS)
  certificate.validity.notAfter = new Date(Date.now() + DAY_MS)
  const name = [{ name: 'commonName', value: 'Bench' }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true },
    { name: 'subjectAltName', altNames: [{ type: IP_ADDRESS, ip: '127.0.0.1' }] },
  ])
  certificate.sign(forge.pki.privateKeyFromPem(key), forge.md.sha256.create())
  return { key, cert: forge.pki.certificateToPem(certificate) }
}
