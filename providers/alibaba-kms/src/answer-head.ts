import type { IncomingHttpHeaders } from 'node:http'
import type { SigningError } from '@signport/core'
import { printable, urlOf } from '@signport/core/kit'
import { misconfigured } from './failure.js'
import { redact } from './redact.js'
import { timeOf } from './service-clock.js'

/** What stands before the body of an answer. */
export interface AnswerHead {
  readonly status: number
  readonly headers: IncomingHttpHeaders
}

/** Whether whoever answers wants to be asked elsewhere. */
export const isRedirection = ({ status }: Pick<AnswerHead, 'status'>) => status >= 300 && status < 400

/**
 * A redirect is not followed: whoever is there would be told the message, and could answer in the place of the service. Its
 * host may hold what was in the request.
 */
export function redirected({ headers: { location = '' } }: AnswerHead, url: URL): SigningError {
  const to = location === '' ? undefined : urlOf(location, url)
  const target = to ? `to ${redact(to.host, [])}` : 'somewhere'
  return misconfigured(
    `${printable(url.host)} redirects ${target}, which is not followed: check the endpoint.`,
  )
}

/** Milliseconds from a number of seconds or a date (RFC 9110 section 10.2.3), which is by the clock of whoever answers. */
export function retryAfterOf({ 'retry-after': given = '', date }: IncomingHttpHeaders): number | undefined {
  if (/^\d{1,9}$/.test(given)) return Number(given) * 1000
  const time = timeOf(given)
  return time === undefined ? undefined : Math.max(0, time - (timeOf(date) ?? Date.now()))
}
