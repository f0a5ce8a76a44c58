import type { SigningError } from './error.js'

/** The longest pause before a first repetition, in milliseconds: services that throttle recover more slowly. */
const BASE_MS = 50
const BASE_THROTTLED_MS = 1_000

/** No pause is longer, unless the service asks for it. */
const MAX_MS = 20_000

/**
 * The pause before a request is repeated, in milliseconds: exponential backoff with full jitter, so that callers who failed
 * together do not come back together; and not before the service has said (Retry-After, RFC 9110 section 10.2.3).
 *
 * @param repetition 0 for the first
 * @param random as `Math.random`
 */
export function backoff(
  { code, retryAfterMs }: SigningError,
  repetition: number,
  random: () => number,
): number {
  const base = code === 'Throttled' ? BASE_THROTTLED_MS : BASE_MS
  const pause = random() * Math.min(MAX_MS, base * 2 ** repetition)
  // A provider may hand on what is no number: then nothing was asked for.
  return typeof retryAfterMs === 'number' && retryAfterMs > pause ? retryAfterMs : pause
}
