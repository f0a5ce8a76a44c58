import { SigningError, type SigningErrorDetails } from '@signport/core'

/** The provider's name, in its errors too. */
export const PROVIDER = 'alibaba-kms'

/** The error for options and surroundings that cannot work, or for an endpoint that is not what they say. */
export function misconfigured(message: string): SigningError {
  return new SigningError('Configuration', message, { provider: PROVIDER })
}

/** The error for credentials that cannot be had, or that the service does not know. */
export function unauthenticated(message: string): SigningError {
  return new SigningError('Unauthenticated', message, { provider: PROVIDER })
}

/** The error for an answer that breaks the protocol. */
export function invalidAnswer(message: string, details: SigningErrorDetails = {}): SigningError {
  return new SigningError('InvalidResponse', message, { ...details, provider: PROVIDER })
}
