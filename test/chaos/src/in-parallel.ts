import type { Clock } from '@signport/core'

/** Does something with all values, so many at a time, in their order. */
export async function inParallel<T>(
  values: readonly T[],
  concurrency: number,
  run: (value: T) => Promise<void>,
): Promise<void> {
  const rest = values.values()
  const work = async () => {
    for (const value of rest) await run(value)
  }
  await Promise.all(Array.from({ length: concurrency }, work))
}

/**
 * The outcome of a promise, or what is to be said when it has none in time. The promise is left alone then.
 *
 * @param milliseconds how long it may take, by the clock
 */
export async function withinLimit<T, Late>(
  promise: Promise<T>,
  { clock, milliseconds }: { readonly clock: Clock; readonly milliseconds: number },
  late: () => Late,
): Promise<T | Late> {
  let stop = () => {}
  const limit = new Promise<Late>((resolve) => {
    stop = clock.after(milliseconds, () => resolve(late()))
  })
  return Promise.race([promise, limit]).finally(stop)
}
