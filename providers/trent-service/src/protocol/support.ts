import { type Algorithm, type AlgorithmName, type AlgorithmSupport, algorithmNames } from '@signport/core'

/** Names that a server has of its own: algorithms by our names or anybody's, and what the server calls them. */
export type OwnNames = ReadonlyMap<AlgorithmName, string>

/** The bounds of `Message` in bytes, before base64 (AWS KMS API, Sign). */
export const RAW_LIMITS = { minBytes: 1, maxBytes: 4096 }

/**
 * What each scheme takes, a digest first: it has no limit and keeps the message here. AWS gives pure Ed25519 no digest,
 * its ph form no message, and ML-DSA mu instead of a digest.
 */
const INPUTS: Record<Algorithm['scheme'], AlgorithmSupport['inputs']> = {
  'rsassa-pkcs1-v1_5': ['digest', 'raw'],
  'rsassa-pss': ['digest', 'raw'],
  ecdsa: ['digest', 'raw'],
  eddsa: ['raw'],
  ed25519ph: ['digest'],
  'ml-dsa': ['external-mu', 'raw'],
  sm2: ['digest', 'raw'],
}

/** How the protocol signs with an algorithm; undefined for one that it has no name for. */
export function supportOf(algorithm: Algorithm, ownNames?: OwnNames): AlgorithmSupport | undefined {
  const wireName = ownNames?.get(algorithm.name) ?? algorithmNames(algorithm).aws[0]
  return wireName === undefined ? undefined : { wireName, inputs: INPUTS[algorithm.scheme], raw: RAW_LIMITS }
}
