import { typeName } from '@signport/core/kit'
import { assertOptions } from './option-names.js'

/** How a key set is served. */
export interface JwksHandlerOptions {
  /**
   * How long caches may keep the set, in seconds or as text with a unit (`10m`). By default it is the shortest
   * `cacheLifetimeMs` of rotating signers, and ten minutes where none rotates; it may only be made shorter.
   * That is called for where verifiers do not go by it but keep the set for a time of their own, as jose does for ten
   * minutes: after a cache on the way, both times add up, and the rotation must be told their sum.
   */
  readonly maxAge?: number | string | undefined
  /**
   * Told why the keys cannot be had, while requests are answered with 503: once a second at most. Without it, the process
   * emits a warning, and one more where this function itself fails.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

const OPTIONS = ['maxAge', 'onError']

/** @throws TypeError for options that there are not, and for an `onError` that cannot be called */
export function assertHandlerOptions(options: unknown): asserts options is JwksHandlerOptions {
  assertOptions("A key set's handler", options, OPTIONS)
  const { onError } = options as JwksHandlerOptions
  if (onError !== undefined && typeof onError !== 'function')
    throw new TypeError(`onError must be a function, not ${typeName(onError)}.`)
}
