import type { Clock } from '@signport/core'

/**
 * A clock that stands still, however busy the machine is, until it is moved: for tests of time limits that must strike, or must
 * not. All times are in milliseconds. A signer takes it as its option `clock`.
 */
export class ManualClock implements Clock {
  readonly #timers = new Map<() => void, number>()
  #now = 0

  now(): number {
    return this.#now
  }

  after(milliseconds: number, callback: () => void): () => void {
    const due = () => callback()
    this.#timers.set(due, this.#now + milliseconds)
    return () => void this.#timers.delete(due)
  }

  /** Moves the clock on at once, and calls back all who wait for a time that is over then, in the order of their times. */
  advance(milliseconds: number): void {
    this.#now += milliseconds
    const over = [...this.#timers]
      .filter(([, at]) => at <= this.#now)
      .sort(([, one], [, other]) => one - other)
    // One of them may cancel another.
    for (const [due] of over) if (this.#timers.delete(due)) due()
  }
}
