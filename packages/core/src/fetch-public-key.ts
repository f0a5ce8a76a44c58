import { assertCallOptions, type CallOptions, withinBounds } from './call.js'
import type { SigningProvider } from './provider.js'
import { PublicKey } from './public-key.js'
import { request } from './request.js'
import { type RequestOptions, readRequestOptions } from './signer-options.js'

/** How long, and how often, a public key is asked for: by default as by a signer. */
export interface FetchKeyOptions
  extends CallOptions,
    Pick<RequestOptions, 'attemptTimeoutMs' | 'maxAttempts' | 'clock' | 'random'> {}

/**
 * The public key behind a key id, before there is a signer for it: to look at it, or to choose an algorithm for it.
 *
 * @throws SigningError as the provider does, and `Timeout`, `Aborted`, `InvalidArgument`
 */
export async function fetchPublicKey(
  provider: SigningProvider,
  keyId: string,
  options: FetchKeyOptions = {},
): Promise<PublicKey> {
  assertCallOptions(options)
  const settings = { provider, keyId, ...readRequestOptions({ ...options, provider }) }
  const bounds = { ending: options.signal, timeoutMs: settings.timeoutMs, clock: settings.clock }
  const { publicKey } = await withinBounds(bounds, (ending, time) =>
    request(settings, { ending, leftMs: time?.leftMs }, (context) =>
      provider.getPublicKey({ keyId }, context),
    ),
  )
  return PublicKey.from(publicKey)
}
