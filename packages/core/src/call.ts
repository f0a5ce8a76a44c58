import { setMaxListeners } from 'node:events'
import { raceAbort, throwIfAborted } from './abort.js'
import { type Clock, systemClock } from './clock.js'
import { Deadline, type WorkClock } from './deadline.js'
import { type AbortNotice, Ending, signalOf } from './ending.js'
import { SigningError } from './error.js'
import { printable } from './text.js'

/** What every method that may wait takes. */
export interface CallOptions {
  /** Ends the call at once, with the code `Aborted` and the signal's reason as its cause. */
  readonly signal?: AbortSignal
  /** The call's deadline, in milliseconds; it starts when the message has been read. By default the signer's. */
  readonly timeoutMs?: number
}

/** Far more calls than a process has under way with one signal, and few enough for a leak to show in the end. */
const MAX_LISTENERS = 100_000

/** The longest delay that a timer of Node takes, in milliseconds (about 24.8 days). */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1

/** @throws SigningError `InvalidArgument` when `timeoutMs` is not a whole number of milliseconds that a timer can take */
export function assertCallOptions({ signal, timeoutMs }: CallOptions): void {
  if (signal !== undefined && typeof signal.addEventListener !== 'function')
    throw new TypeError('The option signal must be an AbortSignal.')
  // One signal may end any number of calls at once; more than ten would make Node warn of a leak that there is not.
  if (signal instanceof EventTarget) setMaxListeners(MAX_LISTENERS, signal)
  assertTimeout('timeoutMs', timeoutMs)
}

/** @throws SigningError `InvalidArgument` for what is not a whole number of milliseconds that a timer can take */
export function assertTimeout(name: string, timeoutMs: number | undefined): void {
  if (timeoutMs === undefined) return
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS)
    throw new SigningError(
      'InvalidArgument',
      `${name} must be a whole number from 1 to ${MAX_TIMEOUT_MS}, not ${printable(String(timeoutMs))}.`,
    )
}

/** The bounds of a piece of work, each of which may be missing. */
export interface Bounds {
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number | undefined
  /** What the time is measured by: the clock of the process, if there is none. */
  readonly clock?: Clock | undefined
}

/** The same within core, where what ends the work need not be a real signal. */
export interface InnerBounds extends Omit<Bounds, 'signal'> {
  readonly ending?: AbortNotice | undefined
}

/** What is left of a call for what it still has to do. */
export interface Remaining {
  readonly ending?: AbortNotice | undefined
  /** In milliseconds. Absent where there is no deadline. */
  readonly leftMs?: (() => number) | undefined
}

const callExpired = (timeoutMs: number) =>
  new SigningError('Timeout', `The call did not end within its ${timeoutMs} ms.`)

/**
 * Runs a piece of work within its bounds. No timer, signal or listener is made for work that has neither a deadline
 * nor a caller's signal, and all that were made are gone when it ends.
 *
 * @param run is given a signal that aborts when the time is over, with the error for that as its reason; and the clock
 * @param expired the error when the time is over
 * @throws SigningError `Aborted` as soon as the caller's signal aborts, and `expired` when the time is over; and whatever
 *   the work is rejected with
 */
export function withinTime<T>(
  { signal, ...bounds }: Bounds,
  run: (signal?: AbortSignal, clock?: WorkClock) => Promise<T>,
  expired?: (timeoutMs: number) => SigningError,
): Promise<T> {
  return withinBounds(
    { ...bounds, ending: signal },
    (ending, clock) => run(ending && signalOf(ending), clock),
    expired,
  )
}

/** The same without a real signal, which only some need. */
export async function withinBounds<T>(
  { ending: outer, timeoutMs, clock: time = systemClock }: InnerBounds,
  run: (ending?: AbortNotice, clock?: WorkClock) => Promise<T>,
  expired: (timeoutMs: number) => SigningError = callExpired,
): Promise<T> {
  throwIfAborted(outer)
  if (timeoutMs === undefined) return raceAbort(run(outer), outer)
  const ending = new Ending()
  const deadline = new Deadline(time, timeoutMs, () => ending.abort(expired(timeoutMs)))
  const follow = () => ending.abort(outer?.reason)
  outer?.addEventListener('abort', follow, { once: true })
  try {
    return await raceAbort(run(ending, deadline), ending)
  } finally {
    deadline.stop()
    outer?.removeEventListener('abort', follow)
  }
}
