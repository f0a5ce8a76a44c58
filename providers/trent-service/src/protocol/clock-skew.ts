/** How the clocks of a server and of this machine differ, where the server has refused a request for its time. */
export interface ClockSkew {
  /** By how many milliseconds the server's clock is ahead of this machine's; undefined where it does not say its time. */
  readonly aheadMs?: number
  /** Whether the next request is signed with another time than the one that was refused. */
  readonly corrected: boolean
}

/** Clocks that differ by less are no reason to refuse a request: services grant five minutes and more. */
export const TOLERANCE_MS = 60_000

/** Codes that are about the time of a request, and nothing else. */
const ABOUT_TIME = new Set<string | undefined>([
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
])

/** Codes by which AWS refuses any signature that is not right: what is wrong with it, its text alone says. */
const ABOUT_SIGNATURES = new Set<string | undefined>(['InvalidSignatureException', 'SignatureDoesNotMatch'])

const TOO_EARLY_OR_LATE = /^\s*Signature (?:expired|not yet current)\b/i

/** Whether a service refused a request because of the time that it was signed with. */
export function isSkewed(code: string | undefined, message = ''): boolean {
  return ABOUT_TIME.has(code) || (ABOUT_SIGNATURES.has(code) && TOO_EARLY_OR_LATE.test(message))
}

/** What a person must know of it, to go into an error's message. */
export function skewAdvice({ aheadMs, corrected }: ClockSkew): string {
  if (aheadMs === undefined)
    return 'check the clock of this machine: the server does not say what time it has'
  if (Math.abs(aheadMs) <= TOLERANCE_MS)
    return corrected
      ? 'the next request is signed with the time of the server'
      : 'the clock of this machine agrees with the time that the server says'
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
