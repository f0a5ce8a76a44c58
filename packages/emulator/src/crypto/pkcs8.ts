import { DerError, element, Tag, take, takeLast } from './der.js'

/** What a PKCS#8 key (RFC 5958 section 2) says. */
export interface Pkcs8 {
  /** The contents of the object identifiers of its type and, on a curve, of the curve; in hexadecimal. */
  readonly type: string
  readonly curve: string | undefined
  /** The key as its type writes it. */
  readonly privateKey: Buffer
}

const LABEL = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]*)-----END PRIVATE KEY-----/g

/** @throws DerError for what is not one PKCS#8 key as PEM */
export function readPkcs8(pem: string): Pkcs8 {
  const blocks = [...pem.matchAll(LABEL)]
  if (blocks.length !== 1)
    throw new DerError("it should be one block '-----BEGIN PRIVATE KEY-----' (PKCS#8, not encrypted)")
  const der = Buffer.from(blocks[0]?.[1] ?? '', 'base64')
  const body = takeLast(der, Tag.sequence)
  const algorithm = take(take(body, Tag.integer).rest, Tag.sequence)
  const type = take(algorithm.content, Tag.objectIdentifier)
  const { content: privateKey } = take(algorithm.rest, Tag.octetString)
  return { type: type.content.toString('hex'), curve: curveOf(type.rest), privateKey }
}

function curveOf(parameters: Buffer): string | undefined {
  if (parameters[0] !== Tag.objectIdentifier) return undefined
  return take(parameters, Tag.objectIdentifier).content.toString('hex')
}

/** A PKCS#8 key as PEM, for types without parameters. */
export function writePkcs8(type: string, privateKey: Uint8Array): string {
  const der = element(
    Tag.sequence,
    element(Tag.integer, Uint8Array.of(0)),
    element(Tag.sequence, element(Tag.objectIdentifier, Buffer.from(type, 'hex'))),
    element(Tag.octetString, privateKey),
  )
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n')
}

/** A SubjectPublicKeyInfo (RFC 5280 section 4.1), for types without parameters. */
export function writeSpki(type: string, publicKey: Uint8Array): Buffer {
  return element(
    Tag.sequence,
    element(Tag.sequence, element(Tag.objectIdentifier, Buffer.from(type, 'hex'))),
    element(Tag.bitString, Uint8Array.of(0), publicKey),
  )
}

/** The number of a key on a curve, big-endian and as long as the curve's order (RFC 5915 section 3). */
export function readScalar(pem: string): Buffer {
  const body = takeLast(readPkcs8(pem).privateKey, Tag.sequence)
  return take(take(body, Tag.integer).rest, Tag.octetString).content
}

/** The 32 bytes of an Ed25519 key (RFC 8410 section 7). */
export function readEd25519Seed(pem: string): Buffer {
  return takeLast(readPkcs8(pem).privateKey, Tag.octetString)
}

/** The key of a SubjectPublicKeyInfo without its frame. */
export function rawPublicKey(spki: Buffer): Buffer {
  const { rest } = take(takeLast(spki, Tag.sequence), Tag.sequence)
  // The first byte counts the unused bits of the last one: none.
  return takeLast(rest, Tag.bitString).subarray(1)
}
