import type { Interval } from '../harness/interval.js'

/** With three digits that count, or all of those before the point, and more of them behind it if so many are wanted. */
export function numberText(value: number, more = 0): string {
  const magnitude = Math.abs(value)
  const digits =
    more + (magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : magnitude >= 0.9995 || magnitude === 0 ? 2 : 3)
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** How many more digits it takes to see that two values are not the same: the last ones are those of a double. */
export function digitsApart(value: number, other: number): number {
  const areAlike = (more: number) => numberText(value, more) === numberText(other, more)
  let more = 0
  while (more < 15 && areAlike(more)) more += 1
  return more
}

/** A median, and where the true one lies. */
export function intervalText({ median, low, high }: Interval, more = 0): string {
  return `${numberText(median, more)} (${numberText(low)}–${numberText(high)})`
}
