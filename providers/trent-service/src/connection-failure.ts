import { SigningError } from '@signport/core'
import { oneOf, printable } from '@signport/core/kit'
import { invalidAnswer, misconfigured, PROVIDER } from './failure.js'
import { isTlsFailure } from './protocol/index.js'

/** What the usual codes mean. */
const MEANINGS = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ECONNRESET', 'it closed the connection'],
  ['EPIPE', 'it closed the connection'],
  ['ENOTFOUND', 'its name is not known'],
  ['EAI_AGAIN', 'its name could not be looked up'],
  ['ETIMEDOUT', 'it does not answer'],
  ['EHOSTUNREACH', 'there is no way to it'],
  ['ENETUNREACH', 'there is no way to it'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is signed by nobody else'],
])

/** The error for a connection that failed before there was an answer. Only its code is told, and for whom. */
export function connectionFailure(error: unknown, { host }: URL): SigningError {
  const { code } = Object(error) as { code?: unknown }
  const name = typeof code === 'string' ? code : 'the connection ended early'
  const meaning = MEANINGS.get(name)
  const what = `${printable(name)}${meaning ? ` (${meaning})` : ''}`
  if (isTlsFailure(name))
    return misconfigured(
      `The server ${printable(host)} cannot be trusted, or speaks no TLS: ${what}. Check ${oneOf(['endpoint', 'ca'])}.`,
    )
  if (name.startsWith('HPE_')) return invalidAnswer(`The answer of ${printable(host)} is no HTTP: ${what}.`)
  return new SigningError('Unavailable', `There is no answer from ${printable(host)}: ${what}.`, {
    provider: PROVIDER,
  })
}

/** The error for a call that its caller, or core's clock, has ended. */
export function abortOf({ reason }: AbortSignal): SigningError {
  if (SigningError.is(reason, 'Timeout')) return reason
  return new SigningError('Aborted', 'The call was aborted.', { provider: PROVIDER, cause: reason })
}
