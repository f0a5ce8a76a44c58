/** As the SDKs of AWS have it: while nothing works, about 35 requests are repeated and all further ones are not. */
const CAPACITY = 500
const COST = 14
const COST_THROTTLED = 5
/** What a request that need not be repeated gives back. */
const GAIN = 1

/** What repeating requests to one service may cost in all, so that an outage is not multiplied by all who wait for it. */
export class RetryBudget {
  readonly #capacity: number
  #left: number

  constructor(capacity: number = CAPACITY) {
    this.#capacity = capacity
    this.#left = capacity
  }

  /** @returns what it costs to repeat a request; undefined when that cannot be paid */
  spend(throttled: boolean): number | undefined {
    const cost = throttled ? COST_THROTTLED : COST
    if (cost > this.#left) return undefined
    this.#left -= cost
    return cost
  }

  /** @param spent what the request that succeeded has cost; 0 where it was not repeated */
  succeeded(spent: number): void {
    this.#left = Math.min(this.#capacity, this.#left + (spent || GAIN))
  }
}
