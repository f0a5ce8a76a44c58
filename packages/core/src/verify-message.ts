import { constants, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto'
import type { Algorithm } from './algorithm.js'

/** What node:crypto must be told besides the hash, by scheme. Also for signing. */
export function nodeKeyOptions<T extends KeyObject>(algorithm: Algorithm, key: T): VerifyKeyObjectInput {
  if (algorithm.scheme === 'ecdsa') return { key, dsaEncoding: 'ieee-p1363' }
  if (algorithm.scheme === 'rsassa-pss')
    return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltBytes }
  return { key }
}

/**
 * Verifies a message in memory with native code, off the main thread.
 *
 * @param signature of the algorithm's exact length; r ‖ s for ECDSA
 */
export function verifyMessage(
  algorithm: Algorithm,
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const options = nodeKeyOptions(algorithm, key)
  return new Promise((resolve, reject) => {
    verify(algorithm.digest?.hash, message, options, signature, (error, valid) =>
      error ? reject(error) : resolve(valid),
    )
  })
}
