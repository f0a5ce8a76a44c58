import { setTimeout as sleep } from 'node:timers/promises'

/** In milliseconds. */
const LIMIT = 10_000

/** Waits until something has come about, and fails where it does not. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + LIMIT
  while (!condition()) {
    if (performance.now() > end) throw new Error(`${LIMIT} ms were not enough.`)
    await sleep(5)
  }
}
