import { SigningError } from './error.js'
import { printable } from './text.js'

/** What a connection to a service bears: all signers of one provider share it. */
export interface ConnectionLimits {
  /**
   * How many requests are under way at once: 64 by default. Further ones wait, in the order in which they came. One that was given
   * up (`attemptTimeoutMs`) no longer counts, although a client may go on with it.
   */
  readonly maxConcurrency?: number | undefined
  /**
   * How many requests go out in a second, however many could be under way. No limit by default. After a pause a fiftieth of that, or
   * one, begins at once, and up to a tenth where the process was too busy for the others: where a service counts strictly, stay a
   * tenth below its limit.
   */
  readonly maxPerSecond?: number | undefined
}

/** What a provider says about its connection, and about how its signers repeat requests. */
export interface ProviderLimits extends ConnectionLimits {
  /** How often its signers try a request when they are told nothing else: 3 by default, 1 where its client repeats by itself. */
  readonly maxAttempts?: number | undefined
  /**
   * What repeating may cost in all, so that an outage is not multiplied: 500 by default. A repeated request costs 14, after a
   * throttled one 5; one that succeeds gives back what it cost, and 1 where it was not repeated. Infinity sets no limit.
   */
  readonly retryBudget?: number | undefined
}

/** More is of no use within any deadline. */
const MAX_ATTEMPTS = 10

/** @throws SigningError `InvalidArgument` for a number of attempts that cannot be */
export function assertMaxAttempts(maxAttempts: unknown): void {
  if (isWhole(maxAttempts, MAX_ATTEMPTS)) return
  throw new SigningError(
    'InvalidArgument',
    `maxAttempts must be a whole number from 1 to ${MAX_ATTEMPTS}, not ${shown(maxAttempts)}.`,
  )
}

/** Far more than any service bears. */
const MAX_CONCURRENCY = 10_000
const MAX_PER_SECOND = 1_000_000

/**
 * For a provider whose options have these limits. Core looks at those of every provider.
 *
 * @throws SigningError `Configuration`
 */
export function assertLimits(limits: ProviderLimits, provider: string): void {
  const { maxConcurrency, maxPerSecond, maxAttempts, retryBudget } = limits
  const wrong = (name: string, expected: string, value: unknown) => {
    const message = `${name} must be ${expected}, not ${shown(value)}.`
    return new SigningError('Configuration', message, { provider })
  }
  if (maxConcurrency !== undefined && !isWhole(maxConcurrency, MAX_CONCURRENCY))
    throw wrong('maxConcurrency', `a whole number from 1 to ${MAX_CONCURRENCY}`, maxConcurrency)
  if (maxPerSecond !== undefined && !isRate(maxPerSecond))
    throw wrong('maxPerSecond', `a number above 0, and at most ${MAX_PER_SECOND}`, maxPerSecond)
  if (maxAttempts !== undefined && !isWhole(maxAttempts, MAX_ATTEMPTS))
    throw wrong('maxAttempts', `a whole number from 1 to ${MAX_ATTEMPTS}`, maxAttempts)
  if (retryBudget !== undefined && !(typeof retryBudget === 'number' && retryBudget >= 0))
    throw wrong('retryBudget', 'a number from 0 on', retryBudget)
}

/** A text of digits looks like a number. */
const shown = (value: unknown) =>
  typeof value === 'string' ? `the text '${printable(value, 40)}'` : printable(String(value), 40)

const isWhole = (value: unknown, most: number) =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most

const isRate = (value: unknown) => typeof value === 'number' && value > 0 && value <= MAX_PER_SECOND
