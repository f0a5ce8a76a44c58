import { attempt } from './attempt.js'
import { assertCallOptions, type CallOptions } from './call.js'
import type { SigningProvider } from './provider.js'
import { PublicKey } from './public-key.js'
import { timesFor } from './signer-options.js'

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
  const { publicKey } = await attempt({ provider, keyId }, { signal, timeoutMs }, (context) =>
    provider.getPublicKey({ keyId }, context),
  )
  return PublicKey.from(publicKey)
}
