/** How often each thing was asked before. */
export interface AttemptMemory {
  /** 0 at the first time, 1 at the second; of what was forgotten, 0 again. */
  next(content: string): number
}

/** How many things are remembered at most. */
const CAPACITY = 100_000

/** Makes a memory that forgets first what has not been asked for longest. */
export function createAttemptMemory(capacity: number = CAPACITY): AttemptMemory {
  const counts = new Map<string, number>()
  return {
    next(content) {
      const attempt = counts.get(content) ?? 0
      // To the end: a map keeps the order in which its entries were made.
      counts.delete(content)
      counts.set(content, attempt + 1)
      if (counts.size > capacity) counts.delete(counts.keys().next().value ?? '')
      return attempt
    },
  }
}
