import { SigningError } from '@signport/core'

/**
 * The error for a URI that is not valid; `why` goes on after that, without a full stop. The URI itself is not shown:
 * somebody may have put a secret into it.
 */
export function refused(why: string): SigningError {
  return new SigningError('Configuration', `The URI is not valid: ${why}.`)
}
