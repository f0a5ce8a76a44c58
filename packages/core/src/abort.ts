import type { AbortNotice } from './ending.js'
import { SigningError } from './error.js'

/**
 * The error for a call whose signal has aborted: what was called says its name, if it has one.
 *
 * @returns `Timeout` where core's clock has ended the call, else `Aborted` with the caller's reason as its cause
 */
export function abortOf({ reason }: Pick<AbortNotice, 'reason'>, provider?: string): SigningError {
  // The reason of an internal deadline is the error itself; every other reason is the caller's.
  if (SigningError.is(reason, 'Timeout')) return reason
  const details = { cause: reason, ...(provider !== undefined && { provider }) }
  return new SigningError('Aborted', 'The call was aborted.', details)
}

/** @throws SigningError `Aborted` or `Timeout` when the signal has aborted */
export function throwIfAborted(signal?: AbortNotice, provider?: string): void {
  if (signal?.aborted) throw abortOf(signal, provider)
}

/**
 * A promise's outcome, or the abort if that comes first. The promise goes on, its outcome ignored: whoever made it
 * has the same signal, or others wait for it, too.
 *
 * @throws SigningError `Aborted` or `Timeout` when the signal aborts, and what the promise is rejected with
 */
export function raceAbort<T>(promise: Promise<T>, signal?: AbortNotice, provider?: string): Promise<T>
export function raceAbort<T>(promise: Promise<T> | T, signal?: AbortNotice, provider?: string): Promise<T> | T
export function raceAbort<T>(
  promise: Promise<T> | T,
  signal?: AbortNotice,
  provider?: string,
): Promise<T> | T {
  if (!signal) return promise
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(abortOf(signal, provider))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    const settle = <Outcome>(tell: (outcome: Outcome) => void) => {
      return (outcome: Outcome) => {
        signal.removeEventListener('abort', onAbort)
        tell(outcome)
      }
    }
    Promise.resolve(promise).then(settle(resolve), settle(reject))
  })
}
