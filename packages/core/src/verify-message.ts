import { constants, createVerify, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto'
import type { Algorithm, Sm2Algorithm } from './algorithm.js'
import type { Demands, SaltLength } from './demands.js'
import { createHasher, digestOf, digestPrefix, MAX_ONE_CALL, slicesOf } from './digest.js'
import { toDer } from './ecdsa-signature.js'
import { SigningError } from './error.js'
import type { AlgorithmParameters } from './parameters.js'
import type { PublicKey } from './public-key.js'
import { verifyPrehashed } from './verify-digest.js'

/** What node:crypto must be told besides the hash, by scheme. Also for signing. */
export function nodeKeyOptions(
  algorithm: Algorithm,
  key: KeyObject,
  saltLength: SaltLength = 'digest',
): VerifyKeyObjectInput {
  if (algorithm.scheme === 'ecdsa') return { key, dsaEncoding: 'ieee-p1363' }
  if (algorithm.scheme !== 'rsassa-pss') return { key }
  const saltBytes = saltLength === 'any' ? constants.RSA_PSS_SALTLEN_AUTO : algorithm.saltBytes
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes }
}

/**
 * Verifies a message in memory, with native code where there is any.
 *
 * @param signature of the algorithm's exact length; r ‖ s for ECDSA and SM2
 * @throws SigningError `MessageTooLarge` for more than 1 GiB and pure Ed25519
 */
export async function verifyMessage(
  algorithm: Algorithm,
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  { parameters, saltLength }: Demands,
): Promise<boolean> {
  if (algorithm.scheme === 'sm2') return verifySm2(algorithm, key, message, signature, parameters)
  if (isNative(algorithm, key, message, parameters))
    return verifyNative(algorithm, key.toKeyObject(), message, signature, saltLength)
  if (!algorithm.digest) throw tooLarge(algorithm)
  const digest = digestOf(createHasher(algorithm.digest, key, parameters), message)
  return verifyPrehashed(algorithm, key, digest, signature, saltLength)
}

/** In one call node:crypto hashes SM2 without its prefix; a stream is given the prefix first. */
function verifySm2(
  algorithm: Sm2Algorithm,
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  parameters: AlgorithmParameters,
): boolean {
  const verifier = createVerify(algorithm.digest.hash).update(digestPrefix(algorithm, key, parameters))
  for (const slice of slicesOf(message)) verifier.update(slice)
  return verifier.verify(key.toKeyObject(), toDer(signature, algorithm.scalarBytes))
}

/**
 * node:crypto has no Ed25519ph, no ML-DSA before Node 22, and passes over the context before Node 24. What is too much
 * for one call is hashed in pieces.
 */
function isNative(
  { scheme }: Algorithm,
  key: PublicKey,
  message: Uint8Array,
  { context }: AlgorithmParameters,
): boolean {
  return key.isNative && scheme !== 'ed25519ph' && !context?.length && message.length <= MAX_ONE_CALL
}

/** Pure Ed25519 has no hash that could be made in pieces. */
function tooLarge({ name }: Algorithm): SigningError {
  const message = `${name} needs the whole message at once, and node:crypto takes ${MAX_ONE_CALL} bytes.`
  return new SigningError('MessageTooLarge', message)
}

/** Off the main thread. */
function verifyNative(
  algorithm: Algorithm,
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
  saltLength: SaltLength,
): Promise<boolean> {
  const hash = algorithm.scheme === 'ml-dsa' ? undefined : algorithm.digest?.hash
  const options = nodeKeyOptions(algorithm, key, saltLength)
  return new Promise((resolve, reject) => {
    verify(hash, message, options, signature, (error, valid) => (error ? reject(error) : resolve(valid)))
  })
}
