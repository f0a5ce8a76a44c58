import { createHttpExchange, type HttpExchange } from '@signport/core/http'
import type { ClientSettings } from './client-settings.js'
import { connectionFailure } from './connection-failure.js'
import { PROVIDER } from './failure.js'

/**
 * The connections to a server. Their failures are `Unavailable`, `Configuration` for what is wrong with TLS, and
 * `InvalidResponse` for what is no HTTP.
 */
export function createTransport(
  settings: Pick<ClientSettings, 'url' | 'maxConcurrency' | 'ca'>,
): HttpExchange {
  const { url, maxConcurrency, ca } = settings
  const failureOf = (code: string | undefined) => connectionFailure(code, url)
  return createHttpExchange({ url, maxConnections: maxConcurrency, ca, provider: PROVIDER, failureOf })
}
