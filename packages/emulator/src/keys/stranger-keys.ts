import type { KeyPair } from '../crypto/key-pair.js'
import { generatePair } from './key-material.js'
import type { KeySpec } from './key-spec.js'

/**
 * Key pairs that are nobody's, for answers that are wrong on purpose. Each is made when it is first needed, and then kept.
 * Those of the two kinds are never the same: a foreign signature that fits a foreign public key would look right.
 */
export interface StrangerKeys {
  /** Whose signatures are passed off as those of a key. */
  signer(spec: KeySpec): Promise<KeyPair>
  /** Whose public half is passed off as that of a key. */
  publisher(spec: KeySpec): Promise<KeyPair>
}

/** Makes the two collections, both empty. */
export function createStrangerKeys(): StrangerKeys {
  return { signer: createCollection(), publisher: createCollection() }
}

function createCollection(): (spec: KeySpec) => Promise<KeyPair> {
  const pairs = new Map<KeySpec, Promise<KeyPair>>()
  return (spec) => {
    const pair = pairs.get(spec) ?? newPair(spec)
    pairs.set(spec, pair)
    return pair
  }
}

async function newPair(spec: KeySpec): Promise<KeyPair> {
  const pair = await generatePair(spec)
  if (pair) return pair
  throw new TypeError(`${spec} has no key pairs.`)
}
