import { types } from 'node:util'
import type { Algorithm } from './algorithm.js'
import { createHasher, digestOfMessage, digestOfStream } from './digest.js'
import { SigningError } from './error.js'
import type { AlgorithmParameters } from './parameters.js'
import type { PublicKey } from './public-key.js'
import { bytesOfStream, chunksOf, type SignInput } from './sign-input.js'

/**
 * What a signature is verified against: the message, or where keeping that would cost too much, its digest, with the
 * key that it was made with where it depends on one. Under another key it would stand for nothing.
 */
export type Evidence =
  | { readonly message: Uint8Array }
  | { readonly digest: Uint8Array; readonly key?: PublicKey }

/**
 * Up to here a message in memory is copied, so that node:crypto verifies it natively; above, hashing it and
 * verifying the digest costs less than the copy. In bytes.
 */
const MAX_COPIED_BYTES = 1024 * 1024

/** How much of a stream is kept in memory to verify an algorithm that takes no digest. In bytes. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024

/** The evidence of bytes in memory. Nothing of it changes when the caller uses the bytes again. */
export function evidenceOfBytes({ digest }: Algorithm, message: Uint8Array): Evidence {
  if (digest && !digest.kind && message.length > MAX_COPIED_BYTES)
    return { digest: digestOfMessage(digest, message) }
  return { message: new Uint8Array(message) }
}

/** Whoever verifies: the key is asked for only where it is needed. */
export interface EvidenceOptions {
  readonly algorithm: Algorithm
  readonly parameters: AlgorithmParameters
  readonly keyOf: () => Promise<PublicKey>
  readonly signal?: AbortSignal | undefined
}

/**
 * The evidence of any input. For bytes in memory it is complete before the first await.
 *
 * @throws SigningError `MessageTooLarge` for a stream of more than 64 MiB and an algorithm without a digest
 */
export async function evidenceOf(options: EvidenceOptions, input: SignInput): Promise<Evidence> {
  const { algorithm, parameters, keyOf, signal } = options
  if (types.isUint8Array(input)) return evidenceOfBytes(algorithm, input)
  const chunks = chunksOf(input, signal)
  const { digest, name } = algorithm
  if (digest) {
    const key = digest.kind && (await keyOf())
    return {
      digest: await digestOfStream(createHasher(digest, key, parameters), chunks),
      ...(key && { key }),
    }
  }
  const message = `${name} needs the whole message in memory, and a stream is kept there up to ${MAX_KEPT_BYTES} bytes.`
  const tooLarge = () => new SigningError('MessageTooLarge', message)
  return { message: await bytesOfStream(chunks, MAX_KEPT_BYTES, tooLarge) }
}
