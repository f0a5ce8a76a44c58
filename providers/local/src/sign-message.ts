import { createSign, sign } from 'node:crypto'
import type { Algorithm } from '@signport/core'
import { nodeKeyOptions } from '@signport/core/kit'
import type { PrivateKey } from './private-key.js'

/** node:crypto takes no more in one call. In bytes. */
const MAX_ONE_CALL = 2 ** 30

/** Signs bytes in memory, hashed and signed in one step off the main thread. ECDSA gives r ‖ s. */
export function signBytes(algorithm: Algorithm, key: PrivateKey, message: Uint8Array): Promise<Uint8Array> {
  if (message.length > MAX_ONE_CALL) return signStream(algorithm, key, slices(message))
  const options = nodeKeyOptions(algorithm, key.keyObject)
  return new Promise((resolve, reject) => {
    sign(algorithm.digest?.hash, message, options, (error, signature) =>
      error ? reject(error) : resolve(signature),
    )
  })
}

/** Signs a stream in constant memory; its last step runs on the main thread, since node:crypto has no other. */
export async function signStream(
  algorithm: Algorithm,
  key: PrivateKey,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Uint8Array> {
  if (!algorithm.digest) throw new TypeError(`${algorithm.name} cannot sign a stream.`)
  const signer = createSign(algorithm.digest.hash)
  for await (const chunk of chunks) signer.update(chunk)
  return signer.sign(nodeKeyOptions(algorithm, key.keyObject))
}

function* slices(message: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < message.length; start += MAX_ONE_CALL)
    yield message.subarray(start, start + MAX_ONE_CALL)
}
