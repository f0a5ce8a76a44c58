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
    // The caller's own limit keeps the process alive: when he has given up, it may end.
    timer = setTimeout(expire, limitMs).unref()
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
