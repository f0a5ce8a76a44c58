import type { Signer } from './signer.js'

/** A key that verifiers need: a signer's, or one that signs no longer, and then needs no private half. */
export type KeyHolder = Pick<
  Signer,
  'provider' | 'keyId' | 'kid' | 'algorithm' | 'parameters' | 'publicKey' | 'verify' | 'verifyDigest'
> & { close?(): Promise<void> }

/** The part that a key has in a rotation. */
export type KeyRole = 'active' | 'next' | 'retired'

/**
 * Keys that follow one another, of any providers and algorithms, and the times that they go by. A key is published when the
 * last of the servers that give out key sets has it.
 */
export interface RotationOptions {
  /** The key that signs. `published` is when key sets first had it: required where another key was retired for it. */
  readonly active: { readonly signer: Signer; readonly published?: Date | undefined }
  /** The key that comes after it. It is in key sets already, and signs from `activateAt` on, if that is given. */
  readonly next?:
    | { readonly signer: Signer; readonly published: Date; readonly activateAt?: Date | undefined }
    | undefined
  /**
   * The keys that came before it, and when the last of the servers had stopped to sign with each: its `activateAt`, or the
   * end of a deployment and the tolerance of clocks after that.
   */
  readonly retired?: readonly { readonly signer: KeyHolder; readonly retiredAt: Date }[] | undefined
  /** How long a verifier may go on with a key set that it has read, all caches on the way included, in milliseconds. */
  readonly cacheLifetimeMs: number
  /** The longest time that a token is valid, in milliseconds. */
  readonly tokenLifetimeMs: number
  /**
   * How far the clocks of all that take part may be apart, what verifiers grant beyond `exp` included: the sum of the two,
   * in milliseconds. 60,000 by default.
   */
  readonly clockToleranceMs?: number | undefined
  /** The time, in milliseconds since 1970: `Date.now` by default. */
  readonly now?: (() => number) | undefined
}

/** A key that belongs into key sets now. */
export interface PublishedKey {
  readonly role: KeyRole
  /**
   * Where it stands in the options: `active`, `next`, or `retired.0` and so on. No other key of the rotation has the same.
   * After the next key has taken over, the active one still stands in `active`, and its role is `retired`.
   */
  readonly place: string
  readonly signer: KeyHolder
  /** Until when, for a key that signs no longer. */
  readonly until?: Date
}

/** What happens to a key of a rotation, or is to be done with it. */
export interface RotationStep {
  readonly role: KeyRole
  /** Where the key stands in the options, as in `PublishedKey`. */
  readonly place: string
  readonly signer: KeyHolder
  /**
   * - `sign`: the active key signs from then on.
   * - `activate`: the next key may be made the active one from then on.
   * - `take-over`: the next key signs from then on, by its `activateAt`.
   * - `promote`: it does so. Make it `active`, and the active one `retired` with that time.
   * - `remove`: no key set has the key from then on. Remove it, and disable it in its service unless something else uses it.
   *   What stands in `active` is left out with `promote`.
   */
  readonly step: 'sign' | 'activate' | 'take-over' | 'promote' | 'remove'
  readonly at: Date
  /** From when on the key signs nothing, of `remove`. It may be in the future. */
  readonly retiredAt?: Date
  /** Whether it can be done now. */
  readonly isDue: boolean
}

/**
 * A signer whose key changes as time goes by. Its `provider`, `keyId`, `kid` and `algorithm` are those of the key that
 * signs now. It verifies with every key that is published, and therefore messages in memory alone.
 */
export interface RotatingSigner extends Signer {
  /** No token may be valid for longer, in milliseconds. */
  readonly tokenLifetimeMs: number
  /** How long key sets may be kept, in milliseconds. */
  readonly cacheLifetimeMs: number
  /**
   * The signer of the key that signs now: for whoever names the key or the algorithm in what is signed, and must have
   * both from one key.
   *
   * @throws SigningError `KeyUnavailable`, with `retryAfterMs`, for a key that verifiers may not know yet
   */
  current(): Signer
  /** The keys that belong into key sets now, the one that signs first. */
  publishedKeys(): readonly PublishedKey[]
  /** What is to be done, now or later, in the order of time. */
  steps(): readonly RotationStep[]
}

/**
 * Whether a value is a signer whose key changes as time goes by, of this copy of the package or another. It goes by
 * `current`, `publishedKeys` and the two lengths of time, so that a signer which wraps a rotation, and has them all, is one
 * as well.
 */
export function isRotatingSigner(value: unknown): value is RotatingSigner {
  if (typeof value !== 'object' || value === null) return false
  const { current, publishedKeys, tokenLifetimeMs, cacheLifetimeMs } = value as Partial<RotatingSigner>
  const hasMethods = typeof current === 'function' && typeof publishedKeys === 'function'
  return hasMethods && Number.isFinite(tokenLifetimeMs) && Number.isFinite(cacheLifetimeMs)
}
