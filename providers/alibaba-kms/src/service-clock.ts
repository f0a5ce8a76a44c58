/** How far this machine's clock is from the service's, and whether the next request will bear another time because of it. */
export interface Skew {
  /** In milliseconds, to the second. Below zero where this machine is behind. */
  readonly aheadMs: number
  readonly corrected: boolean
}

/** The headers of an answer that say when it was made. */
export interface DatedHeaders {
  readonly date?: string | undefined
  readonly age?: string | undefined
}

/** The time of a request, and what was added to this machine's for it. */
export interface RequestTime {
  readonly date: Date
  readonly offsetMs: number
}

/** The time as the service has it. Until one of its answers teaches another, that is the time of this machine. */
export interface ServiceClock {
  read(): RequestTime
  /**
   * Learns from the answer that refused a request for its time. Others may have learned from theirs at the same time: what
   * counts is what this request was sent with.
   *
   * @returns undefined where it names no time
   */
  learn(headers: DatedHeaders, sent: RequestTime): Skew | undefined
}

/** Services take times that are off by up to a quarter of an hour: less than this is not why one was refused. */
const NOTICEABLE_MS = 60_000

/**
 * Whoever answers for the service could otherwise have requests signed for any time to come. A machine that is off by more
 * than a day has a clock that was never set, and could not verify certificates either.
 */
const MAX_OFFSET_MS = 24 * 60 * 60 * 1000

export function createServiceClock(now: () => number = Date.now): ServiceClock {
  let offsetMs = 0
  return {
    read: () => ({ date: new Date(now() + offsetMs), offsetMs }),
    learn({ date, age }, sent) {
      // With an age, an answer comes from somebody's memory, and so does its date.
      const theirs = age === undefined ? timeOf(date) : undefined
      if (theirs === undefined) return undefined
      const measured = theirs - now()
      const corrected =
        Math.abs(measured) <= MAX_OFFSET_MS && Math.abs(measured - sent.offsetMs) > NOTICEABLE_MS
      if (corrected) offsetMs = measured
      return { aheadMs: Math.round((now() - theirs) / 1000) * 1000, corrected }
    },
  }
}

/**
 * The time of a date as headers have it, in milliseconds. It is the one form that is not obsolete (RFC 9110 section 5.6.7),
 * which is also what a date is written as here; undefined for anything else, and for days that there are not.
 */
export function timeOf(date: string | undefined): number | undefined {
  const time = Date.parse(date ?? '')
  return !Number.isNaN(time) && new Date(time).toUTCString() === date ? time : undefined
}

/** What to do about a clock that is off; undefined where it is not, or not so that anybody would notice. */
export function adviceOn(skew: Skew | undefined): string | undefined {
  if (!skew || Math.abs(skew.aheadMs) <= NOTICEABLE_MS) return undefined
  const seconds = Math.abs(skew.aheadMs) / 1000
  return `set the clock of this machine, which is ${seconds} s ${skew.aheadMs > 0 ? 'ahead of' : 'behind'} the service's`
}
