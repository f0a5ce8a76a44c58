import { createHash } from 'node:crypto'
import type { ChaosItem } from './item.js'

/** How much of a message comes at a time. In bytes. */
const CHUNK_BYTES = 1000

const HASHES: Readonly<Record<string, string>> = { 256: 'sha256', 384: 'sha384', 512: 'sha512' }

/** The message of an item: bytes that no other item has, unless it is very short. */
export function messageOf(seed: number, { index, length }: ChaosItem): Uint8Array {
  const bytes = createHash('shake256', { outputLength: length })
    .update(`message ${index} of ${seed}`)
    .digest()
  return Uint8Array.from(bytes)
}

/** The same, a part at a time. */
export async function* streamOf(message: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < message.length; at += CHUNK_BYTES) yield message.subarray(at, at + CHUNK_BYTES)
}

/** The hash that an algorithm signs in place of a message. @throws TypeError where that is no plain hash */
export function digestOf(algorithm: string, message: Uint8Array): Uint8Array {
  const digest = plainDigestOf(algorithm, message)
  if (!digest) throw new TypeError(`What ${algorithm} signs in place of a message is no plain hash.`)
  return digest
}

/** The same, undefined for others: where the algorithm's name ends with how long the hash is in bits, it is a plain one. */
export function plainDigestOf(algorithm: string, message: Uint8Array): Uint8Array | undefined {
  const hash = HASHES[/(\d{3})K?$/.exec(algorithm)?.[1] ?? '']
  return hash === undefined ? undefined : Uint8Array.from(createHash(hash).update(message).digest())
}
