import { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { invalidAnswer, misconfigured, PROVIDER } from './failure.js'

/** Codes of OpenSSL and of Node for a server that is not who it should be, or that speaks no TLS. */
const NOT_TRUSTED =
  /^(?:CERT_|CRL_|ERR_TLS_|ERR_SSL_|ERROR_IN_CERT|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|EPROTO)/

/** Codes of Node for an answer that is there and cannot be read: broken HTTP or compression, more than a string may hold. */
const NOT_READABLE = /^(?:HPE_|Z_|ERR_(?!SOCKET_|STREAM_))/

/** What the usual codes mean. */
const MEANINGS = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ECONNRESET', 'it closed the connection'],
  ['EPIPE', 'it closed the connection'],
  ['ENOTFOUND', 'its name is not known; that of an instance is known in its VPC only'],
  ['EAI_AGAIN', 'its name could not be looked up'],
  ['ETIMEDOUT', 'it does not answer'],
  ['EHOSTUNREACH', 'there is no way to it'],
  ['ENETUNREACH', 'there is no way to it'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is signed by nobody else'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is of an authority that is not known here'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate is of an authority that is not known here'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is of an authority that is not known here'],
])

/** Where a connection was to go, and how its private authority is named there. */
export interface Destination {
  readonly host: string
  readonly caAdvice: string
}

/** The error for a connection that failed before there was an answer. Only its code is told, and for whom. */
export function connectionFailure(code: string | undefined, { host, caAdvice }: Destination): SigningError {
  const name = code ?? 'the connection ended early'
  const meaning = MEANINGS.get(name)
  const what = `${printable(name)}${meaning ? ` (${meaning})` : ''}`
  if (NOT_TRUSTED.test(name))
    return misconfigured(
      `The server ${printable(host)} cannot be trusted, or speaks no TLS: ${what}. Check the endpoint; ${caAdvice}.`,
    )
  if (NOT_READABLE.test(name))
    return invalidAnswer(`The answer of ${printable(host)} cannot be read: ${what}. Check the endpoint.`)
  return new SigningError('Unavailable', `There is no answer from ${printable(host)}: ${what}.`, {
    provider: PROVIDER,
  })
}
