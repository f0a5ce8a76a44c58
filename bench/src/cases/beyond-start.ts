import { intervalOf } from '../harness/interval.js'
import type { Measured } from '../harness/measured.js'

/** Whose start is taken off. */
export interface Beyond {
  readonly start: string
  /** Where figures mean nothing, little work would be lost in the noise: nothing is taken off. */
  readonly quick: boolean
}

/**
 * What somebody took beyond a start, round by round.
 *
 * @throws RangeError when that is nothing, as far as the rounds can tell: then no ratio of it means anything
 */
export function beyondStart(measured: Measured, name: string, { start, quick }: Beyond): readonly number[] {
  const taken = measured.of(name)
  if (quick) return taken
  const starts = measured.of(start)
  const differences = taken.map((time, round) => time - (starts[round] as number))
  const { low, median } = intervalOf(differences)
  if (low > 0) return differences
  throw new RangeError(
    `${name} took ${median} ms more than ${start}, and perhaps less than that: is the machine busy?`,
  )
}
