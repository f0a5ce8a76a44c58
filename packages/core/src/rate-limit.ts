import { throwIfAborted } from './abort.js'
import { MAX_TIMEOUT_MS } from './call.js'
import type { Clock } from './clock.js'
import type { AbortNotice } from './ending.js'
import { WaitingLine } from './waiting-line.js'

/** What may begin at once after a pause, as a part of what may begin in a second; or one, where that is more. */
const BURST = 1 / 50

/** The same while others wait: a timer that comes late, as on a busy machine, costs nothing of what may begin in a second. */
const CATCH_UP = 1 / 10

/** A token bucket: how many requests may begin in a second. */
export class RateLimit {
  readonly #line = new WaitingLine()
  readonly #perMs: number
  readonly #burst: number
  readonly #catchUp: number
  readonly #clock: Clock
  #tokens: number
  #filledAt: number
  /** Takes back that the line is looked at when there is a token again. */
  #stop: (() => void) | undefined

  constructor(perSecond: number, clock: Clock) {
    this.#perMs = perSecond / 1000
    this.#burst = Math.max(1, perSecond * BURST)
    this.#catchUp = Math.max(1, perSecond * CATCH_UP)
    this.#clock = clock
    this.#tokens = this.#burst
    this.#filledAt = clock.now()
  }

  /**
   * Resolves when a request may begin.
   *
   * @throws SigningError `Aborted`, `Timeout` while it waits
   */
  async turn(ending?: AbortNotice): Promise<void> {
    throwIfAborted(ending)
    if (this.#line.isEmpty && this.#take()) return
    const turn = this.#line.join(ending)
    this.#awaitToken()
    try {
      await turn
    } catch (error) {
      if (this.#line.isEmpty) this.#stopWaiting()
      throw error
    }
  }

  #take(): boolean {
    const now = this.#clock.now()
    const capacity = this.#line.isEmpty ? this.#burst : this.#catchUp
    this.#tokens = Math.min(capacity, this.#tokens + (now - this.#filledAt) * this.#perMs)
    this.#filledAt = now
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }

  #awaitToken(): void {
    if (this.#stop || this.#line.isEmpty) return
    const missing = Math.max(0, 1 - this.#tokens)
    const waitMs = Math.min(MAX_TIMEOUT_MS, Math.ceil(missing / this.#perMs))
    this.#stop = this.#clock.after(waitMs, () => {
      this.#stop = undefined
      while (!this.#line.isEmpty && this.#take()) this.#line.next()
      this.#awaitToken()
    })
  }

  #stopWaiting(): void {
    this.#stop?.()
    this.#stop = undefined
  }
}
