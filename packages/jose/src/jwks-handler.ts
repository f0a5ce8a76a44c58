import type { JwksHandlerOptions } from './jwks-handler-options.js'
import { createKeySetEndpoint } from './key-set-endpoint.js'
import type { KeySetSource } from './key-set-source.js'

export type { JwksHandlerOptions } from './jwks-handler-options.js'

/**
 * Serves the key set of signers to frameworks that speak `Request` and `Response`. Mount it under the path that
 * verifiers are told, such as `/.well-known/jwks.json`; which path it is, it does not look at.
 *
 * It answers GET and HEAD, with `Cache-Control`, `ETag` and 304, and OPTIONS, so that pages of every origin may read it.
 * While a key cannot be had, the answer is 503 and never a part of the set. The source is read now, and rotations are
 * followed by the clock.
 *
 * @throws TypeError for what is no signer, and for options that there are not
 * @throws SigningError `InvalidArgument` without signers, and for a `maxAge` that is too long; `UnsupportedAlgorithm` for
 *   an algorithm that JOSE has no name for, and for ML-DSA with a context. Two keys with one `kid` show only when keys are
 *   read: call `jwks` at the start to have them reported there
 */
export function jwksHandler(
  source: KeySetSource,
  options?: JwksHandlerOptions,
): (request: Request) => Promise<Response> {
  const endpoint = createKeySetEndpoint(source, options)
  return async ({ method, headers: sent }) => {
    const { status, headers, body } = await endpoint({ method, ifNoneMatch: sent.get('if-none-match') })
    return new Response(body ?? null, { status, headers })
  }
}
