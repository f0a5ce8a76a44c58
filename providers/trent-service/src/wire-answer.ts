import type { IncomingHttpHeaders } from 'node:http'
import type { SigningError, SigningErrorDetails } from '@signport/core'
import { printable } from '@signport/core/kit'
import { invalidAnswer, misconfigured, PROVIDER } from './failure.js'
import { redactId, refusalError } from './protocol/index.js'
import { MAX_ANSWER_BYTES, type RawAnswer } from './transport.js'

/** The members of an answer. */
export type Members = Readonly<Record<string, unknown>>

/** An answer that is no refusal. */
export interface WireAnswer {
  readonly members: Members
  readonly requestId?: string
}

/** What was asked. */
export interface Question {
  readonly url: URL
  readonly keyId?: string | undefined
  /** What requests are signed with: nothing of it may leave, wherever a server repeats it. */
  readonly credentials: readonly string[]
  /** What else must not be in an error; asked for only when there is one. */
  readonly secrets: () => readonly string[]
}

/** What an error is made of: an answer with nothing else is one, whatever its status says. */
const ERROR_MEMBERS = new Set(['__type', 'code', 'message'])

/**
 * Reads an answer, tolerantly: what a refusal looks like differs from server to server.
 *
 * @throws SigningError by the service's own code; `Configuration` for a redirect, `InvalidResponse` for what is no answer
 */
export function readWireAnswer(raw: RawAnswer, question: Question): WireAnswer {
  const { status, headers, body } = raw
  if (status >= 300 && status < 400) throw redirected(headers, question.url)
  const members = body && parseMembers(body)
  const code = codeOf(members ?? {}, headers)
  const isError = code !== undefined && Object.keys(members ?? {}).every(isErrorMember)
  if (status < 200 || status >= 300 || isError) throw refusal(raw, members, code, question)
  if (body?.length === 0) return { members: {}, ...requestIdOf(headers, question) }
  if (members) return { members, ...requestIdOf(headers, question) }
  const host = printable(question.url.host)
  const what = body ? 'is no JSON object' : `has more than ${MAX_ANSWER_BYTES} bytes`
  throw invalidAnswer(
    `The answer of ${host} ${what}, although its status is ${status}.`,
    detailsOf(headers, question),
  )
}

const isErrorMember = (name: string) => ERROR_MEMBERS.has(name.toLowerCase())

function parseMembers(body: Buffer): Members | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Members)
      : undefined
  } catch {
    return undefined
  }
}

/**
 * The service's code, without the namespace before it and the URL behind it:
 * `com.amazonaws.kms#NotFoundException:http://…`.
 */
function codeOf(members: Members, headers: IncomingHttpHeaders): string | undefined {
  const given = [members.__type, member(members, 'code'), headers['x-amzn-errortype']]
  const text = given.find((value) => typeof value === 'string' && value !== '') as string | undefined
  const name = text?.split(',', 1)[0]?.split(':', 1)[0]
  return name?.slice(name.indexOf('#') + 1).trim() || undefined
}

/** A member by its name in whatever case. */
function member(members: Members, name: string): unknown {
  const found = Object.keys(members).find((each) => each.toLowerCase() === name)
  return found === undefined ? undefined : members[found]
}

function refusal(
  { status, headers, body }: RawAnswer,
  members: Members | undefined,
  code: string | undefined,
  question: Question,
): SigningError {
  const said = members ? member(members, 'message') : textOf(body)
  return refusalError({
    provider: PROVIDER,
    keyId: question.keyId,
    code,
    status,
    message: typeof said === 'string' ? said : undefined,
    retryAfterMs: retryAfterOf(headers),
    ...requestIdOf(headers, question),
    secrets: [...question.credentials, ...question.secrets()],
  })
}

/** What a server says that has no JSON for it; pages for browsers say nothing. */
function textOf(body: Buffer | undefined): string | undefined {
  const text = body?.toString('utf8').trim()
  return text?.startsWith('<') ? undefined : text
}

/** Milliseconds from a number of seconds or a date (RFC 9110 section 10.2.3). */
function retryAfterOf({ 'retry-after': given = '' }: IncomingHttpHeaders): number | undefined {
  if (/^\d{1,9}$/.test(given)) return Number(given) * 1000
  const time = given.endsWith(' GMT') ? Date.parse(given) : Number.NaN
  return Number.isNaN(time) ? undefined : Math.max(0, time - Date.now())
}

function requestIdOf(headers: IncomingHttpHeaders, { credentials }: Question): { requestId?: string } {
  const given = headers['x-amzn-requestid'] ?? headers['x-amz-request-id']
  return typeof given === 'string' && given !== '' ? { requestId: redactId(given, credentials) } : {}
}

function detailsOf(headers: IncomingHttpHeaders, question: Question): SigningErrorDetails {
  const { keyId } = question
  return { ...(keyId !== undefined && { keyId }), ...requestIdOf(headers, question) }
}

/** A redirect is not followed: the signature holds the host, and the new one may be anybody's. */
function redirected({ location = '' }: IncomingHttpHeaders, url: URL): SigningError {
  const target =
    location !== '' && URL.canParse(location, url.href)
      ? `to ${printable(new URL(location, url).host)}`
      : 'somewhere'
  const message = `${printable(url.host)} redirects ${target}, which is not followed: check endpoint.`
  return misconfigured(message)
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
  if (bytes.length > 0 && bytes.toString('base64') === value) return Uint8Array.from(bytes)
  throw invalidMember(answer, name, 'bytes in base64')
}

/** The error for a member that is missing or no value of its kind. */
export function invalidMember({ requestId }: WireAnswer, name: string, expected: string): SigningError {
  const message = `The service answered without an error, but its ${name} is not ${expected}.`
  return invalidAnswer(message, requestId === undefined ? {} : { requestId })
}
