import { backoff } from './backoff.js'
import { MAX_TIMEOUT_MS } from './call.js'
import type { Connection } from './connection.js'
import { SigningError } from './error.js'

/** How often, and with what jitter. */
export interface RetryOptions {
  /** With the first. */
  readonly maxAttempts: number
  readonly random: () => number
  readonly connection: Connection | undefined
}

/** The attempts of one call, at all that it asks the service for, and what came of them. */
export class Retries {
  readonly #options: RetryOptions
  #attempts = 0
  #failures = 0
  #lastFailure: SigningError | undefined
  #queued = false
  #corrected = false
  #spent = 0

  constructor(options: RetryOptions) {
    this.#options = options
  }

  /** How often the service was asked. */
  get attempts(): number {
    return this.#attempts
  }

  get lastFailure(): SigningError | undefined {
    return this.#lastFailure
  }

  /** Whether the next attempt waits for its turn. */
  get isQueued(): boolean {
    return this.#queued
  }

  queued(): void {
    this.#queued = true
  }

  began(): void {
    this.resumed()
    this.#attempts++
  }

  resumed(): void {
    this.#queued = false
  }

  succeeded(): void {
    this.#options.connection?.budget.succeeded(this.#spent)
    this.#spent = 0
  }

  /**
   * Whether a request that failed is to be repeated.
   *
   * @param leftMs what is left of the call's time
   * @returns the pause before that, in milliseconds; undefined when the failure is final
   */
  pauseAfter(error: unknown, leftMs: number): number | undefined {
    if (!SigningError.is(error)) return undefined
    this.#lastFailure = error
    // A digest that was made with the key before is no better the next time.
    if (!error.retryable || error.code === 'KeyMismatch') return undefined
    return error.code === 'Unauthenticated' ? this.#correct() : this.#pause(error, leftMs)
  }

  /** With other credentials, or with the time of the service, once: then it is not that which was wrong. */
  #correct(): number | undefined {
    if (this.#corrected) return undefined
    this.#corrected = true
    return 0
  }

  #pause(error: SigningError, leftMs: number): number | undefined {
    const { connection, random, maxAttempts } = this.#options
    if (++this.#failures >= maxAttempts) return undefined
    const pause = backoff(error, this.#failures - 1, random)
    // What the service said is worth more than that the time was over.
    if (pause >= leftMs || pause > MAX_TIMEOUT_MS) return undefined
    const cost = connection ? connection.budget.spend(error.code === 'Throttled') : 0
    if (cost === undefined) return undefined
    this.#spent += cost
    return pause
  }
}
