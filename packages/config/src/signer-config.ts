import type { CommonConfig } from './signer-schema.js'

/**
 * One signer's entry of a configuration: what every provider has in common, and the provider's own options.
 *
 * `key` is the key as the provider names keys: a path, an id, an alias. `algorithm` may be left out where the key
 * allows only one.
 */
export type SignerConfig = Readonly<CommonConfig> & { readonly [option: string]: unknown }

type Time = string | Date

/** One of several, the service of which is not asked for the algorithm. */
type RotationKey = SignerConfig & { readonly algorithm: string }

/**
 * An entry whose keys follow one another, each with its algorithm. Lengths of time are a whole number and its unit (`10m`, `1h`). A time is a `Date`,
 * or text of RFC 3339 with seconds and zone (`2026-12-01T09:00:00Z`), which is what a file has.
 */
export interface RotationConfig {
  /** How long a verifier may go on with a key set that it has read, all caches on the way included. */
  readonly cacheLifetime: string
  /** How long a token is valid at most. */
  readonly tokenLifetime: string
  /** How far the clocks of all that take part may be apart: `1m` by default. */
  readonly clockTolerance?: string
  /** The key that signs. `published`, when key sets first had it, is required where there are retired keys. */
  readonly active: RotationKey & { readonly published?: Time }
  /** The key that comes after it, and signs from `activateAt` on, if that is given. */
  readonly next?: RotationKey & { readonly published: Time; readonly activateAt?: Time }
  /** The keys that came before it, which may be those of `public-key`, and when each had signed its last token. */
  readonly retired?: readonly (RotationKey & { readonly retiredAt: Time })[]
}
