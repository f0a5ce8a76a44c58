import { throwIfAborted } from './abort.js'
import type { AbortNotice } from './ending.js'
import { WaitingLine } from './waiting-line.js'

/** How many requests may be under way at once. */
export class Slots {
  readonly #line = new WaitingLine()
  #free: number

  constructor(count: number) {
    this.#free = count
  }

  /**
   * Runs a piece of work when a slot is free.
   *
   * @throws SigningError `Aborted`, `Timeout` while it waits; and what the work is rejected with
   */
  async run<T>(work: () => Promise<T>, ending?: AbortNotice): Promise<T> {
    throwIfAborted(ending)
    if (this.#free > 0) this.#free--
    else await this.#line.join(ending)
    try {
      return await work()
    } finally {
      // Handed on, and not given back: whoever comes now would otherwise be before those who wait.
      if (!this.#line.next()) this.#free++
    }
  }
}
