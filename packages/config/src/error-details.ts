import type { SigningError, SigningErrorDetails } from '@signport/core'

/** What is known about a failure besides its code, message and cause. */
export function errorDetails(error: SigningError): Omit<SigningErrorDetails, 'cause'> {
  const { retryable, provider, providerCode, requestId, keyId, retryAfterMs } = error
  const known = { provider, providerCode, requestId, keyId, retryAfterMs }
  return {
    retryable,
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
  }
}
