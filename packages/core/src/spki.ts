import { createPublicKey, type KeyObject } from 'node:crypto'
import type { KeyKind } from './algorithm.js'
import { DerError, DerReader, derElement, Tag } from './der.js'
import { hasSmallOrder, isEdwardsPoint } from './edwards-point.js'
import { SigningError } from './error.js'
import { isMlDsa, ML_DSA, type MlDsaKind, mlDsaOfOid } from './ml-dsa.js'

/** Object identifiers of keys, the content of the element in hexadecimal. */
const EC_PUBLIC_KEY = '2a8648ce3d0201' // RFC 5480 section 2.1.1
const RSA_ENCRYPTION = '2a864886f70d010101' // RFC 3279 section 2.3.1
const RSASSA_PSS = '2a864886f70d01010a' // RFC 4055 section 3.1
const EDWARDS_25519 = '2b6570' // RFC 8410 section 3

/** The first byte of a point that is written with both coordinates (SEC 1 section 2.3.3). */
const UNCOMPRESSED = 4

/** The curve of SM2 (GM/T 0006-2012), which has no name in node:crypto. */
const SM2_CURVE = '2a811ccf5501822d'

/** A key that was read, with the one spelling of it. */
export interface Spki {
  readonly der: Uint8Array
  /** The key itself, as its kind of key is written: a point, a number, an RSAPublicKey. */
  readonly raw: Uint8Array
  /** Absent where this runtime does not know the kind of key. */
  readonly keyObject?: KeyObject
  /** The kind, where node:crypto does not tell. */
  readonly kind?: KeyKind
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
    const { kind, raw } = readForm(der)
    const keyObject = kind && isMlDsa(kind) ? nativeKey(der) : importKey(der)
    return {
      // Written anew where that can be done: the parameters of RSA have more spellings than one.
      der: Uint8Array.from(keyObject ? keyObject.export({ type: 'spki', format: 'der' }) : der),
      raw: Uint8Array.from(raw),
      ...(kind && { kind }),
      ...(keyObject && { keyObject }),
    }
  } catch (cause) {
    const why = cause instanceof DerError ? cause.message : 'it cannot be read'
    throw new SigningError('InvalidArgument', `The public key is malformed: ${why}.`, { cause })
  }
}

/** The SPKI of an ML-DSA key (RFC 9881 section 4). */
export function spkiOfMlDsa(kind: MlDsaKind, raw: Uint8Array): Uint8Array {
  const oid = derElement(Tag.objectIdentifier, Buffer.from(ML_DSA[kind].oid, 'hex'))
  const bits = derElement(Tag.bitString, Uint8Array.of(0), raw)
  return derElement(Tag.sequence, derElement(Tag.sequence, oid), bits)
}

const importKey = (der: Uint8Array) => createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })

/** An ML-DSA key, whose form has been checked: what fails here is that Node 20 does not have the algorithm. */
function nativeKey(der: Uint8Array): KeyObject | undefined {
  try {
    return importKey(der)
  } catch {
    return undefined
  }
}

function readForm(der: Uint8Array): { kind: KeyKind | undefined; raw: Uint8Array } {
  const outer = new DerReader(der)
  const body = new DerReader(outer.read(Tag.sequence))
  outer.end()
  const algorithm = new DerReader(body.read(Tag.sequence))
  const bits = body.read(Tag.bitString)
  body.end()
  // The first byte counts the unused bits of the last.
  if (bits[0] !== 0) throw new DerError('a key that is not made of whole bytes')
  const raw = bits.subarray(1)
  return { kind: checkedKind(readOid(algorithm), algorithm, raw), raw }
}

const readOid = (reader: DerReader) => Buffer.from(reader.read(Tag.objectIdentifier)).toString('hex')

/** Checks a key by its type; the result is the kind where node:crypto does not tell it. */
function checkedKind(type: string, parameters: DerReader, key: Uint8Array): KeyKind | undefined {
  const mlDsa = mlDsaOfOid(type)
  if (mlDsa) return checkedMlDsa(mlDsa, parameters, key)
  if (type === EC_PUBLIC_KEY) return assertPoint(parameters, key) === SM2_CURVE ? 'SM2' : undefined
  if (type === RSA_ENCRYPTION || type === RSASSA_PSS) assertRsa(key)
  else if (type === EDWARDS_25519) assertEdwardsPoint(key)
  return undefined
}

function checkedMlDsa(kind: MlDsaKind, parameters: DerReader, key: Uint8Array): MlDsaKind {
  parameters.end()
  const { publicKeyBytes } = ML_DSA[kind]
  if (key.length !== publicKeyBytes)
    throw new DerError(`a key of ${key.length} bytes instead of ${publicKeyBytes}`)
  return kind
}

/** The curve by its name and both coordinates; that the point is on the curve is checked by OpenSSL. Gives the curve. */
function assertPoint(parameters: DerReader, point: Uint8Array): string {
  const curve = readOid(parameters)
  parameters.end()
  if (point[0] !== UNCOMPRESSED) throw new DerError('a point that is not written with both coordinates')
  return curve
}

function assertEdwardsPoint(key: Uint8Array): void {
  if (!isEdwardsPoint(key)) throw new DerError('not a point of its curve')
  if (hasSmallOrder(key)) throw new DerError('a point of small order, for which anybody can sign')
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
