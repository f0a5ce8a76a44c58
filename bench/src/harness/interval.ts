/** A median, and the interval that holds the true one. */
export interface Interval {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** How sure the interval is. */
const CONFIDENCE = 0.95

/**
 * The median, and the narrowest pair of values around it that lie as far from the ends as each other and hold the true
 * median with a probability of at least 95 %, however the values are distributed: of 15 the 4th and the 12th. Fewer than six
 * values cannot say so much: then it is the least and the greatest.
 *
 * @throws RangeError when there is no value, or one that is not finite
 */
export function intervalOf(values: readonly number[]): Interval {
  if (values.length === 0 || !values.every(Number.isFinite))
    throw new RangeError(`No interval of ${values.length} values: [${values.join(', ')}]`)
  const sorted = values.toSorted((a, b) => a - b)
  const outside = outsideOf(sorted.length)
  return {
    median: (at(sorted, (sorted.length - 1) >> 1) + at(sorted, sorted.length >> 1)) / 2,
    low: at(sorted, outside),
    high: at(sorted, sorted.length - 1 - outside),
  }
}

/** How many values may lie outside of the interval at each end: each value is below the true median as a coin falls. */
function outsideOf(count: number): number {
  let outside = 0
  let ways = 1
  let misses = 2 * 0.5 ** count
  for (;;) {
    ways *= (count - outside) / (outside + 1)
    misses += 2 * ways * 0.5 ** count
    if (misses > 1 - CONFIDENCE) return outside
    outside += 1
  }
}

function at(sorted: readonly number[], index: number): number {
  return sorted[index] as number
}
