import type { IncomingHttpHeaders } from 'node:http'
import type { SigningError, SigningErrorDetails } from '@signport/core'
import { type HttpAnswer, MAX_ANSWER_BYTES } from '@signport/core/http'
import { type ClockSkew, type DatedHeaders, printable, readRetryAfter } from '@signport/core/kit'
import { invalidAnswer, PROVIDER } from './failure.js'
import {
  errorCode,
  isErrorAnswer,
  isSkewed,
  type Members,
  member,
  parseMembers,
  redactId,
  redirectError,
  refusalError,
} from './protocol/index.js'

/** An answer that is no refusal. */
export interface WireAnswer {
  readonly members: Members
  readonly requestId?: string
}

/** What was asked. */
export interface Question {
  readonly url: URL
  readonly keyId?: string | undefined
  /** What the request is signed with, and its signature: nothing of it may leave, wherever a server repeats it. */
  readonly credentials: readonly string[]
  /** Whether there are others now, if they have run out. */
  readonly renewed?: boolean
  /** How the clocks differ: asked only when the request was refused for its time. */
  readonly skewOf?: ((headers: DatedHeaders) => ClockSkew) | undefined
  /** What else must not be in an error; asked for only when there is one. */
  readonly secrets: () => readonly string[]
}

/**
 * Reads an answer, tolerantly: what a refusal looks like differs from server to server.
 *
 * @throws SigningError by the service's own code; `Configuration` for a redirect, `InvalidResponse` for what is no answer
 */
export function readWireAnswer(raw: HttpAnswer, question: Question): WireAnswer {
  const { status, headers, body } = raw
  if (status >= 300 && status < 400) throw redirected(headers, question)
  const members = body && parseMembers(body)
  const isError = isErrorAnswer(members ?? {}, headers['x-amzn-errortype'])
  if (status < 200 || status >= 300 || isError) throw refusal(raw, members, question)
  if (body?.length === 0) return { members: {}, ...requestIdOf(headers, question) }
  if (members) return { members, ...requestIdOf(headers, question) }
  const host = printable(question.url.host)
  const what = body ? 'is no JSON object' : `has more than ${MAX_ANSWER_BYTES} bytes`
  throw invalidAnswer(
    `The answer of ${host} ${what}, although its status is ${status}.`,
    detailsOf(headers, question),
  )
}

function redirected({ location }: IncomingHttpHeaders, question: Question): SigningError {
  const { url, credentials, secrets } = question
  return redirectError({
    provider: PROVIDER,
    host: url.host,
    location,
    secrets: [...credentials, ...secrets()],
  })
}

function refusal(
  { status, headers, body }: HttpAnswer,
  members: Members | undefined,
  question: Question,
): SigningError {
  const said = members ? member(members, 'message') : textOf(body)
  const message = typeof said === 'string' ? said : undefined
  const code = errorCode(members ?? {}, headers['x-amzn-errortype'])
  return refusalError({
    provider: PROVIDER,
    keyId: question.keyId,
    code,
    status,
    message,
    retryAfterMs: readRetryAfter(headers),
    renewed: question.renewed,
    skew: isSkewed(code, message) ? question.skewOf?.(headers) : undefined,
    ...requestIdOf(headers, question),
    secrets: [...question.credentials, ...question.secrets()],
  })
}

/** What a server says that has no JSON for it; pages for browsers say nothing. */
function textOf(body: Buffer | undefined): string | undefined {
  const text = body?.toString('utf8').trim()
  return text?.startsWith('<') ? undefined : text
}

function requestIdOf(headers: IncomingHttpHeaders, question: Question): { requestId?: string } {
  const given = headers['x-amzn-requestid'] ?? headers['x-amz-request-id']
  return typeof given === 'string' && given !== ''
    ? { requestId: redactId(given, question.credentials, question.secrets) }
    : {}
}

function detailsOf(headers: IncomingHttpHeaders, question: Question): SigningErrorDetails {
  const { keyId } = question
  return { ...(keyId !== undefined && { keyId }), ...requestIdOf(headers, question) }
}

/** A member that is text; undefined when it is not there. */
export function textMember(answer: WireAnswer, name: string): string | undefined {
  const value = answer.members[name] ?? undefined
  if (value === undefined || typeof value === 'string') return value
  throw invalidMember(answer, name, 'text')
}

/** A member that is bytes in base64, read strictly (RFC 4648 section 4). */
export function bytesMember(answer: WireAnswer, name: string): Uint8Array {
  const value = answer.members[name]
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.alloc(0)
  if (bytes.length > 0 && bytes.toString('base64') === value) return new Uint8Array(bytes)
  throw invalidMember(answer, name, 'bytes in base64')
}

/** The error for a member that is missing or no value of its kind. */
export function invalidMember({ requestId }: WireAnswer, name: string, expected: string): SigningError {
  const message = `The service answered without an error, but its ${name} is not ${expected}.`
  return invalidAnswer(message, requestId === undefined ? {} : { requestId })
}
