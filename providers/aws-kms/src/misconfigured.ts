import { SigningError } from '@signport/core'

/** As in `Signer.provider`. */
export const PROVIDER = 'aws-kms'

/** The error for options and surroundings that cannot work; `why` goes on after the provider's name. */
export function misconfigured(why: string): SigningError {
  return new SigningError('Configuration', `${PROVIDER}: ${why}.`, { provider: PROVIDER })
}
