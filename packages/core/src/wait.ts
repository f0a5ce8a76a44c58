import { MAX_TIMEOUT_MS } from './call.js'
import { SigningError } from './error.js'

/** The longest wait for what a request cannot be made without: credentials, a client's key. In milliseconds. */
const MAX_WAIT_MS = 30_000

/** What is waited for. */
export interface Wait {
  /** For the message: `The credentials`. */
  readonly what: string
  readonly provider: string
  /** Where it is not the usual half a minute. In milliseconds. */
  readonly limitMs?: number | undefined
}

/**
 * A promise's outcome, or an error when it takes too long. Others may wait for the same thing: if it never came, none of
 * them could sign again before the process is started anew.
 *
 * @throws SigningError `Timeout`
 */
export function bounded<T>(promise: Promise<T>, { what, provider, limitMs = MAX_WAIT_MS }: Wait): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const message = `${what} did not come within ${limitMs} ms.`
    const expire = () => reject(new SigningError('Timeout', message, { provider }))
    // Whoever waits keeps the process alive, by the deadline of his call or by `stayAwakeFor`: when he has given up, it may end.
    timer = setTimeout(expire, limitMs).unref()
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/**
 * A promise's outcome, for which the process is kept alive: what somebody waits for without a deadline of his own, Node would
 * leave him without as soon as there is nothing else to do. The wait must end with the caller's signal (`raceAbort`).
 */
export function stayAwakeFor<T>(promise: Promise<T>): Promise<T> {
  const handle = setInterval(() => {}, MAX_TIMEOUT_MS)
  return promise.finally(() => clearInterval(handle))
}
