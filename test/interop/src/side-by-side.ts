/** What can be ended before it is done. */
type Work = (signal: AbortSignal) => Promise<unknown>

/**
 * Does all of the work at the same time, each under its name, and leaves none of it behind.
 *
 * @throws Error the first failure, at which the rest is ended; or with the names of what is not done in time
 */
export async function sideBySide(work: Readonly<Record<string, Work>>, limitMs: number): Promise<void> {
  const ending = new AbortController()
  const busy = new Set(Object.keys(work))
  const limit = setTimeout(() => {
    ending.abort(new Error(`Not done in ${limitMs / 1_000} seconds: ${[...busy].join(', ')}.`))
  }, limitMs)
  const all = Object.entries(work).map(async ([name, begin]) => {
    // What fails because it was ended does not replace the reason.
    await begin(ending.signal).catch((error: unknown) => ending.abort(error))
    busy.delete(name)
  })
  await Promise.all(all).finally(() => clearTimeout(limit))
  ending.signal.throwIfAborted()
}

/** Does something with each of a list, and with so many at once. */
export async function eachOf<T>(
  list: readonly T[],
  atOnce: number,
  work: (each: T) => Promise<unknown>,
): Promise<void> {
  const rest = list.values()
  const worker = async () => {
    for (const each of rest) await work(each)
  }
  const workers = Array.from({ length: atOnce }, worker)
  // A failure is told when nothing is at work any more.
  await Promise.allSettled(workers)
  await Promise.all(workers)
}
