import { types } from 'node:util'
import type { Algorithm, EcdsaAlgorithm, Sm2Algorithm } from './algorithm.js'
import { toDer, toP1363 } from './ecdsa-signature.js'
import { SigningError } from './error.js'
import { RSA_BITS } from './key-kind.js'
import type { PublicKey } from './public-key.js'
import type { SignatureEncoding } from './signature.js'
import { typeName } from './text.js'

/*
 * Inside core a signature has one layout: r ‖ s for ECDSA and SM2, and for every other algorithm the only one there is.
 * These functions lead in from a service or a caller, and out in the encoding asked for.
 */

/** The encoding in which an algorithm's signatures leave, given what was asked for ECDSA. */
export function encodingOf(algorithm: Algorithm, asked: 'der' | 'ieee-p1363'): SignatureEncoding {
  if (algorithm.scheme === 'sm2') return 'der'
  return algorithm.scheme === 'ecdsa' ? asked : 'raw'
}

/** Whether the signature is a pair of numbers, r and s. */
function isPair(algorithm: Algorithm): algorithm is EcdsaAlgorithm | Sm2Algorithm {
  return algorithm.scheme === 'ecdsa' || algorithm.scheme === 'sm2'
}

/** A signature in the layout asked for; `signature` is in the one layout of core. */
export function encodeSignature(
  algorithm: Algorithm,
  signature: Uint8Array,
  encoding: SignatureEncoding,
): Uint8Array {
  return isPair(algorithm) && encoding === 'der' ? toDer(signature, algorithm.scalarBytes) : signature
}

/** A caller's signature, its length not checked yet; undefined for what is not laid out as it says, and so is invalid. */
export function decodeSignature(
  algorithm: Algorithm,
  signature: Uint8Array,
  encoding: SignatureEncoding,
): Uint8Array | undefined {
  if (!isPair(algorithm)) return encoding === 'raw' ? signature : undefined
  if (encoding === 'der') return strictDer(signature, algorithm.scalarBytes)
  return encoding === 'ieee-p1363' && isPairOf(signature, algorithm.scalarBytes) ? signature : undefined
}

/** Whether a signature in the one layout of core is as long as every signature of the key is. */
export function hasLength(algorithm: Algorithm, key: PublicKey, signature: Uint8Array): boolean {
  return signature.length === lengthOf(algorithm, key)
}

/**
 * A service's signature: DER, exactly r ‖ s, or r ‖ s with one recovery byte for ECDSA; the exact length for others.
 *
 * @param encoding what the service promises, if it does
 * @param key the modulus gives the length; without a key any permitted length will do
 * @returns a copy: what is checked later is what leaves, whatever the provider does with its buffer
 * @throws SigningError `InvalidResponse`
 */
export function readServiceSignature(
  algorithm: Algorithm,
  signature: Uint8Array,
  encoding: SignatureEncoding | undefined,
  key: PublicKey | undefined,
): Uint8Array {
  const invalid = (what: string) =>
    new SigningError('InvalidResponse', `The service returned no ${algorithm.name} signature, but ${what}.`)
  if (!types.isUint8Array(signature)) throw invalid(typeName(signature))
  const copy = new Uint8Array(signature)
  const read = isPair(algorithm)
    ? servicePair(algorithm.scalarBytes, copy, encoding)
    : rightLength(algorithm, copy, key)
  if (read) return read
  const why = isPair(algorithm) ? ' that are neither DER nor r and s' : ', a wrong length'
  throw invalid(`${copy.length} bytes${why}`)
}

function servicePair(
  scalarBytes: number,
  signature: Uint8Array,
  encoding?: SignatureEncoding,
): Uint8Array | undefined {
  const der = encoding === 'ieee-p1363' ? undefined : strictDer(signature, scalarBytes)
  if (der || encoding === 'der') return der
  const excess = signature.length - 2 * scalarBytes
  const pair = excess === 1 ? signature.slice(0, 2 * scalarBytes) : signature
  return isPairOf(pair, scalarBytes) ? pair : undefined
}

/** r ‖ s of the right length, neither of them zero, which no signature has and DER refuses. */
function isPairOf(signature: Uint8Array, scalarBytes: number): boolean {
  const [r, s] = [signature.subarray(0, scalarBytes), signature.subarray(scalarBytes)]
  return signature.length === 2 * scalarBytes && [r, s].every((scalar) => scalar.some((byte) => byte !== 0))
}

function rightLength(algorithm: Algorithm, signature: Uint8Array, key?: PublicKey): Uint8Array | undefined {
  const { length } = signature
  const right =
    key || algorithm.key !== 'RSA'
      ? length === lengthOf(algorithm, key)
      : length >= RSA_BITS.min / 8 && length <= RSA_BITS.max / 8
  return right ? signature : undefined
}

function strictDer(signature: Uint8Array, scalarBytes: number): Uint8Array | undefined {
  try {
    return toP1363(signature, scalarBytes)
  } catch (error) {
    if (SigningError.is(error, 'InvalidArgument')) return undefined
    throw error
  }
}

/** The length of a signature in the one layout of core, in bytes. */
function lengthOf(algorithm: Algorithm, key?: PublicKey): number {
  if ('scalarBytes' in algorithm) return 2 * algorithm.scalarBytes
  if ('signatureBytes' in algorithm) return algorithm.signatureBytes
  return Math.ceil((key?.modulusBits ?? 0) / 8)
}
