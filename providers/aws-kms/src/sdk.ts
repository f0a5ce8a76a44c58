import { SigningError } from '@signport/core'
import { PROVIDER } from './misconfigured.js'

/** The SDK's module. */
export type Sdk = typeof import('@aws-sdk/client-kms')

/**
 * Loads the SDK, which takes a tenth of a second and 20 MB: nobody pays for it who does not sign with AWS KMS.
 *
 * @throws SigningError `Configuration` when it is not there
 */
export async function loadSdk(): Promise<Sdk> {
  try {
    return await import('@aws-sdk/client-kms')
  } catch (cause) {
    const message = 'The SDK of AWS cannot be loaded. Install it: npm install @aws-sdk/client-kms'
    throw new SigningError('Configuration', message, { provider: PROVIDER, cause })
  }
}
