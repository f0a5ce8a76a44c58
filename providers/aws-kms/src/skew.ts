import type { ClockSkew, ServerClock } from '@signport/core/kit'
import type { Exchange } from './exchange.js'
import type { Thrown } from './thrown.js'

/** What a request was refused by, and who keeps the time by which such requests are signed. */
interface Refused {
  readonly exchange: Exchange
  readonly clock: ServerClock
  /** Where the client is the user's: what the SDK says of its own time. */
  readonly said?: Thrown['said']
}

/** How the clocks differ, when a request was refused for its time; undefined where nothing is known of it. */
export function skewOf({ exchange: { request, answer }, clock, said }: Refused): ClockSkew | undefined {
  const signedAt = readAmzDate(request?.['x-amz-date'])
  if (signedAt === undefined || !answer) return undefined
  const skew = clock.correct(signedAt, answer.headers)
  return said ? { ...skew, corrected: skew.corrected && said.clockSkewCorrected } : skew
}

/** The header x-amz-date in milliseconds since 1970. */
function readAmzDate(value = ''): number | undefined {
  const time = Date.parse(value.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  return Number.isNaN(time) ? undefined : time
}
