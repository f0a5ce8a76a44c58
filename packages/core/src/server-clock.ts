import { type ClockSkew, TOLERANCE_MS } from './clock-skew.js'
import { answeredAt, type DatedHeaders } from './http-date.js'

/** The time by which the requests to one server are signed. */
export interface ServerClock {
  /** What is added to the time of this machine, in milliseconds: 0 until the server has refused a request for its time. */
  readonly offset: number
  /** What time the server has, as far as is known. */
  now(): Date
  /**
   * To be told of a request that was refused for its time, and of no other: takes over the server's time, where that
   * differs from the one that the request was signed with. Others may have been refused and have corrected it meanwhile:
   * their next requests and this one's are different ones all the same.
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
