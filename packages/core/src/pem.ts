import { createPublicKey } from 'node:crypto'
import { DerReader, Tag } from './der.js'
import { SigningError } from './error.js'
import { printable } from './text.js'

/**
 * Narrower than RFC 7468 section 3, and as wide as the labels that there are: a boundary that lost its end must not take
 * the key after it for its label, which messages show.
 */
const LABEL = /-----BEGIN ([A-Z0-9 #]{1,40})-----/g

/**
 * The labels of the PEM blocks in a text, in their order (RFC 7468 section 2): at most 40 capitals, digits and spaces each,
 * fit for a message.
 */
export function pemLabels(text: string): string[] {
  return Array.from(text.matchAll(LABEL), ([, label]) => label ?? '')
}

const invalid = (message: string, cause?: unknown) => new SigningError('InvalidArgument', message, { cause })

/**
 * The SPKI of the one public key of a PEM text, `PUBLIC KEY` (SPKI) or `RSA PUBLIC KEY` (PKCS#1).
 * A certificate or a private key is refused: which key somebody trusts must be said, not derived.
 */
export function readPem(text: string): Uint8Array {
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
  const der = pemContent(text, label)
  if (!der) throw invalid('The public key is malformed: its PEM cannot be decoded.')
  return label === 'PUBLIC KEY' ? der : spkiOfPkcs1(der)
}

/**
 * The bytes between the boundaries of a block (RFC 7468 section 3): base64 and white space, nothing else; undefined
 * for what is not.
 */
export function pemContent(text: string, label: string): Uint8Array | undefined {
  const block = new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`).exec(text)
  const base64 = (block?.[1] ?? '').replace(/\s/g, '')
  const der = Buffer.from(base64, 'base64')
  return der.length > 0 && der.toString('base64') === base64 ? der : undefined
}

/** A block of PEM, with a newline at its end. */
export function encodePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

function spkiOfPkcs1(der: Uint8Array): Uint8Array {
  try {
    const reader = new DerReader(der)
    reader.read(Tag.sequence)
    reader.end()
    const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'pkcs1' })
    return key.export({ type: 'spki', format: 'der' })
  } catch (cause) {
    throw invalid('The public key is malformed: its PEM holds no PKCS#1 key.', cause)
  }
}
