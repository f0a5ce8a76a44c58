import { types } from 'node:util'
import type { Algorithm } from './algorithm.js'
import { SigningError } from './error.js'
import { bytesOfStream, chunksOf, digestOf, digestOfStream, type SignInput } from './sign-input.js'

/** What a signature is verified against: the message, or where keeping that would cost too much, its digest. */
export type Evidence = { readonly message: Uint8Array } | { readonly digest: Uint8Array }

/**
 * Up to here a message in memory is copied, so that node:crypto verifies it natively; above, hashing it and
 * verifying the digest costs less than the copy. In bytes.
 */
const MAX_COPIED_BYTES = 1024 * 1024

/** How much of a stream is kept in memory to verify an algorithm that takes no digest. In bytes. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024

/** The evidence of bytes in memory. Nothing of it changes when the caller uses the bytes again. */
export function evidenceOfBytes({ digest }: Algorithm, message: Uint8Array): Evidence {
  if (digest && message.length > MAX_COPIED_BYTES) return { digest: digestOf(digest, message) }
  return { message: Uint8Array.from(message) }
}

/**
 * The evidence of any input. For bytes in memory it is complete before the first await.
 *
 * @throws SigningError `MessageTooLarge` for a stream of more than 64 MiB and an algorithm without a digest
 */
export async function evidenceOf(
  algorithm: Algorithm,
  input: SignInput,
  signal?: AbortSignal,
): Promise<Evidence> {
  if (types.isUint8Array(input)) return evidenceOfBytes(algorithm, input)
  const chunks = chunksOf(input, signal)
  if (algorithm.digest) return { digest: await digestOfStream(algorithm.digest, chunks) }
  const tooLarge = () =>
    new SigningError(
      'MessageTooLarge',
      `${algorithm.name} needs the whole message in memory, and a stream is kept there up to ${MAX_KEPT_BYTES} bytes.`,
    )
  return { message: await bytesOfStream(chunks, MAX_KEPT_BYTES, tooLarge) }
}
