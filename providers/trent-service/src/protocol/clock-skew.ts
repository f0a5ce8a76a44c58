import { type ClockSkew, skewAdvice } from '@signport/core/kit'

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

/** What a person must know of such a refusal, to go into an error's message. */
export function timeAdvice(skew: ClockSkew): string {
  if (skew.aheadMs === undefined)
    return 'check the clock of this machine: the server does not say what time it has'
  return (
    skewAdvice(skew) ??
    (skew.corrected
      ? 'the next request is signed with the time of the server'
      : 'the clock of this machine agrees with the time that the server says')
  )
}
