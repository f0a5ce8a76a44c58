import type { CallOptions, Signer } from '@signport/core'
import { distinctKeys, entryOf, publishedNames } from './key-set-entry.js'
import { holdersOf, type KeySetSource, signersOf } from './key-set-source.js'
import { assertOptions } from './option-names.js'
import type { JsonWebKeySet } from './types.js'

export type { KeySetSource } from './key-set-source.js'

const OPTIONS = ['signal', 'timeoutMs']

/** The bounds of asking services for the public keys: each of them is asked once, and its signer keeps the key. */
export type JwksOptions = CallOptions

/**
 * The key set of signers (RFC 7517 section 5). A rotating signer has its next and its retired keys in it for as long as
 * verifiers need them; a key that several signers share for one algorithm is in it once. `alg` is left out for Ed25519,
 * which tokens may call `Ed25519` or `EdDSA`: verifiers compare the names.
 *
 * @throws TypeError for what is no signer, and for options that there are not
 * @throws SigningError `InvalidArgument` when there are no signers, and when two keys or two algorithms would have one
 *   `kid`; `UnsupportedAlgorithm` for an algorithm that JOSE has no name for, and for ML-DSA with a context; and what
 *   asking for the public keys throws
 */
export async function jwks(source: KeySetSource, options: JwksOptions = {}): Promise<JsonWebKeySet> {
  assertOptions('jwks', options, OPTIONS)
  return keySetOf(signersOf(source), options)
}

/** The key set at this moment. */
export async function keySetOf(signers: readonly Signer[], options?: JwksOptions): Promise<JsonWebKeySet> {
  const holders = holdersOf(signers)
  // Before any service is asked.
  holders.forEach(publishedNames)
  const entries = await Promise.all(holders.map((holder) => entryOf(holder, options)))
  return { keys: distinctKeys(entries) }
}
