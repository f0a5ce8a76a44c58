import { abortOf, throwIfAborted } from './abort.js'
import type { AbortNotice } from './ending.js'

/** Callers that wait for something that they get one after the other, in the order in which they came. */
export class WaitingLine {
  // Whoever gives up leaves it from the middle.
  readonly #waiting = new Set<() => void>()

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /**
   * Resolves when it is the caller's turn.
   *
   * @throws SigningError `Aborted`, `Timeout` as soon as the call ends
   */
  join(ending?: AbortNotice): Promise<void> {
    throwIfAborted(ending)
    return new Promise((resolve, reject) => {
      const goOn = () => {
        ending?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        this.#waiting.delete(goOn)
        if (ending) reject(abortOf(ending))
      }
      this.#waiting.add(goOn)
      ending?.addEventListener('abort', leave, { once: true })
    })
  }

  /** Lets the first go on. @returns whether there was one */
  next(): boolean {
    const [first] = this.#waiting
    if (!first) return false
    this.#waiting.delete(first)
    first()
    return true
  }
}
