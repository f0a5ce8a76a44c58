import { answeredAt, type DatedHeaders, readHttpDate } from './http-date.js'

/** The headers of an answer that say when to come again. */
export interface RetryHeaders extends DatedHeaders {
  readonly 'retry-after'?: string | undefined
}

/**
 * When to come again, in milliseconds from now: Retry-After is a number of seconds, or a date (RFC 9110 section 10.2.3), which
 * is by the clock of whoever answers, or by this machine's where the answer does not say its time. Undefined for anything else.
 */
export function readRetryAfter(headers: RetryHeaders): number | undefined {
  const { 'retry-after': value = '' } = headers
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const time = readHttpDate(value)
  return time === undefined ? undefined : Math.max(0, time - (answeredAt(headers) ?? Date.now()))
}
