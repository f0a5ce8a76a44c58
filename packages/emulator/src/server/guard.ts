import type { IncomingMessage } from 'node:http'

/** The names of this machine under which requests may come. */
const NAMES = ['127.0.0.1', 'localhost', '[::1]']

/** Of http: clients leave it out. */
const DEFAULT_PORT = 80

/**
 * Why a request is not let in, whatever it asks; undefined when it is. A web page that a person looks at can reach
 * every port of their machine: by a name that leads here (DNS rebinding), which Host shows, or directly, which Origin
 * shows.
 *
 * @param port where the request came in
 */
export function objection({ headers }: IncomingMessage, port: number): string | undefined {
  const host = headers.host?.toLowerCase()
  if (!NAMES.some((name) => host === `${name}:${port}` || (host === name && port === DEFAULT_PORT)))
    return `Requests must be for this machine: the header Host should be 127.0.0.1:${port}.`
  if (headers.origin !== undefined) return 'Requests from web pages are not answered.'
  return undefined
}
