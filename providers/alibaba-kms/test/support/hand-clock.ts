import type { Clock } from '@signport/core'

/** A clock that stands still, however busy the machine is, until it is moved. */
export class HandClock implements Clock {
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

  move(milliseconds: number): void {
    this.#now += milliseconds
    for (const [due, at] of [...this.#timers]) if (at <= this.#now && this.#timers.delete(due)) due()
  }
}
