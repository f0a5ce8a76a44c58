import { createPublicKey, type KeyObject } from 'node:crypto'
import { DerError, DerReader, Tag } from './der.js'
import { hasSmallOrder, isEdwardsPoint } from './edwards-point.js'
import { SigningError } from './error.js'

/** Object identifiers of keys, the content of the element in hexadecimal. */
const EC_PUBLIC_KEY = '2a8648ce3d0201' // RFC 5480 section 2.1.1
const RSA_ENCRYPTION = '2a864886f70d010101' // RFC 3279 section 2.3.1
const RSASSA_PSS = '2a864886f70d01010a' // RFC 4055 section 3.1
const EDWARDS_25519 = '2b6570' // RFC 8410 section 3

/** The first byte of a point that is written with both coordinates (SEC 1 section 2.3.3). */
const UNCOMPRESSED = 4

/** A key that was read, with the one spelling of it. */
export interface Spki {
  readonly keyObject: KeyObject
  readonly der: Uint8Array
}

/**
 * A public key from SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
 *
 * OpenSSL reads keys leniently: bytes after the key, BER, points in four spellings, curves by their parameters.
 * Each would give one key several fingerprints, and a point at infinity ends the process when node:crypto looks at
 * it. So the form is checked before OpenSSL reads it.
 *
 * @throws SigningError `InvalidArgument`
 */
export function readSpki(der: Uint8Array): Spki {
  try {
    assertForm(der)
    const keyObject = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
    return { keyObject, der: keyObject.export({ type: 'spki', format: 'der' }) }
  } catch (cause) {
    const why = cause instanceof DerError ? cause.message : 'it cannot be read'
    throw new SigningError('InvalidArgument', `The public key is malformed: ${why}.`, { cause })
  }
}

function assertForm(der: Uint8Array): void {
  const outer = new DerReader(der)
  const body = new DerReader(outer.read(Tag.sequence))
  outer.end()
  const algorithm = new DerReader(body.read(Tag.sequence))
  const bits = body.read(Tag.bitString)
  body.end()
  // The first byte counts the unused bits of the last.
  if (bits[0] !== 0) throw new DerError('a key that is not made of whole bytes')
  const type = Buffer.from(algorithm.read(Tag.objectIdentifier)).toString('hex')
  assertKey(type, algorithm, bits.subarray(1))
}

function assertKey(type: string, parameters: DerReader, key: Uint8Array): void {
  if (type === EC_PUBLIC_KEY) assertPoint(parameters, key)
  else if (type === RSA_ENCRYPTION || type === RSASSA_PSS) assertRsa(key)
  else if (type === EDWARDS_25519) assertEdwardsPoint(key)
}

function assertEdwardsPoint(key: Uint8Array): void {
  if (!isEdwardsPoint(key)) throw new DerError('not a point of its curve')
  if (hasSmallOrder(key)) throw new DerError('a point of small order, for which anybody can sign')
}

/** The curve by its name and both coordinates; that the point is on the curve is checked by OpenSSL. */
function assertPoint(parameters: DerReader, point: Uint8Array): void {
  parameters.read(Tag.objectIdentifier)
  parameters.end()
  if (point[0] !== UNCOMPRESSED) throw new DerError('a point that is not written with both coordinates')
}

function assertRsa(key: Uint8Array): void {
  const outer = new DerReader(key)
  const numbers = new DerReader(outer.read(Tag.sequence))
  outer.end()
  const modulus = numbers.readPositiveInteger()
  numbers.readPositiveInteger()
  numbers.end()
  if ((modulus.at(-1) ?? 0) % 2 === 0) throw new DerError('a modulus that is even')
}
