import { SigningError } from '@signport/core'
import { typeName } from '@signport/core/kit'
import type { AwsKmsCredentials } from './aws-kms-options.js'
import { credentialsFailure } from './credentials-failure.js'
import { misconfigured, PROVIDER } from './misconfigured.js'

/** The credentials for the SDK: checked, and a function's failures without what they may say. */
export function credentialsOf(given: AwsKmsCredentials): AwsKmsCredentials {
  if (typeof given !== 'function') {
    assertIdentity(given)
    return { ...given }
  }
  return async (properties) => {
    const identity = await asked(given, properties)
    assertIdentity(identity)
    return identity
  }
}

type Provide = Extract<AwsKmsCredentials, (...parameters: never[]) => unknown>

async function asked(provide: Provide, properties: Parameters<Provide>[0]) {
  try {
    return await provide(properties)
  } catch (error) {
    throw credentialsFailure(error) ?? functionFailed(error)
  }
}

/** Its text is not repeated: whoever fetches secrets may well have put one into it. */
function functionFailed(error: unknown): SigningError {
  const message = `${PROVIDER} has no credentials: the function that was given for them failed with ${typeName(error)}.`
  return new SigningError('Unauthenticated', message, { provider: PROVIDER })
}

const VISIBLE = /^[\x21-\x7e]+$/

/** What can be sent; the secret itself is not. */
const PARTS = { accessKeyId: VISIBLE, secretAccessKey: /^\P{Cc}+$/u, sessionToken: VISIBLE }

/** @throws SigningError `Configuration`, without the values */
function assertIdentity(identity: unknown): void {
  const parts = Object(identity) as Record<string, unknown>
  for (const [name, pattern] of Object.entries(PARTS)) {
    const value = parts[name]
    if (name === 'sessionToken' && value === undefined) continue
    if (typeof value !== 'string')
      throw misconfigured(`${name} of the credentials must be text, not ${typeName(value)}`)
    if (!pattern.test(value))
      throw misconfigured(`${name} of the credentials is empty, or has characters that none has`)
  }
}
