/**
 * A date of HTTP, in milliseconds since 1970 (RFC 9110 section 5.6.7). It is read in the one form in which it may be sent:
 * nothing of value hangs on the two obsolete ones, and `Date.parse` would take much else for a date.
 */
export function readHttpDate(value: string | undefined): number | undefined {
  const time = Date.parse(value ?? '')
  return !Number.isNaN(time) && new Date(time).toUTCString() === value ? time : undefined
}

/** The headers of an answer that say when it was made. */
export interface DatedHeaders {
  readonly date?: string | undefined
  readonly age?: string | undefined
}

/** What time a server had when it answered, in milliseconds since 1970; undefined where it does not say so. */
export function answeredAt({ date, age }: DatedHeaders): number | undefined {
  // With an age, the answer comes from somebody's memory, and so does its date.
  return age === undefined ? readHttpDate(date) : undefined
}
