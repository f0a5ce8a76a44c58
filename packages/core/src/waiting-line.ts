import { abortOf, throwIfAborted } from './abort.js'

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
   * @throws SigningError `Aborted`, `Timeout` as soon as the signal aborts
   */
  join(signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal)
    return new Promise((resolve, reject) => {
      const goOn = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        this.#waiting.delete(goOn)
        if (signal) reject(abortOf(signal))
      }
      this.#waiting.add(goOn)
      signal?.addEventListener('abort', leave, { once: true })
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
