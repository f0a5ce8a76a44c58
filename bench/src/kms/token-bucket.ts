import type { Quota } from './kms.js'

/** How a service counts: a request takes a token, and tokens come back evenly, up to as many as the bucket holds. */
export class TokenBucket {
  readonly #quota: Quota
  #tokens: number
  #filledAt: number

  /** @param now in milliseconds, by a clock that does not go backwards */
  constructor(quota: Quota, now: number) {
    this.#quota = quota
    this.#tokens = quota.burst
    this.#filledAt = now
  }

  /** Whether a request that comes now may be answered. */
  take(now: number): boolean {
    const { perSecond, burst } = this.#quota
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) * perSecond) / 1_000)
    this.#filledAt = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
