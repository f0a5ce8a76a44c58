/** How the clocks of a server and of this machine differ, where the server has refused a request for its time. */
export interface ClockSkew {
  /** By how many milliseconds the server's clock is ahead of this machine's; undefined where it does not say its time. */
  readonly aheadMs?: number
  /** Whether the next request is signed with another time than the one that was refused. */
  readonly corrected: boolean
}

/** Clocks that differ by less are no reason to refuse a request: services grant five minutes and more. */
export const TOLERANCE_MS = 60_000

/** What a person must know of it, to go into an error's message; undefined where the clocks agree, or where nobody knows. */
export function skewAdvice({ aheadMs = 0, corrected }: ClockSkew): string | undefined {
  if (Math.abs(aheadMs) <= TOLERANCE_MS) return undefined
  const where = `the clock of this machine is ${spanOf(Math.abs(aheadMs))} ${aheadMs > 0 ? 'behind' : 'ahead of'} the server's`
  return corrected ? `${where}: the next request allows for that, but set it` : `${where}: set it`
}

/** The units of a length of time. Each is used from two of it on. */
const UNITS = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const

function spanOf(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => milliseconds >= 2 * each) ?? ['seconds', 1000]
  return `${Math.round(milliseconds / size)} ${unit}`
}
