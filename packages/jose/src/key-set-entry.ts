import { type CallOptions, type KeyHolder, type PublicKey, SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { joseNames } from './jose-name.js'
import type { PublishedJwk } from './types.js'

/** A key on its way into a key set, and whose it is. */
export interface KeySetEntry {
  readonly holder: KeyHolder
  readonly publicKey: PublicKey
  readonly jwk: PublishedJwk
}

/** @throws SigningError `UnsupportedAlgorithm`, and what asking for the public key throws */
export async function entryOf(holder: KeyHolder, options?: CallOptions): Promise<KeySetEntry> {
  const names = publishedNames(holder)
  const publicKey = await holder.publicKey(options)
  // Of this very key: one that is asked for again may be another one, if an alias is moved just now.
  const kid = holder.kid ?? publicKey.thumbprint
  // A verifier compares `alg` with the token's: where there are two names, tokens may have either.
  const [alg] = names.length === 1 ? names : []
  return { holder, publicKey, jwk: { ...publicKey.toJwk(), kid, ...(alg && { alg }), use: 'sig' } }
}

/**
 * What JOSE calls the algorithm of a key.
 *
 * @throws SigningError `UnsupportedAlgorithm` where it has no name for it, and where its signatures have a context, which
 *   must be empty (RFC 9964)
 */
export function publishedNames(holder: KeyHolder): readonly string[] {
  const names = joseNames(holder)
  if (names.length === 0) throw unpublished(holder, 'JOSE has no name for that algorithm')
  if (holder.parameters?.context?.length)
    throw unpublished(holder, 'JOSE has that algorithm with an empty context alone')
  return names
}

function unpublished(holder: KeyHolder, why: string): SigningError {
  const { provider, keyId } = holder
  return new SigningError(
    'UnsupportedAlgorithm',
    `${shown(holder)} cannot be in a key set, because ${why}: choose the signers of the set, as in jwks([signers.get('tokens')]).`,
    { provider, keyId },
  )
}

/**
 * The keys, each once.
 *
 * @throws SigningError `InvalidArgument` when a `kid` would not say which key it is, or for which algorithm
 */
export function distinctKeys(entries: readonly KeySetEntry[]): PublishedJwk[] {
  const byKid = new Map<string, KeySetEntry>()
  for (const entry of entries) {
    const { kid, alg } = entry.jwk
    const other = byKid.get(kid)
    if (!other) byKid.set(kid, entry)
    else if (!other.publicKey.equals(entry.publicKey)) throw twoKeys(kid, other.holder, entry.holder)
    else if (other.jwk.alg !== alg) throw twoAlgorithms(kid, other.holder, entry.holder)
  }
  return [...byKid.values()].map(({ jwk }) => jwk)
}

function twoKeys(kid: string, one: KeyHolder, other: KeyHolder): SigningError {
  return collision(
    other,
    `The kid ${printable(kid)} would stand for two keys, that of ${shown(one)} and that of ${shown(other)}: configure another kid for one of them, or none, which is the thumbprint of its key.`,
  )
}

function twoAlgorithms(kid: string, one: KeyHolder, other: KeyHolder): SigningError {
  return collision(
    other,
    `One key would be in the set for two algorithms with the kid ${printable(kid)}, by ${shown(one)} and by ${shown(other)}: configure a kid for one of them, or leave it out of the set. A key for each algorithm is better still.`,
  )
}

function collision({ provider, keyId }: KeyHolder, message: string): SigningError {
  return new SigningError('InvalidArgument', message, { provider, keyId })
}

/** Long enough for an ARN. In characters. */
const MAX_KEY_ID = 120

function shown({ provider, keyId, algorithm }: KeyHolder): string {
  return `${printable(keyId, MAX_KEY_ID)} (${printable(provider, MAX_KEY_ID)}, ${algorithm})`
}
