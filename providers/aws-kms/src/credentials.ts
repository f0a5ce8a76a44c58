import { readIdentity } from '@signport/trent-service/protocol'
import type { AwsKmsCredentials } from './aws-kms-options.js'
import { functionFailure } from './credentials-failure.js'
import { PROVIDER } from './misconfigured.js'

/** The credentials for the SDK: checked, and a function's failures without what they may say. */
export function credentialsOf(given: AwsKmsCredentials): AwsKmsCredentials {
  if (typeof given !== 'function') {
    readIdentity(given, 'the option credentials', PROVIDER)
    return { ...given }
  }
  return async (properties) => {
    const identity = await asked(given, properties)
    readIdentity(identity, 'what the function for credentials gave', PROVIDER)
    return identity
  }
}

type Provide = Extract<AwsKmsCredentials, (...parameters: never[]) => unknown>

async function asked(provide: Provide, properties: Parameters<Provide>[0]) {
  try {
    return await provide(properties)
  } catch (error) {
    throw functionFailure(error)
  }
}
