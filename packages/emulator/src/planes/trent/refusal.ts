import type { Refusal } from '../../faults/fault-kind.js'
import { HOSTILE_TEXT } from '../../faults/hostile-text.js'
import { signatureExpired } from '../../sigv4/check-signature.js'
import { type FailureCode, TrentFailure } from './failure.js'

const REFUSALS: Record<Refusal, readonly [FailureCode, string | ((now: Date) => string)]> = {
  throttled: [
    'ThrottlingException',
    'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  ],
  internal: ['KMSInternalException', 'An internal error occurred.'],
  unavailable: ['ServiceUnavailableException', 'The service is unavailable.'],
  dependencyTimeout: [
    'DependencyTimeoutException',
    'The system timed out while trying to fulfill the request.',
  ],
  expiredToken: ['ExpiredTokenException', 'The security token included in the request is expired'],
  clockSkew: ['InvalidSignatureException', signatureExpired],
  hostileText: ['AccessDeniedException', HOSTILE_TEXT],
}

/** The failure by which a fault refuses a call. */
export function refuse(refusal: Refusal, now: Date): TrentFailure {
  const [code, message] = REFUSALS[refusal]
  return new TrentFailure(code, typeof message === 'string' ? message : message(now))
}
