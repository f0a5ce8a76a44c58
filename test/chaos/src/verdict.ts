import type { FaultKind } from '@signport/emulator'

/** What went wrong how often: the kinds of the emulator, and connections that were refused. */
export type Seen = Readonly<Record<FaultKind | 'refused', number>>

/** How often each kind must be seen when so many are signed, with faults in the usual part of the answers. */
const ENOUGH = { of: 100, in: 20_000, rate: 0.3 }

/** In a run that is shorter than that, chance decides how many there are: as far from the mean as it hardly ever goes. */
const DEVIATIONS = 3

/** Shorter runs, and gentler ones, may pass by a kind. */
const LEAST_TO_SAY = 5

/** How often each kind must be seen in a run. */
export function enough(count: number, rate: number): number {
  const expected = (ENOUGH.of * count * rate) / (ENOUGH.in * ENOUGH.rate)
  if (expected >= ENOUGH.of) return Math.floor(expected)
  if (expected < LEAST_TO_SAY) return 0
  return Math.max(1, Math.floor(expected - DEVIATIONS * Math.sqrt(expected)))
}

/** The kinds that a run has not shown often enough to say anything of them. */
export function seenDefects(seen: Seen, count: number, rate: number): readonly string[] {
  const least = enough(count, rate)
  return Object.entries(seen)
    .filter(([, times]) => times < least)
    .map(([kind, times]) => `the fault ${kind} was seen ${times} times, and should be ${least} times`)
}
