import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import {
  type AlgorithmName,
  type CallContext,
  createSigner,
  type ProviderPublicKey,
  type ProviderSignature,
  type ProviderSignRequest,
  type Signer,
  type SignerOptions,
  type SigningProvider,
} from '@signport/core'
import { createLocalProvider, type LocalKey } from '@signport/local'

/** Every algorithm that JOSE has a name for. */
export const JOSE_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'ES256K',
  'Ed25519',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
] as const satisfies readonly AlgorithmName[]

const CURVES: Partial<Record<AlgorithmName, string>> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  ES256K: 'secp256k1',
  SM2: 'SM2',
}

const ML_DSA = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }

const kept = new Map<string, LocalKey>()

/** A private key for an algorithm, the same one whenever it is asked for by the same name. */
export function keyFor(algorithm: AlgorithmName, name = 'one'): LocalKey {
  const place = `${/^[RP]S/.test(algorithm) ? 'RSA' : algorithm.replace(/ph.*/, '')} ${name}`
  const key = kept.get(place) ?? newKey(algorithm)
  kept.set(place, key)
  return key
}

function newKey(algorithm: AlgorithmName): LocalKey {
  if (algorithm in ML_DSA) return newMlDsaKey(algorithm as keyof typeof ML_DSA)
  const pkcs8 = { type: 'pkcs8', format: 'pem' } as const
  const namedCurve = CURVES[algorithm]
  if (namedCurve) return generateKeyPairSync('ec', { namedCurve }).privateKey.export(pkcs8)
  if (algorithm.startsWith('Ed25519')) return generateKeyPairSync('ed25519').privateKey.export(pkcs8)
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pkcs8)
}

function newMlDsaKey(alg: keyof typeof ML_DSA): LocalKey {
  const seed = randomBytes(32)
  const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  const { publicKey } = ML_DSA[alg].keygen(Uint8Array.from(seed))
  return { kty: 'AKP', alg, pub: base64url(publicKey), priv: base64url(seed) } as LocalKey
}

/** A signer with a key in memory. */
export function signerOf(
  algorithm: AlgorithmName,
  key: LocalKey = keyFor(algorithm),
  options: Partial<SignerOptions> = {},
): Signer {
  const provider = createLocalProvider({ keys: { key } })
  return createSigner({ provider, keyId: 'key', algorithm, ...options })
}

/** A service with one name for a key that may be moved, and that waits where it is told to. */
export class AliasService implements SigningProvider {
  readonly name = 'alias-service'
  /** What was asked of it, in order. */
  readonly asked: string[] = []
  /** What happens before it signs. */
  beforeSigning: (context: CallContext) => unknown = () => undefined
  #key: KeyObject

  constructor(key: KeyObject) {
    this.#key = key
  }

  moveTo(key: KeyObject): void {
    this.#key = key
  }

  support() {
    return { wireName: 'house', inputs: ['raw'] as const, raw: { minBytes: 0, maxBytes: 1_048_576 } }
  }

  async sign({ input }: ProviderSignRequest, context: CallContext): Promise<ProviderSignature> {
    this.asked.push('sign')
    await this.beforeSigning(context)
    if (input.kind !== 'raw') throw new TypeError('support() offers raw messages alone')
    return { bytes: sign('sha256', input.message, this.#key) }
  }

  async getPublicKey(): Promise<ProviderPublicKey> {
    this.asked.push('getPublicKey')
    const { publicKey } = keyPairOf(this.#key)
    return { publicKey }
  }
}

function keyPairOf(key: KeyObject) {
  const { d: _, ...publicKey } = key.export({ format: 'jwk' })
  return { publicKey: publicKey as NonNullable<ProviderPublicKey['publicKey']> }
}

/** A new key for ES256, as node:crypto has read it. */
export function newP256(): KeyObject {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))
}
