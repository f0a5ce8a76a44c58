/** The time that calls are kept by. A program has no reason to give another than the usual one; a test has. */
export interface Clock {
  /** Milliseconds from some moment on. They never go back, whatever is done to the time of the machine. */
  now(): number
  /** Calls back once, after so many milliseconds. What it returns takes that back. */
  after(milliseconds: number, callback: () => void): () => void
}

/** The clock of the process. A wait keeps it alive, as a request on the way does. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
}
