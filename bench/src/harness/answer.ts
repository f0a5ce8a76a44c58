// Whoever started this program has heard enough, or is no more.
process.once('disconnect', () => process.exit())
// That may have been before all of this was loaded.
if (process.send && !process.connected) process.exit()

/** What a program was told by who started it. */
export function argument<T>(): T {
  return JSON.parse(process.argv[2] ?? 'null') as T
}

/** Tells who started this program what it is to know; then it runs until that one has heard enough. */
export function answer(value: unknown): void {
  // Should that one be gone by now, there is nothing to be said about it.
  process.send?.(value, undefined, undefined, () => undefined)
}
