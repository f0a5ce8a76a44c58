import type { Interval } from '../harness/interval.js'

/** With three digits that count, or all of those before the point. */
export function numberText(value: number): string {
  const magnitude = Math.abs(value)
  const digits =
    magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : magnitude >= 0.9995 || magnitude === 0 ? 2 : 3
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** A median, and where the true one lies. */
export function intervalText({ median, low, high }: Interval): string {
  return `${numberText(median)} (${numberText(low)}–${numberText(high)})`
}
