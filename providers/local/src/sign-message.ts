import { createSign, sign } from 'node:crypto'
import type { Algorithm, AlgorithmParameters } from '@signport/core'
import {
  createHasher,
  digestOfStream,
  digestPrefix,
  MAX_ONE_CALL,
  nodeKeyOptions,
  slicesOf,
} from '@signport/core/kit'
import { nativeOf, type PrivateKey } from './private-key.js'
import { signDigest } from './sign-digest.js'

/**
 * Signs bytes in memory, hashed and signed in one step off the main thread where node:crypto can do that.
 *
 * @returns r ‖ s for ECDSA, DER for SM2
 */
export async function signBytes(
  algorithm: Algorithm,
  key: PrivateKey,
  message: Uint8Array,
  parameters: AlgorithmParameters,
): Promise<Uint8Array> {
  if (!isOneCall(algorithm, key, message, parameters))
    return signStream(algorithm, key, slicesOf(message), parameters)
  const hash = algorithm.scheme === 'ml-dsa' ? undefined : algorithm.digest?.hash
  const { context } = parameters
  const options = { ...nodeKeyOptions(algorithm, nativeOf(key)), ...(context?.length && { context }) }
  return new Promise((resolve, reject) => {
    sign(hash, message, options, (error, signature) => (error ? reject(error) : resolve(signature)))
  })
}

/** In one call node:crypto hashes SM2 without its prefix, and before Node 24 it does not sign with ML-DSA. */
function isOneCall(
  { scheme }: Algorithm,
  { keyObject, takesContext = false }: PrivateKey,
  message: Uint8Array,
  { context }: AlgorithmParameters,
): boolean {
  if (!keyObject || scheme === 'sm2' || message.length > MAX_ONE_CALL) return false
  return takesContext || !context?.length
}

/** Signs a stream in constant memory; its last step runs on the main thread, since node:crypto has no other. */
export async function signStream(
  algorithm: Algorithm,
  key: PrivateKey,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  parameters: AlgorithmParameters,
): Promise<Uint8Array> {
  if (!algorithm.digest) throw new TypeError(`${algorithm.name} cannot sign a stream.`)
  if (algorithm.scheme === 'ml-dsa') {
    const hasher = createHasher(algorithm.digest, key.publicKey, parameters)
    return signDigest(algorithm, key, await digestOfStream(hasher, chunks))
  }
  const signer = createSign(algorithm.digest.hash)
  signer.update(digestPrefix(algorithm, key.publicKey, parameters))
  for await (const chunk of chunks) signer.update(chunk)
  return signer.sign(nodeKeyOptions(algorithm, nativeOf(key)))
}
