import { SigningError } from '@signport/core'
import {
  type AbortNotice,
  abortOf,
  type ClockSkew,
  createServerClock,
  formsOf,
  isTlsFailure,
  printable,
  readRetryAfter,
  type ServerClock,
  typeName,
} from '@signport/core/kit'
import {
  isSkewed,
  type Refusal,
  redactId,
  redirectError,
  refusalError,
  withoutCommand,
} from '@signport/trent-service/protocol'
import type { AwsKmsClient } from './aws-kms-options.js'
import { credentialsFailure, isNetworkFailure } from './credentials-failure.js'
import { type Exchange, type Headers, identityIn } from './exchange.js'
import { misconfigured, PROVIDER } from './misconfigured.js'
import { skewOf } from './skew.js'
import { type Thrown, thrown } from './thrown.js'

/** What a call was about that failed. */
export interface Call {
  readonly keyId: string
  /** What was sent to be signed. */
  readonly message?: Uint8Array | undefined
  readonly grantTokens?: readonly string[] | undefined
  /** Credentials that were given as an option. */
  readonly credentials?: unknown
  /** The client of the user's, when it is not ours. */
  readonly client?: AwsKmsClient | undefined
  /** The time that our client signs with. */
  readonly clock?: ServerClock | undefined
  /** Of credentials that ran out: whether there are others now. */
  readonly renewed?: boolean | undefined
  readonly ending?: AbortNotice | undefined
}

/**
 * The error of the SDK as one of ours. It is not handed on as the cause: it holds the answer, and that the request,
 * with a session token in its headers and the message in its body.
 */
export function failureOf(error: unknown, exchange: Exchange, call: Call): SigningError {
  // Ours, from within the SDK: where the request must not go, or a function for credentials that failed.
  if (SigningError.is(error)) return error
  if (call.ending?.aborted) return abortOf(call.ending, PROVIDER)
  if (exchange.tooLong) return invalid('answered with more than any answer can have', exchange, call)
  if (exchange.answer) return answerFailure(thrown(error), exchange.answer, exchange, call)
  if (exchange.request) return connectionFailure(thrown(error), exchange, call)
  return exchange.watched ? unsent(error, call) : unwatched(error, exchange, call)
}

function answerFailure(
  error: Thrown,
  { status, headers }: NonNullable<Exchange['answer']>,
  exchange: Exchange,
  call: Call,
): SigningError {
  if (status >= 300 && status < 400) {
    const { host = '' } = exchange
    const secrets = secretsOf(exchange, call)
    return redirectError({ provider: PROVIDER, host, location: headers.location, secrets })
  }
  // A page of a proxy, for example: the SDK's message is about the JSON that it is not.
  if (!error.said && status < 300)
    return invalid('answered with what is not an answer of KMS', exchange, call)
  const retryAfterMs = readRetryAfter(headers)
  return refused(error, { status, requestId: requestIdOf(headers), retryAfterMs }, exchange, call)
}

function refused(
  { said, name, message }: Thrown,
  answered: Pick<Refusal, 'status' | 'requestId' | 'retryAfterMs'>,
  exchange: Exchange,
  call: Call,
): SigningError {
  return refusalError({
    ...answered,
    provider: PROVIDER,
    keyId: call.keyId,
    // What the SDK says where the service says nothing.
    ...(said && name !== 'Unknown' && { code: name }),
    ...(said && message !== 'UnknownError' && { message }),
    renewed: call.renewed,
    skew: isSkewed(name, message) ? skewIn(exchange, call, said) : undefined,
    secrets: secretsOf(exchange, call),
  })
}

function skewIn(exchange: Exchange, { client, clock }: Call, said: Thrown['said']): ClockSkew | undefined {
  // A client of the user's has a time of its own, which nothing is done to.
  return client
    ? skewOf({ exchange, clock: createServerClock(), said })
    : clock && skewOf({ exchange, clock })
}

function invalid(what: string, exchange: Exchange, call: Call): SigningError {
  const { keyId } = call
  const id = requestIdOf(exchange.answer?.headers ?? exchange.tooLong ?? {})
  const requestId = id && redactId(id, secretsOf(exchange, call))
  const details = { provider: PROVIDER, keyId, ...(requestId && { requestId }) }
  return new SigningError(
    'InvalidResponse',
    `${PROVIDER} ${what} for the key ${printable(keyId)}: check the endpoint.`,
    details,
  )
}

function requestIdOf(headers: Headers): string | undefined {
  return headers['x-amzn-requestid'] ?? headers['x-amzn-request-id'] ?? headers['x-amz-request-id']
}

/** What the service was told in confidence; the secret access key itself is never sent. */
export function secretsOf(exchange: Exchange, call: Call): string[] {
  const { message, grantTokens = [] } = call
  return [...(message ? formsOf(message) : []), ...grantTokens, ...credentialsIn(exchange, call)]
}

/** What of it the request was signed with, and its signature. */
export function credentialsIn({ request = {} }: Exchange, { credentials }: Call): string[] {
  const [, signature] = /Signature=(\w+)/.exec(request.authorization ?? '') ?? []
  const { accessKeyId, sessionToken } = identityIn(request)
  const given = typeof credentials === 'object' && credentials !== null ? Object.values(credentials) : []
  return [accessKeyId, signature, sessionToken, ...given].filter(isText)
}

const isText = (value: unknown): value is string => typeof value === 'string'

function connectionFailure({ code, name }: Thrown, exchange: Exchange, call: Call): SigningError {
  const why = printable(code ?? name ?? 'without a reason')
  if (code?.startsWith('HPE_')) return invalid(`answered with what is not HTTP (${why})`, exchange, call)
  const details = { provider: PROVIDER, keyId: call.keyId }
  const key = printable(call.keyId)
  if (code !== undefined && isTlsFailure(code))
    return new SigningError(
      'Configuration',
      `${PROVIDER} is not to be trusted for the key ${key}, or speaks no TLS: ${why}. Check the endpoint; a private CA is named in NODE_EXTRA_CA_CERTS.`,
      details,
    )
  const message = `${PROVIDER} could not be reached for the key ${key}, or broke off: ${why}.`
  return new SigningError('Unavailable', message, details)
}

/** Nothing was sent yet: the SDK lacks credentials, or something else that it needs. */
function unsent(error: unknown, { client }: Call): SigningError {
  const known = credentialsFailure(error, client === undefined)
  if (known) return known
  // Of a client that is not ours, functions of the user's may have failed, with whatever text.
  const why = client ? `it failed with ${typeName(error)}` : withoutCommand(thrown(error).message ?? '')
  return misconfigured(`the SDK could not prepare the request: ${why}`)
}

/** The failure of a client that does not run the middleware of commands: its errors are all that is known. */
function unwatched(error: unknown, exchange: Exchange, call: Call): SigningError {
  const known = thrown(error)
  if (known.said) return refused(known, known.said, exchange, call)
  if (isNetworkFailure(known.code) || isTlsFailure(known.code ?? '') || known.name === 'TimeoutError')
    return connectionFailure(known, exchange, call)
  return unsent(error, call)
}
