import { SigningError } from '@signport/core'
import { reasonOf, withoutCommand } from '@signport/trent-service/protocol'
import { misconfigured, PROVIDER } from './misconfigured.js'
import { thrown } from './thrown.js'

/** How Node names failures of the network. */
const NETWORK = /^(?:E[A-Z]+|EAI_[A-Z]+)$/

/**
 * The error for credentials that the SDK could not get; undefined when something else went wrong.
 *
 * @param ours whether the client is ours: within another one, functions of the user's may have failed
 */
export function credentialsFailure(error: unknown, ours: boolean): SigningError | undefined {
  const { code, name = '', message = '', said } = thrown(error)
  if (said || /Credential|Token|^ProviderError/.test(name))
    return missing(ours ? withoutCommand(message) : reasonOf(error))
  return isNetworkFailure(code) ? unreachable(code) : undefined
}

/** The error for credentials that were looked for, and not found. */
export function chainFailure(error: unknown): SigningError {
  if (SigningError.is(error)) return error
  const why = withoutCommand(thrown(error).message ?? '')
  return credentialsFailure(error, true) ?? misconfigured(`the SDK could not look for credentials: ${why}`)
}

/** The error for a function of the user's that gave no credentials. */
export function functionFailure(error: unknown): SigningError {
  if (SigningError.is(error)) return error
  const { code } = thrown(error)
  return isNetworkFailure(code) ? unreachable(code) : missing(reasonOf(error))
}

/** Whether a code is one of Node's for a connection that could not be made, or broke. */
export function isNetworkFailure(code: string | undefined): code is string {
  return code !== undefined && NETWORK.test(code)
}

function missing(why: string): SigningError {
  const instead =
    'set the option credentials, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile, or give this machine a role'
  return new SigningError('Unauthenticated', `${PROVIDER} has no credentials: ${why} (${instead}).`, {
    provider: PROVIDER,
  })
}

function unreachable(code: string): SigningError {
  const message = `${PROVIDER} could not reach what gives out its credentials: ${code}.`
  return new SigningError('Unavailable', message, { provider: PROVIDER })
}
