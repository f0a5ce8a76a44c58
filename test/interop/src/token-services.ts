import { createSigner, type Signer, type SignerOptions, type SigningProvider } from '@signport/core'
import { startEmulator } from '@signport/emulator'
import { type KeySetServer, serveKeySet } from './key-set-server.js'
import { generateTokenKeys, type TokenAlgorithm } from './token-keys.js'
import { createTokenProvider, TOKEN_MATRIX, TOKEN_PROVIDERS, type TokenProvider } from './token-providers.js'

/** All providers with a signer for each of their algorithms, and the key set of each provider, served by HTTP. */
export interface TokenServices {
  provider(name: TokenProvider): SigningProvider
  signer(name: TokenProvider, algorithm: TokenAlgorithm): Signer
  /** A further signer for the same key, with options of its own. The services close it. */
  signerWith(name: TokenProvider, algorithm: TokenAlgorithm, options: Partial<SignerOptions>): Signer
  /** The URL of the key set of a provider's signers. */
  keySetUrl(name: TokenProvider): string
  /** The newest request that came to the emulator, by the name that it gave it. */
  newestRequest(): string | undefined
  close(): Promise<void>
}

interface Party {
  readonly provider: SigningProvider
  readonly signers: ReadonlyMap<TokenAlgorithm, Signer>
  readonly keySet: KeySetServer
}

export async function startTokenServices(): Promise<TokenServices> {
  const keys = generateTokenKeys()
  const seed = keys.map(({ id, spec, privateKey }) => ({ id, spec, privateKey }))
  const emulator = await startEmulator({ seed: { version: 1, keys: seed }, tls: true })
  const keyIdOf = (algorithm: TokenAlgorithm) => found(keys.find((key) => key.algorithm === algorithm)).id
  const parties = new Map<TokenProvider, Party>()
  for (const name of TOKEN_PROVIDERS) {
    const provider = await createTokenProvider(name, emulator, keys)
    const signers = new Map(
      TOKEN_MATRIX[name].map((algorithm) => [
        algorithm,
        createSigner({ provider, keyId: keyIdOf(algorithm), algorithm }),
      ]),
    )
    parties.set(name, { provider, signers, keySet: await serveKeySet([...signers.values()]) })
  }
  const party = (name: TokenProvider) => found(parties.get(name))
  const further: Signer[] = []
  return {
    provider: (name) => party(name).provider,
    signer: (name, algorithm) => found(party(name).signers.get(algorithm)),
    signerWith(name, algorithm, options) {
      const { provider } = party(name)
      const signer = createSigner({ provider, keyId: keyIdOf(algorithm), algorithm, ...options })
      further.push(signer)
      return signer
    },
    keySetUrl: (name) => party(name).keySet.url,
    newestRequest: () => emulator.requests().at(-1)?.requestId,
    async close() {
      for (const { keySet, signers } of parties.values()) {
        await keySet.close()
        for (const signer of signers.values()) await signer.close()
      }
      for (const signer of further) await signer.close()
      await emulator.close()
    },
  }
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('There is no such key or signer among the services.')
  return value
}
