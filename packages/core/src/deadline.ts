import type { Clock } from './clock.js'
import type { AttemptClock } from './provider.js'

/** The clock that a piece of work runs against. */
export interface WorkClock extends AttemptClock {
  /** How long it still has, in milliseconds. To be called by itself, too. */
  readonly leftMs: () => number
}

/** What is left of less than this has run out: timers are no more exact. In milliseconds. */
const TICK_MS = 1

/**
 * A time that can be held and begun anew, until it is stopped for good. However often that is done, which is with each request,
 * there is one timer: when it comes too early, it is set again.
 */
export class Deadline implements WorkClock {
  readonly leftMs = () => this.#endsAt - this.#time.now()
  readonly #time: Clock
  readonly #timeoutMs: number
  readonly #expire: () => void
  #endsAt: number
  /** What the timer was set for. */
  #timedFor = 0
  #held = false
  #stopped = false
  #stopTimer: (() => void) | undefined

  constructor(time: Clock, timeoutMs: number, expire: () => void) {
    this.#time = time
    this.#timeoutMs = timeoutMs
    this.#expire = expire
    this.#endsAt = time.now() + timeoutMs
    this.#set(timeoutMs)
  }

  pause(): void {
    this.#held = true
  }

  restart(): void {
    this.#held = false
    this.#endsAt = this.#time.now() + this.#timeoutMs
    if (!this.#stopTimer && !this.#stopped) this.#set(this.#timeoutMs)
  }

  stop(): void {
    this.#stopped = true
    this.#stopTimer?.()
  }

  #set(milliseconds: number): void {
    this.#timedFor = this.#endsAt
    this.#stopTimer = this.#time.after(milliseconds, () => {
      this.#stopTimer = undefined
      if (this.#held) return
      // Where nothing was changed, the timer is believed: in tests, others may have made it than made the time.
      const leftMs = this.#timedFor === this.#endsAt ? 0 : this.leftMs()
      if (leftMs < TICK_MS) this.#expire()
      else this.#set(leftMs)
    })
  }
}
