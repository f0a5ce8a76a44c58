import { createHash, type Hash, hash } from 'node:crypto'
import type { Algorithm, Digest, DigestKind } from './algorithm.js'
import { mlDsaPrefix } from './ml-dsa.js'
import type { AlgorithmParameters } from './parameters.js'
import type { PublicKey } from './public-key.js'
import { sm2Prefix } from './sm2.js'

/** node:crypto takes less than 2 GiB in one call. In bytes. */
export const MAX_ONE_CALL = 2 ** 30

/** What is hashed before the message where a digest depends on the key. */
const PREFIXES: Record<DigestKind, (key: PublicKey, parameters: AlgorithmParameters) => Uint8Array> = {
  'sm2-za-message': (key, { userId }) => sm2Prefix(key.toRaw(), userId),
  'ml-dsa-mu': (key, { context }) => mlDsaPrefix(key.toRaw(), context),
}

/** The hash of an algorithm, ready for the message. `key` is needed where the digest depends on it. */
export function createHasher(digest: Digest, key?: PublicKey, parameters: AlgorithmParameters = {}): Hash {
  const hasher = createHash(digest.hash, { outputLength: digest.bytes })
  if (!digest.kind) return hasher
  if (!key) throw new TypeError(`A digest of the kind ${digest.kind} needs the public key.`)
  return hasher.update(PREFIXES[digest.kind](key, parameters))
}

/** What is hashed before the message, for those who hash it themselves; empty where the message comes first. */
export function digestPrefix(
  { digest }: Algorithm,
  key: PublicKey,
  parameters: AlgorithmParameters,
): Uint8Array {
  return digest?.kind ? PREFIXES[digest.kind](key, parameters) : new Uint8Array()
}

/** Bytes in pieces that node:crypto takes in one call. */
export function* slicesOf(message: Uint8Array): Generator<Uint8Array, void> {
  for (let start = 0; start < message.length; start += MAX_ONE_CALL)
    yield message.subarray(start, start + MAX_ONE_CALL)
}

/** The digest of bytes in memory. */
export function digestOf(hasher: Hash, message: Uint8Array): Uint8Array {
  for (const slice of slicesOf(message)) hasher.update(slice)
  return hasher.digest()
}

/** The digest of a message in memory, where that does not depend on the key. One call is half as dear as a hasher. */
export function digestOfMessage(digest: Omit<Digest, 'kind'>, message: Uint8Array): Uint8Array {
  if (message.length > MAX_ONE_CALL) return digestOf(createHasher(digest), message)
  return hash(digest.hash, message, 'buffer')
}

/** The digest of a stream, in constant memory. */
export async function digestOfStream(
  hasher: Hash,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Uint8Array> {
  for await (const chunk of chunks) hasher.update(chunk)
  return hasher.digest()
}
