import { SigningError } from '@signport/core'
import { PROVIDER } from './failure.js'

/** The longest wait for what a request cannot be made without: credentials, a ClientKey, a key's version. In milliseconds. */
const MAX_WAIT_MS = 30_000

/**
 * A promise's outcome, or an error when it takes too long. Others may wait for the same thing: if it never came, none of
 * them could sign again before the process is started anew.
 *
 * @param what what is waited for, for the message
 * @throws SigningError `Timeout`
 */
export function bounded<T>(promise: Promise<T>, what: string, limitMs = MAX_WAIT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const message = `${what} did not come within ${limitMs} ms.`
    const expire = () => reject(new SigningError('Timeout', message, { provider: PROVIDER }))
    // The caller's own limit keeps the process alive: when he has given up, it may end.
    timer = setTimeout(expire, limitMs).unref()
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** One reading for all who wait, which is kept; what was missing, or did not come in time, may be there the next time. */
export function once<T>(read: () => Promise<T>, what: string, limitMs?: number): () => Promise<T> {
  let reading: Promise<T> | undefined
  return () => {
    reading ??= bounded(read(), what, limitMs).catch((error: unknown) => {
      reading = undefined
      throw error
    })
    return reading
  }
}
