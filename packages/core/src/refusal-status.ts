import type { SigningErrorCode } from './error.js'

/** What passes. 408 is how a server ends a connection that it found idle; 425 is about early data of TLS. */
const PASSING: ReadonlyMap<number, SigningErrorCode> = new Map([
  [408, 'Unavailable'],
  [425, 'Unavailable'],
  [429, 'Throttled'],
  [502, 'Unavailable'],
  [503, 'Unavailable'],
  [504, 'Unavailable'],
])

/**
 * What the HTTP status of a refusal says, where the service's own code is not known.
 *
 * @param coded whether there is a code: a refusal without one need not be the service's
 */
export function codeOfStatus(status: number | undefined, coded: boolean): SigningErrorCode {
  if (status === 413) return 'MessageTooLarge'
  const passing = PASSING.get(status ?? 0)
  if (passing) return passing
  return coded || (status ?? 0) >= 500 ? 'Internal' : 'InvalidResponse'
}
