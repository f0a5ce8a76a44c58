import { type ClockSkew, TOLERANCE_MS } from './clock-skew.js'
import { readHttpDate } from './http-date.js'

/** The headers of an answer that say when it was made. */
export interface DatedHeaders {
  readonly date?: string | undefined
  readonly age?: string | undefined
}

/** The time by which the requests to one server are signed. */
export interface ServerClock {
  /** What is added to the time of this machine, in milliseconds: 0 until the server has refused a request for its time. */
  readonly offset: number
  /** What time the server has, as far as is known. */
  now(): Date
  /**
   * To be told of a request that was refused for its time, and of no other: takes over the server's time, where that
   * differs from the one that the request was signed with.
   *
   * @param signedAt in milliseconds since 1970
   */
  correct(signedAt: number, headers: DatedHeaders): ClockSkew
}

/**
 * Further off is no clock that runs wrong. Who can write the answers may choose the time of signatures within this; that
 * makes no signature for another request, and keeps one for the same request usable for a day at most.
 */
const MAX_OFFSET_MS = 24 * 60 * 60 * 1000

/** A clock that agrees with this machine's. */
export function createServerClock(): ServerClock {
  let offset = 0
  return {
    get offset() {
      return offset
    },
    now: () => new Date(Date.now() + offset),
    correct(signedAt, headers) {
      const time = answeredAt(headers)
      if (time === undefined) return { corrected: false }
      const aheadMs = time - Date.now()
      const corrected = Math.abs(time - signedAt) > TOLERANCE_MS && Math.abs(aheadMs) <= MAX_OFFSET_MS
      if (corrected) offset = aheadMs
      return { aheadMs, corrected }
    },
  }
}

/** What time the server had when it answered, in milliseconds since 1970; undefined where it does not say so. */
export function answeredAt({ date, age }: DatedHeaders): number | undefined {
  // With an age, the answer comes from somebody's memory, and so does its date.
  return age === undefined ? readHttpDate(date) : undefined
}
