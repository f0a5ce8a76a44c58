import {
  type Algorithm,
  type AlgorithmSupport,
  assertKeyFits,
  type ProviderSignature,
  type ProviderSignRequest,
  type SigningProvider,
} from '@signport/core'
import { printable } from '@signport/core/kit'
import { KeyStore } from './key-store.js'
import type { LocalOptions } from './local-options.js'
import type { PrivateKey } from './private-key.js'
import { signDigest } from './sign-digest.js'
import { signBytes, signStream } from './sign-message.js'

/** Pure Ed25519 needs the whole message in memory, and gets it up to here. In bytes. */
const MAX_UNHASHED_BYTES = 64 * 1024 * 1024

const WHOLE = { minBytes: 0, maxBytes: Number.MAX_SAFE_INTEGER }

/** How each scheme is supported: what node:crypto hashes itself, what is signed whole, and what as a digest alone. */
const SUPPORT: Record<Algorithm['scheme'], Omit<AlgorithmSupport, 'wireName'>> = {
  'rsassa-pkcs1-v1_5': { inputs: ['raw', 'stream', 'digest'], raw: WHOLE },
  'rsassa-pss': { inputs: ['raw', 'stream', 'digest'], raw: WHOLE },
  ecdsa: { inputs: ['raw', 'stream', 'digest'], raw: WHOLE },
  sm2: { inputs: ['raw', 'stream', 'digest'], raw: WHOLE, userId: true },
  eddsa: { inputs: ['raw'], raw: { minBytes: 0, maxBytes: MAX_UNHASHED_BYTES } },
  ed25519ph: { inputs: ['digest'], raw: WHOLE },
  'ml-dsa': { inputs: ['raw', 'stream', 'external-mu'], raw: WHOLE, context: true },
}

/**
 * Keys in files or in memory: the embedded provider. A signer's `keyId` is the path of a file, or a name in `keys`.
 * A key is read once, when it is first needed, and kept for the life of the provider.
 */
export function createLocalProvider(options: LocalOptions = {}): SigningProvider {
  const store = new KeyStore(options)
  return {
    name: 'local',
    // Whoever could forge the signature could forge the check.
    inProcess: true,
    support: (algorithm) => ({ wireName: algorithm.name, ...SUPPORT[algorithm.scheme] }),
    async sign(request) {
      const { keyId, algorithm, pinned } = request
      const key = await store.getOrGenerate(keyId, algorithm, pinned)
      return signatureOf(fitting(key, algorithm, keyId), request)
    },
    async getPublicKey({ keyId }) {
      return { publicKey: (await store.get(keyId)).publicKey }
    },
    async probe({ keyId, algorithm }) {
      fitting(await store.get(keyId), algorithm, keyId)
    },
  }
}

function fitting(key: PrivateKey, algorithm: Algorithm, keyId: string): PrivateKey {
  assertKeyFits(algorithm, key.publicKey, `the key ${printable(keyId)}`, { provider: 'local', keyId })
  return key
}

async function signatureOf(
  key: PrivateKey,
  { algorithm, input, parameters }: ProviderSignRequest,
): Promise<ProviderSignature> {
  // SM2 comes as DER from node:crypto and as r ‖ s from a digest; core tells them apart.
  const layout = algorithm.scheme === 'ecdsa' ? ({ encoding: 'ieee-p1363' } as const) : {}
  if (input.kind === 'raw')
    return { bytes: await signBytes(algorithm, key, input.message, parameters), ...layout }
  if (input.kind === 'stream')
    return { bytes: await signStream(algorithm, key, input.chunks, parameters), ...layout }
  return { bytes: await signDigest(algorithm, key, input.digest), ...layout }
}
