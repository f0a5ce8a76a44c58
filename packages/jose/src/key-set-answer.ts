import { SigningError } from '@signport/core'
import { entityTag, namesEntityTag } from './entity-tag.js'
import type { JsonWebKeySet } from './types.js'

/** What of a request for a key set has an influence on the answer. */
export interface KeySetRequest {
  readonly method: string | undefined
  /** The header of that name. */
  readonly ifNoneMatch: string | null | undefined
}

/** An answer, for whichever way it takes. */
export interface KeySetAnswer {
  readonly status: number
  readonly headers: Record<string, string>
  /** Absent where the answer has none, as one to HEAD. */
  readonly body?: string
}

/** A key set is for everybody: pages of other origins may read it and its tag, too. */
const ALWAYS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag',
  'x-content-type-options': 'nosniff',
}

const ALLOW = { allow: 'GET, HEAD, OPTIONS' }

/** Whether a request may be answered with the key set at all. */
export const isReading = ({ method }: KeySetRequest) => method === 'GET' || method === 'HEAD'

/** @param maxAgeSeconds how long the set may be kept */
export function keySetAnswer(
  request: KeySetRequest,
  keySet: JsonWebKeySet,
  maxAgeSeconds: number,
): KeySetAnswer {
  const body = JSON.stringify(keySet)
  const etag = entityTag(body)
  const headers = {
    ...ALWAYS,
    'content-type': 'application/jwk-set+json',
    'cache-control': `public, max-age=${maxAgeSeconds}`,
    etag,
  }
  if (namesEntityTag(request.ifNoneMatch ?? '', etag)) return { status: 304, headers }
  return withBody(request, { status: 200, headers, body })
}

/** A day: browsers keep the answer to a preflight for no longer. In seconds. */
const PREFLIGHT_KEPT = 86_400

/** The answer to whatever does not read the set: a browser asks with OPTIONS what a page may send. */
export function otherMethodAnswer(request: KeySetRequest): KeySetAnswer {
  if (request.method !== 'OPTIONS')
    return refusal(request, 405, ALLOW, 'A key set is read with GET or HEAD.\n')
  const headers = {
    ...ALWAYS,
    ...ALLOW,
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': '*',
    'access-control-max-age': `${PREFLIGHT_KEPT}`,
  }
  return { status: 204, headers }
}

/** When the service does not say itself when to come again. In milliseconds. */
const RETRY_AFTER_MS = 5_000

/** The answer while the keys cannot be had. Why, is for the server's own log. */
export function unavailableAnswer(request: KeySetRequest, error: unknown): KeySetAnswer {
  const { retryAfterMs = RETRY_AFTER_MS } = SigningError.is(error) ? error : {}
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000))
  return refusal(request, 503, { 'retry-after': `${seconds}` }, 'The key set is not available now.\n')
}

function refusal(
  request: KeySetRequest,
  status: number,
  more: Record<string, string>,
  body: string,
): KeySetAnswer {
  const headers = {
    ...ALWAYS,
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    ...more,
  }
  return withBody(request, { status, headers, body })
}

/** HEAD has the headers of GET, the length of what it does not send among them (RFC 9110 section 9.3.2). */
function withBody({ method }: KeySetRequest, answer: KeySetAnswer & { body: string }): KeySetAnswer {
  const { status, body } = answer
  const headers = { ...answer.headers, 'content-length': `${Buffer.byteLength(body)}` }
  return method === 'HEAD' ? { status, headers } : { status, headers, body }
}
