import { createHash, type KeyObject } from 'node:crypto'
import type { AlgorithmName } from '@signport/core'

/** The hash of bytes, by node:crypto. */
export function hashOf(hash: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const hasher = createHash(hash, hash === 'shake256' ? { outputLength: 64 } : {})
  for (const part of parts) hasher.update(part)
  return Uint8Array.from(hasher.digest())
}

const HASHES: Partial<Record<AlgorithmName, string>> = {
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
  PS256: 'sha256',
  PS384: 'sha384',
  PS512: 'sha512',
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
  ES256K: 'sha256',
  Ed25519ph: 'sha512',
  'Ed25519ph-SHA512': 'sha512',
}

/** The lengths of the public keys of ML-DSA in bytes (FIPS 204 table 2): what their SPKI ends with. */
const ML_DSA_KEY_BYTES = [1312, 1952, 2592]

/** pk of ML-DSA, which fills the SPKI but for its first 22 bytes. */
export function mlDsaKey(spki: Uint8Array): Uint8Array {
  const key = Uint8Array.from(spki.subarray(22))
  if (ML_DSA_KEY_BYTES.includes(key.length)) return key
  throw new TypeError(`No public key of ML-DSA is ${key.length} bytes long.`)
}

/**
 * The digest of a message that an algorithm signs in its place: a hash, SM3(Z ‖ M) of SM2, mu of ML-DSA with an empty
 * context.
 *
 * @param key as node:crypto has it, or the SPKI for ML-DSA
 */
export function oracleDigest(
  algorithm: AlgorithmName,
  key: { spki: Uint8Array; native: () => KeyObject },
  message: Uint8Array,
): Uint8Array {
  const hash = HASHES[algorithm]
  if (hash) return hashOf(hash, message)
  if (algorithm === 'SM2') return hashOf('sm3', prefixOf(key.native()), message)
  if (algorithm === 'Ed25519') throw new TypeError('Ed25519 has no digest.')
  // FIPS 204 algorithm 7, step 6: the hash of pk, then M' = 0 ‖ length of the context ‖ context ‖ M.
  return hashOf('shake256', hashOf('shake256', mlDsaKey(key.spki)), Uint8Array.of(0, 0), message)
}

/** GB/T 32918.2 section 5.5 with the id 1234567812345678: its bits, the id, a, b, the base point. */
const SM2_BEFORE_KEY = Buffer.from(
  '0080' +
    '31323334353637383132333435363738' +
    'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc' +
    '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93' +
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7' +
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
  'hex',
)

/** Z of SM2, which is hashed before the message. */
export function prefixOf(key: KeyObject): Uint8Array {
  const point = key.export({ format: 'der', type: 'spki' }).subarray(-64)
  return hashOf('sm3', SM2_BEFORE_KEY, point)
}
