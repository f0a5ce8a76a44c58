import { SigningError } from './error.js'
import { printable, typeName } from './text.js'

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** About 285 years: more is a mistake, and sums with times of today stay exact. */
export const MAX_DURATION_MS = 9e12

/**
 * A length of time in milliseconds, from a whole number and its unit: `90s`, `10m`, `1h`, `30d`, `2w`. A number without a
 * unit is refused: some libraries take it for seconds and some for milliseconds.
 *
 * @throws SigningError `InvalidArgument`
 */
export function readDuration(text: string): number {
  const [, count, unit] = (typeof text === 'string' && /^(\d{1,13})([smhdw])$/.exec(text)) || []
  const ms = Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS]
  if (ms <= MAX_DURATION_MS) return ms
  throw new SigningError(
    'InvalidArgument',
    `A duration is a whole number and its unit, such as 90s, 10m, 1h or 30d, and no longer than 285 years, not ${shown(text)}.`,
  )
}

function shown(value: unknown): string {
  return typeof value === 'string'
    ? printable(value, 40) || 'an empty text'
    : `of the type ${typeName(value)}`
}
