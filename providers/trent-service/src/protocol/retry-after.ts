import { readHttpDate } from './http-date.js'
import { answeredAt, type DatedHeaders } from './server-clock.js'

/**
 * The header Retry-After in milliseconds from now: a number of seconds, or a date of HTTP (RFC 9110 section 10.2.3), which
 * is by the clock of whoever answers. Undefined for anything else.
 *
 * @param headers the answer's: without its time, this machine's is taken
 */
export function readRetryAfter(value: string | undefined, headers: DatedHeaders = {}): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const time = readHttpDate(value)
  return time === undefined ? undefined : Math.max(0, time - (answeredAt(headers) ?? Date.now()))
}
