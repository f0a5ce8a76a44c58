import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JwksHandlerOptions } from './jwks-handler-options.js'
import { createKeySetEndpoint } from './key-set-endpoint.js'
import type { KeySetSource } from './key-set-source.js'

/**
 * Serves the key set of signers as `jwksHandler` does, to node:http and what is built on it:
 * `createServer(jwksListener(signers))`.
 *
 * @throws as `jwksHandler` does
 */
export function jwksListener(
  source: KeySetSource,
  options?: JwksHandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const endpoint = createKeySetEndpoint(source, options)
  return async ({ method, headers: sent }, response) => {
    const { status, headers, body } = await endpoint({ method, ifNoneMatch: sent['if-none-match'] })
    // Something around this may have answered in the meantime.
    if (!response.headersSent) response.writeHead(status, headers).end(body)
  }
}
