import { createHttpExchange, type HttpExchange } from '@signport/core/http'
import { connectionFailure } from '../connection-failure.js'
import { PROVIDER } from '../failure.js'

/** How connections are made. */
export interface ExchangeOptions {
  readonly url: URL
  readonly maxConnections: number
  readonly ca?: string | undefined
}

const CA_ADVICE = 'the private authority of an instance is named by ca or caFile'

/**
 * The connections to one instance. Their failures are `Unavailable`, `Configuration` for what is wrong with TLS, and
 * `InvalidResponse` for what is no HTTP.
 */
export function createExchange({ url, maxConnections, ca }: ExchangeOptions): HttpExchange {
  const destination = { host: url.host, caAdvice: CA_ADVICE }
  const failureOf = (code: string | undefined) => connectionFailure(code, destination)
  return createHttpExchange({ url, maxConnections, ca, provider: PROVIDER, failureOf })
}
