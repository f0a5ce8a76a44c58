import { createPrivateKey, type KeyObject } from 'node:crypto'
import { DerReader, derElement, derInteger, ML_DSA, type MlDsaKind, Tag } from '@signport/core/kit'

/** What a PKCS#8 key (RFC 5958 section 2) says: its type, and the key as that type writes it. */
export interface Pkcs8 {
  /** The content of the object identifier in hexadecimal. */
  readonly oid: string
  readonly privateKey: Uint8Array
}

/** @throws DerError */
export function readPkcs8(der: Uint8Array): Pkcs8 {
  const outer = new DerReader(der)
  const body = new DerReader(outer.read(Tag.sequence))
  outer.end()
  body.read(Tag.integer)
  const algorithm = new DerReader(body.read(Tag.sequence))
  const oid = Buffer.from(algorithm.read(Tag.objectIdentifier)).toString('hex')
  // Attributes and the public key may follow.
  return { oid, privateKey: body.read(Tag.octetString) }
}

/** An ML-DSA key in the form that is only its seed (RFC 9881 section 6), which OpenSSL 3.5 and Node 24 read. */
export function pkcs8OfSeed(kind: MlDsaKind, seed: Uint8Array): Uint8Array {
  const oid = derElement(Tag.objectIdentifier, Buffer.from(ML_DSA[kind].oid, 'hex'))
  return derElement(
    Tag.sequence,
    derInteger(Uint8Array.of(0)),
    derElement(Tag.sequence, oid),
    derElement(Tag.octetString, derElement(Tag.contextZero, seed)),
  )
}

/**
 * The plain RSA key inside an id-RSASSA-PSS key: it has the same numbers, but node:crypto refuses it wherever PSS is
 * not done by OpenSSL itself.
 */
export function plainRsaKey(key: KeyObject): KeyObject {
  const { privateKey } = readPkcs8(exportPkcs8(key))
  return createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs1' })
}

/** The number of a key on a curve, big-endian, as long as the curve's order (RFC 5915 section 3). */
export function readScalar(key: KeyObject): Uint8Array {
  const body = new DerReader(new DerReader(readPkcs8(exportPkcs8(key)).privateKey).read(Tag.sequence))
  body.read(Tag.integer)
  return body.read(Tag.octetString)
}

/** The 32 bytes of an Ed25519 key (RFC 8410 section 7). */
export function readEd25519Seed(key: KeyObject): Uint8Array {
  return new DerReader(readPkcs8(exportPkcs8(key)).privateKey).read(Tag.octetString)
}

export const exportPkcs8 = (key: KeyObject): Buffer => key.export({ type: 'pkcs8', format: 'der' })
