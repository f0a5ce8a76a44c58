import { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { formsOf, refusalError } from '@signport/trent-service/protocol'
import { credentialsFailure, withoutSecrets } from './credentials-failure.js'
import type { Exchange, Headers } from './exchange.js'
import { misconfigured, PROVIDER } from './misconfigured.js'
import { type Thrown, thrown } from './thrown.js'

/** What a call was about that failed. */
export interface Call {
  readonly keyId: string
  /** What was sent to be signed. */
  readonly message?: Uint8Array | undefined
  /** Credentials that were given as an option. */
  readonly credentials?: unknown
  readonly signal?: AbortSignal | undefined
}

/**
 * The error of the SDK as one of ours. It is not handed on as the cause: it holds the answer, and that the request,
 * with a session token in its headers and the message in its body.
 */
export function failureOf(error: unknown, exchange: Exchange, call: Call): SigningError {
  // Ours, from within the SDK: where the request must not go, or a function for credentials that failed.
  if (SigningError.is(error)) return error
  if (call.signal?.aborted) return aborted(call.signal)
  if (exchange.tooLong) return invalid('answered with more than any answer can have', exchange, call)
  if (exchange.answer) return answerFailure(thrown(error), exchange.answer, exchange, call)
  return exchange.request ? connectionFailure(thrown(error), exchange, call) : unsent(error)
}

function aborted({ reason }: AbortSignal): SigningError {
  if (SigningError.is(reason)) return reason
  return new SigningError('Aborted', 'The call was aborted.', { provider: PROVIDER, cause: reason })
}

function answerFailure(
  { said, name, message }: Thrown,
  { status, headers }: NonNullable<Exchange['answer']>,
  exchange: Exchange,
  call: Call,
): SigningError {
  if (status >= 300 && status < 400) return redirected(headers.location)
  // A page of a proxy, for example: the SDK's message is about the JSON that it is not.
  if (!said && status < 300) return invalid('answered with what is not an answer of KMS', exchange, call)
  const [requestId, retryAfter] = [requestIdOf(headers), retryAfterMs(headers['retry-after'])]
  return refusalError({
    provider: PROVIDER,
    keyId: call.keyId,
    status,
    // What the SDK says where the service says nothing.
    ...(said && name !== 'Unknown' && { code: name }),
    ...(said && message !== 'UnknownError' && { message }),
    ...(requestId !== undefined && { requestId }),
    ...(retryAfter !== undefined && { retryAfterMs: retryAfter }),
    secrets: secretsOf(exchange, call),
  })
}

function redirected(location: string | undefined): SigningError {
  const host = location !== undefined && URL.canParse(location) ? new URL(location).host : 'elsewhere'
  return misconfigured(`the endpoint redirects to ${printable(host)}, which is not followed: check it`)
}

function invalid(what: string, { answer }: Exchange, { keyId }: Call): SigningError {
  const requestId = answer && requestIdOf(answer.headers)
  const details = { provider: PROVIDER, keyId, ...(requestId !== undefined && { requestId }) }
  return new SigningError(
    'InvalidResponse',
    `${PROVIDER} ${what} for the key ${printable(keyId)}: check the endpoint.`,
    details,
  )
}

function requestIdOf(headers: Headers): string | undefined {
  return headers['x-amzn-requestid'] ?? headers['x-amzn-request-id'] ?? headers['x-amz-request-id']
}

/** Seconds, or a date (RFC 9110 section 10.2.3), as milliseconds from now. */
function retryAfterMs(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

/** What the service was told in confidence; the secret access key itself is never sent. */
function secretsOf({ request = {} }: Exchange, { message, credentials }: Call): string[] {
  const [, accessKeyId, signature] =
    /Credential=([^/]+)\/.*Signature=(\w+)/.exec(request.authorization ?? '') ?? []
  const given = typeof credentials === 'object' && credentials !== null ? Object.values(credentials) : []
  return [
    ...(message ? formsOf(message) : []),
    ...[accessKeyId, signature, request['x-amz-security-token'], ...given].filter(isText),
  ]
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** How Node names what is wrong with a certificate, or with TLS as such. */
const TLS =
  /^(?:CERT_|CRL_|DEPTH_ZERO_|EPROTO|ERROR_IN_|ERR_SSL_|ERR_TLS_|HOSTNAME_|INVALID_|PATH_LENGTH_|SELF_SIGNED_|UNABLE_TO_)/

function connectionFailure({ code, name }: Thrown, exchange: Exchange, call: Call): SigningError {
  const why = printable(code ?? name ?? 'without a reason')
  if (code?.startsWith('HPE_')) return invalid(`answered with what is not HTTP (${why})`, exchange, call)
  const details = { provider: PROVIDER, keyId: call.keyId }
  const key = printable(call.keyId)
  if (code !== undefined && TLS.test(code))
    return new SigningError(
      'Configuration',
      `${PROVIDER} is not to be trusted for the key ${key}, or speaks no TLS: ${why}. Check the endpoint; a private CA is named in NODE_EXTRA_CA_CERTS.`,
      details,
    )
  const message = `${PROVIDER} could not be reached for the key ${key}, or broke off: ${why}.`
  return new SigningError('Unavailable', message, details)
}

/** Nothing was sent yet: the SDK lacks credentials, or something else that it needs. */
function unsent(error: unknown): SigningError {
  const { message = '' } = thrown(error)
  return (
    credentialsFailure(error) ??
    misconfigured(`the SDK could not prepare the request: ${withoutSecrets(message)}`)
  )
}
