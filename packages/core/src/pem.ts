import { createPublicKey, type KeyObject } from 'node:crypto'
import { SigningError } from './error.js'
import { printable } from './text.js'

const LABEL = /-----BEGIN ([^-\r\n]+)-----/g

/** The labels of the PEM blocks in a text, in their order (RFC 7468 section 2). */
export function pemLabels(text: string): string[] {
  return Array.from(text.matchAll(LABEL), ([, label]) => label ?? '')
}

const invalid = (message: string, cause?: unknown) => new SigningError('InvalidArgument', message, { cause })

/**
 * The one public key of a PEM text, `PUBLIC KEY` (SPKI) or `RSA PUBLIC KEY` (PKCS#1).
 * A certificate or a private key is refused: which key somebody trusts must be said, not derived.
 */
export function readPem(text: string): KeyObject {
  const labels = pemLabels(text)
  const [label] = labels
  if (label === undefined) throw invalid('The public key is neither PEM, a JWK nor DER.')
  if (labels.length > 1) throw invalid(`Expected one public key, but the PEM holds ${labels.length} blocks.`)
  if (label.includes('PRIVATE KEY')) throw invalid('Expected a public key, but the PEM holds a private one.')
  if (label === 'CERTIFICATE')
    throw invalid(
      'Expected a public key, but the PEM holds a certificate: openssl x509 -in FILE -pubkey -noout prints its key.',
    )
  if (label !== 'PUBLIC KEY' && label !== 'RSA PUBLIC KEY')
    throw invalid(`Expected PUBLIC KEY in the PEM, not ${printable(label)}.`)
  try {
    return createPublicKey({ key: text, format: 'pem' })
  } catch (cause) {
    throw invalid('The public key is malformed: its PEM cannot be decoded to a key.', cause)
  }
}
