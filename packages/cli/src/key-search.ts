import { parseAlgorithm, type Signature, type VerifyOptions } from '@signport/core'
import type { VerifyingKey } from './chosen-signer.js'
import { sharedReaders } from './shared-readers.js'

/** What a signature is verified with. */
export interface KeySearch {
  /** The keys that may have made it. */
  readonly keys: readonly VerifyingKey[]
  readonly signature: Signature | Uint8Array
  readonly options: VerifyOptions
}

/**
 * The key whose signature of a message it is. A stream is read once, for all keys at the same time.
 *
 * @returns undefined where it is the signature of none
 * @throws as `verify` does, where a key cannot answer and the signature is not that of another one
 */
export async function findKey(
  message: Uint8Array | AsyncIterable<Uint8Array>,
  { keys, signature, options }: KeySearch,
): Promise<VerifyingKey | undefined> {
  if (message instanceof Uint8Array) return firstThat(keys, (key) => key.verify(message, signature, options))
  const readers = sharedReaders(message, keys.length)
  return firstThat(keys, async (key) => {
    const reader = readers.shift()
    if (!reader) throw new TypeError('There is a reader for each key.')
    try {
      return await key.verify(reader, signature, options)
    } finally {
      await reader.return()
    }
  })
}

/** The same for the digest of a message, which may be none for some of the algorithms. */
export function findKeyOfDigest(
  digest: Uint8Array,
  { keys, signature, options }: KeySearch,
): Promise<VerifyingKey | undefined> {
  const fitting = keys.filter(({ algorithm }) => parseAlgorithm(algorithm).digest?.bytes === digest.length)
  // Where it is none for any of them, the first one says what its own has.
  const asked = fitting.length > 0 ? fitting : keys.slice(0, 1)
  return firstThat(asked, (key) => key.verifyDigest(digest, signature, options))
}

async function firstThat(
  keys: readonly VerifyingKey[],
  verifies: (key: VerifyingKey) => Promise<boolean>,
): Promise<VerifyingKey | undefined> {
  const outcomes = await Promise.allSettled(keys.map(verifies))
  const found = keys.find((_, index) => isTrue(outcomes[index]))
  if (found) return found
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
  return undefined
}

const isTrue = (outcome?: PromiseSettledResult<boolean>) => outcome?.status === 'fulfilled' && outcome.value
