/**
 * The header Retry-After in milliseconds from now: a number of seconds, or a date of HTTP, which is in GMT (RFC 9110
 * section 10.2.3). Undefined for anything else.
 */
export function readRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const time = value.endsWith(' GMT') ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : Math.max(0, time - Date.now())
}
