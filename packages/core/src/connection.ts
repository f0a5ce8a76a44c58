import type { Clock } from './clock.js'
import type { AbortNotice } from './ending.js'
import { assertLimits } from './limits.js'
import type { SigningProvider } from './provider.js'
import { RateLimit } from './rate-limit.js'
import { RetryBudget } from './retry-budget.js'
import { Slots } from './slots.js'

const MAX_CONCURRENCY = 64

/** What all signers of one provider share: how much its service bears. */
export class Connection {
  readonly budget: RetryBudget
  readonly #slots: Slots
  readonly #rate: RateLimit | undefined

  constructor({ limits = {} }: SigningProvider, clock: Clock) {
    const { maxConcurrency = MAX_CONCURRENCY, maxPerSecond, retryBudget } = limits
    this.budget = new RetryBudget(retryBudget)
    this.#slots = new Slots(maxConcurrency)
    this.#rate = maxPerSecond === undefined ? undefined : new RateLimit(maxPerSecond, clock)
  }

  /**
   * Runs what asks the service when there is a slot for it.
   *
   * @throws SigningError `Aborted`, `Timeout` while it waits; and what the work is rejected with
   */
  inSlot<T>(work: () => Promise<T>, ending?: AbortNotice): Promise<T> {
    return this.#slots.run(work, ending)
  }

  /** By which requests go out at the service's rate; undefined where there is none. */
  turns(ending?: AbortNotice): (() => Promise<void>) | undefined {
    const rate = this.#rate
    return rate && (() => rate.turn(ending))
  }
}

const connections = new WeakMap<SigningProvider, Connection>()

/**
 * The connection of a provider; none to keys in this process. Its time is by the clock of the signer that was made first.
 *
 * @throws SigningError `Configuration` for limits that cannot be
 */
export function connectionOf(provider: SigningProvider, clock: Clock): Connection | undefined {
  if (provider.inProcess) return undefined
  const known = connections.get(provider)
  if (known) return known
  assertLimits(provider.limits ?? {}, provider.name)
  const connection = new Connection(provider, clock)
  connections.set(provider, connection)
  return connection
}
