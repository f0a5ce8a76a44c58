import { SigningError } from '@signport/core'
import { PROVIDER } from './failure.js'

/** The error for a call that its caller, or core's clock, has ended. */
export function abortOf({ reason }: AbortSignal): SigningError {
  if (SigningError.is(reason, 'Timeout')) return reason
  return new SigningError('Aborted', 'The call was aborted.', { provider: PROVIDER, cause: reason })
}

/** A promise's outcome, or the abort if that comes first: what was waited for goes on, for others or in vain. */
export function untilAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortOf(signal))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
}
