import { SigningError } from '@signport/core'
import { MAX_ANSWER_BYTES } from '@signport/core/http'
import { type ClockSkew, printable, readRetryAfter } from '@signport/core/kit'
import { isRedirection, redirected } from '../answer-head.js'
import { connectionFailure } from '../connection-failure.js'
import { invalidAnswer, misconfigured, PROVIDER } from '../failure.js'
import { type Renewal, refusalError } from '../refusal.js'
import type { RequestWatch } from './request-watch.js'

/** What a call was about that failed. */
export interface FailedCall {
  readonly keyId: string
  readonly url: URL
  /** What the service was told in confidence. */
  readonly secrets: readonly string[]
  /** What Node saw of the request. */
  readonly watch: Pick<RequestWatch, 'head' | 'ended'>
  readonly timeoutMs: number
  /** As a refusal has them. */
  readonly renewal?: Renewal | undefined
  readonly skew?: ClockSkew | undefined
}

/** What of a value that was thrown is looked at. */
interface Thrown {
  readonly name: string | undefined
  readonly code: string | undefined
  readonly message: string
  /** The JSON of the service, where there was one. */
  readonly data: Readonly<Record<string, unknown>> | undefined
}

const CA_ADVICE = 'a private authority is named in NODE_EXTRA_CA_CERTS'

/** What is sent is a digest and some parameters, in a URL. */
const TOO_LARGE = 'what stands before the service must take a URL of some kilobytes'

/** How Node names failures of the network, of TLS and of HTTP. */
const OF_THE_CONNECTION = /^(?:E[A-Z_]+|HPE_[A-Z_]+|[A-Z]+(?:_[A-Z0-9]+)+)$/

/**
 * An error of the vendor's client as one of ours. It is not handed on as the cause: its text holds the URL of the request,
 * and with that the AccessKey's id, the signature and the security token.
 */
export function clientFailure(error: unknown, call: FailedCall): SigningError {
  if (SigningError.is(error)) return error
  const thrown = read(error)
  if (thrown.data) return refusal(thrown, thrown.data, call)
  const { watch, keyId, url } = call
  const { host } = url
  if (watch.head && isRedirection(watch.head)) return redirected(watch.head, url, call.secrets)
  if (watch.ended === 'long') return endless(call)
  if (watch.ended === 'late' || thrown.name === 'RequestTimeoutError') return silent(call)
  if (thrown.code === 'ParameterMissing')
    return misconfigured(
      'The client of the vendor could not prepare the request: check endpoint and credentials.',
    )
  if (thrown.code !== undefined && OF_THE_CONNECTION.test(thrown.code))
    return connectionFailure(thrown.code, { host, caAdvice: CA_ADVICE })
  // What stands before the service refuses in ways of its own: then the status is all that is known.
  if (watch.head && watch.head.status >= 400) return refusal(thrown, {}, call)
  // Its own errors have no code: text that is no JSON, members of another type.
  const what = thrown.name === 'SyntaxError' ? 'is no JSON' : 'is none of KMS'
  return invalidAnswer(
    `The answer of ${printable(host)} for the key ${printable(keyId)} ${what}: check the endpoint, and whether a proxy answers in its place.`,
    { keyId },
  )
}

function read(error: unknown): Thrown {
  const { name, code, message, data } = Object(error) as Record<string, unknown>
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  const isObject = typeof data === 'object' && data !== null
  return {
    name: text(name),
    code: text(code),
    message: text(message) ?? '',
    data: isObject ? (data as Thrown['data']) : undefined,
  }
}

/** The code of the service, where an error of the client is a refusal. */
export function serviceCodeOf(error: unknown): string | undefined {
  const { data, code } = read(error)
  return data && codeIn(data, code)
}

function codeIn(data: NonNullable<Thrown['data']>, code: string | undefined): string | undefined {
  const said = data.Code ?? data.code
  return typeof said === 'string' && said !== '' ? said : withoutSuffix(code)
}

function refusal(
  { code, message }: Thrown,
  data: NonNullable<Thrown['data']>,
  { keyId, secrets, watch: { head }, renewal, skew }: FailedCall,
): SigningError {
  const member = (name: string) => data[name] ?? data[`${name.charAt(0).toLowerCase()}${name.slice(1)}`]
  const text = (name: string) => {
    const value = member(name)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  return refusalError({
    keyId,
    code: codeIn(data, code),
    status: head?.status ?? statusOf(member('HttpStatus'), message),
    message: text('Message'),
    requestId: text('RequestId'),
    retryAfterMs: head && readRetryAfter(head.headers),
    secrets,
    renewal,
    skew,
    tooLarge: TOO_LARGE,
  })
}

/** The client adds a word to the service's code, also where there is none. */
function withoutSuffix(code: string | undefined): string | undefined {
  const bare = code?.replace(/Error$/, '')
  return bare === 'undefined' || bare === '' ? undefined : bare
}

/** The status is in what the service says of itself, and in the client's text: `…: code: 503, …`. */
function statusOf(said: unknown, message: string): number | undefined {
  const [, inText] = /\bcode: (\d{3}),/.exec(message) ?? []
  const status = Number(inText ?? said)
  return Number.isInteger(status) && status >= 400 && status < 600 ? status : undefined
}

function endless({ keyId, url }: FailedCall): SigningError {
  return invalidAnswer(
    `${printable(url.host)} answered with more than ${MAX_ANSWER_BYTES} bytes, for the key ${printable(keyId)}: check the endpoint.`,
    { keyId },
  )
}

function silent({ keyId, url, timeoutMs }: FailedCall): SigningError {
  const message = `${printable(url.host)} did not answer for the key ${printable(keyId)} within ${timeoutMs} ms.`
  return new SigningError('Timeout', message, { provider: PROVIDER, keyId })
}
