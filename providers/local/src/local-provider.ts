import {
  type Algorithm,
  type AlgorithmSupport,
  assertKeyFits,
  type ProviderInput,
  type ProviderSignature,
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

const HASHED: Omit<AlgorithmSupport, 'wireName'> = {
  inputs: ['raw', 'stream', 'digest'],
  raw: { minBytes: 0, maxBytes: Number.MAX_SAFE_INTEGER },
}

const UNHASHED: Omit<AlgorithmSupport, 'wireName'> = {
  inputs: ['raw'],
  raw: { minBytes: 0, maxBytes: MAX_UNHASHED_BYTES },
}

/**
 * Keys in files or in memory: the embedded provider. A signer's `keyId` is the path of a file, or a name in `keys`.
 * A key is read once, when it is first needed, and kept for the life of the provider.
 */
export function createLocalProvider(options: LocalOptions = {}): SigningProvider {
  const store = new KeyStore(options)
  return {
    name: 'local',
    // Key and code share a process: whoever could forge the signature could forge the check.
    check: 'never',
    support: (algorithm) => ({ wireName: algorithm.name, ...(algorithm.digest ? HASHED : UNHASHED) }),
    async sign({ keyId, algorithm, input, pinned }) {
      const key = await store.getOrGenerate(keyId, algorithm, pinned)
      return signWith(fitting(key, algorithm, keyId), algorithm, input)
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
  assertKeyFits(algorithm, key.publicKey, `the key ${printable(keyId)}`)
  return key
}

async function signWith(
  key: PrivateKey,
  algorithm: Algorithm,
  input: ProviderInput,
): Promise<ProviderSignature> {
  const encoding = algorithm.scheme === 'ecdsa' ? 'ieee-p1363' : 'raw'
  return { bytes: await signatureOf(key, algorithm, input), encoding }
}

function signatureOf(key: PrivateKey, algorithm: Algorithm, input: ProviderInput): Promise<Uint8Array> {
  if (input.kind === 'digest') return signDigest(algorithm, key, input.digest)
  if (input.kind === 'stream') return signStream(algorithm, key, input.chunks)
  return signBytes(algorithm, key, input.message)
}
