import { assertLimits, type ConnectionLimits } from '@signport/core/kit'
import { PROVIDER } from './failure.js'

/** What the connection of a provider bears. */
export interface TransportLimits {
  readonly maxConcurrency: number
  readonly maxPerSecond?: number
}

const MAX_CONCURRENCY = 64

/**
 * The limits that the options have, or the usual ones.
 *
 * @throws SigningError `Configuration`
 */
export function readLimits(options: ConnectionLimits, usualPerSecond?: number): TransportLimits {
  const { maxConcurrency = MAX_CONCURRENCY, maxPerSecond = usualPerSecond } = options
  assertLimits({ maxConcurrency, maxPerSecond }, PROVIDER)
  return { maxConcurrency, ...(maxPerSecond !== undefined && { maxPerSecond }) }
}
