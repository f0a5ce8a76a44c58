/** What tells of an abort: an `AbortSignal` does, and an `Ending`, which costs less. */
export interface AbortNotice {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/**
 * Tells those who take part in a piece of work that it is over. It does what an AbortController does, which is most of what a call
 * costs before it is sent; a real signal is made for whoever asks for one.
 */
export class Ending implements AbortNotice {
  aborted = false
  reason: unknown
  #listeners: (() => void)[] = []
  #controller: AbortController | undefined

  /** The same as a real signal. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.aborted) this.#controller.abort(this.reason)
    }
    return this.#controller.signal
  }

  /** Ends it: the listeners are called once, in the order in which they came. */
  abort(reason: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    const listeners = this.#listeners
    this.#listeners = []
    for (const listener of listeners) callSafely(listener)
    this.#controller?.abort(reason)
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.aborted) this.#listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    // Few listen, and most often the last of them leaves first.
    const at = this.#listeners.lastIndexOf(listener)
    if (at >= 0) this.#listeners.splice(at, 1)
  }
}

/** What one of them throws keeps nothing from the others, and is uncaught, as it is with an EventTarget. */
function callSafely(listener: () => void): void {
  try {
    listener()
  } catch (error) {
    process.nextTick(() => {
      throw error
    })
  }
}

/** A real signal, for those who know no other: what came as one is handed on. */
export function signalOf(notice: AbortNotice): AbortSignal {
  return notice instanceof Ending ? notice.signal : (notice as AbortSignal)
}
