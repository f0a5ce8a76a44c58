import { randomBytes } from 'node:crypto'
import forge from 'node-forge'
import type { RsaPair } from './rsa-pair.js'

/** What a certificate says. */
export interface CertificateOptions {
  /** Whose key it is. */
  readonly commonName: string
  readonly publicKey: forge.pki.rsa.PublicKey
  readonly notBefore: Date
  readonly notAfter: Date
  readonly extensions: object[]
  /** Who signs it. */
  readonly issuer: { readonly commonName: string; readonly pair: RsaPair }
}

/** Makes a certificate (RFC 5280), signed with SHA-256. */
export function issueCertificate(options: CertificateOptions): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate()
  certificate.serialNumber = serialNumber()
  certificate.publicKey = options.publicKey
  certificate.validity.notBefore = options.notBefore
  certificate.validity.notAfter = options.notAfter
  certificate.setSubject(nameOf(options.commonName))
  certificate.setIssuer(nameOf(options.issuer.commonName))
  certificate.setExtensions(options.extensions)
  certificate.sign(options.issuer.pair.privateKey, forge.md.sha256.create())
  return certificate
}

/** Positive and not zero, as section 4.1.2.2 asks for. */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString('hex')
}

function nameOf(commonName: string): forge.pki.CertificateField[] {
  return [
    { name: 'organizationName', value: 'Signport' },
    { name: 'commonName', value: commonName },
  ]
}
