import { afterEach } from '@jest/globals'
import { readConnectionFailure } from '../../src/connection-failure.js'
import { createHttpExchange, type HttpExchange, type HttpExchangeOptions } from '../../src/http.js'
import { SigningError } from '../../src/index.js'

/** A request of two bytes. */
export const REQUEST = { headers: { 'content-length': '2' }, body: Buffer.from('{}'), repeatable: true }

const CODES = {
  untrusted: 'Configuration',
  unreadable: 'InvalidResponse',
  unanswered: 'Unavailable',
} as const

/** What a provider makes of a failed connection. */
function failureOf(code: string | undefined): SigningError {
  const { kind, what } = readConnectionFailure(code)
  return new SigningError(CODES[kind], `No answer: ${what}.`, { provider: 'house' })
}

const opened: HttpExchange[] = []

afterEach(() => {
  for (const exchange of opened.splice(0)) exchange.close()
})

/** An exchange with a server, which the end of the test closes. */
export function exchangeWith(
  { url }: { url: string },
  options: Partial<HttpExchangeOptions> = {},
): HttpExchange {
  const usual = { url: new URL('/path?query', url), maxConnections: 50, provider: 'house', failureOf }
  const exchange = createHttpExchange({ ...usual, ...options })
  opened.push(exchange)
  return exchange
}
