import { SigningError } from '@signport/core'
import { redact } from '@signport/trent-service/protocol'
import { PROVIDER } from './misconfigured.js'
import { thrown } from './thrown.js'

/** How Node names failures of the network. */
const NETWORK = /^(?:E[A-Z]+|EAI_[A-Z]+)$/

/** The error for credentials that could not be had; undefined when something else went wrong. */
export function credentialsFailure(error: unknown): SigningError | undefined {
  if (SigningError.is(error)) return error
  const { code, name = '', message = '', said } = thrown(error)
  const details = { provider: PROVIDER }
  if (said || /Credential|Token|^ProviderError/.test(name))
    return new SigningError(
      'Unauthenticated',
      `${PROVIDER} has no credentials: ${withoutSecrets(message)} (set the option credentials, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile, or give this machine a role).`,
      details,
    )
  if (code === undefined || !NETWORK.test(code)) return undefined
  return new SigningError(
    'Unavailable',
    `${PROVIDER} could not reach what gives out its credentials: ${code}.`,
    details,
  )
}

/** The command that a profile names for its credentials may have secrets among its arguments. */
export function withoutSecrets(message: string): string {
  if (message.startsWith('Command failed')) return 'the credential_process of the profile failed'
  return redact(message, []).replace(/[.\s]+$/, '') || 'no reason is known'
}
