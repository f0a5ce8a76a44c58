import { assertCallOptions, type CallOptions, contextOf, withinTime } from './call.js'
import type { SigningProvider } from './provider.js'
import { PublicKey } from './public-key.js'
import { noAnswer, timesFor } from './signer-options.js'

/**
 * The public key behind a key id, before there is a signer for it: to look at it, or to choose an algorithm for it.
 *
 * @param options by default the time that a signer gives one answer
 * @throws SigningError as the provider does, and `Timeout`, `Aborted`
 */
export async function fetchPublicKey(
  provider: SigningProvider,
  keyId: string,
  options: CallOptions = {},
): Promise<PublicKey> {
  assertCallOptions(options)
  const { signal, timeoutMs = timesFor(provider).attemptTimeoutMs } = options
  const { publicKey } = await withinTime(
    { signal, timeoutMs },
    (signal, clock) => provider.getPublicKey({ keyId }, contextOf(signal, clock)),
    (ms) => noAnswer({ provider, keyId }, ms),
  )
  return PublicKey.from(publicKey)
}
