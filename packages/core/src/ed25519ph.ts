import { createHash } from 'node:crypto'
import type { EdDSA } from '@noble/curves/abstract/edwards.js'
import type { Ed25519phAlgorithm } from './algorithm.js'

/** dom2 with the flag 1, for a message that comes hashed (RFC 8032 section 2). */
const DOMAIN = 'SigEd25519 no Ed25519 collisions'
const PREHASHED = 1

/**
 * Ed25519ph from the digest on (RFC 8032 section 5.1), which node:crypto does not have: it signs and verifies the 64
 * bytes PH(M) where a message is asked for. In JavaScript: its time may depend on the key.
 */
export async function loadEd25519ph(): Promise<EdDSA> {
  // One after the other: the first brings the two others with it.
  const { ed25519 } = await import('@noble/curves/ed25519.js')
  const { eddsa } = await import('@noble/curves/abstract/edwards.js')
  const { sha512 } = await import('@noble/hashes/sha2.js')
  return eddsa(ed25519.Point, sha512, {
    adjustScalarBytes,
    domain: (data: Uint8Array, context: Uint8Array) =>
      Buffer.concat([Buffer.from(DOMAIN), Uint8Array.of(PREHASHED, context.length), context, data]),
    zip215: false,
  })
}

/** PH(M) for a digest: the digest itself, or hashed once more where the digest is the message (AWS KMS). */
export function prehashOf({ digest, rehashed }: Ed25519phAlgorithm, value: Uint8Array): Uint8Array {
  return rehashed ? createHash(digest.hash).update(value).digest() : value
}

/** RFC 8032 section 5.1.5, step 2. */
function adjustScalarBytes(bytes: Uint8Array): Uint8Array {
  const adjusted = Uint8Array.from(bytes)
  adjusted[0] = (adjusted[0] ?? 0) & 0xf8
  adjusted[31] = ((adjusted[31] ?? 0) & 0x7f) | 0x40
  return adjusted
}
