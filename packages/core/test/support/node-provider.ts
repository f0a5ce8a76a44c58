import { constants, createHash, KeyObject, privateEncrypt } from 'node:crypto'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { sm2 as smCrypto } from 'sm-crypto-v2'
import {
  type Algorithm,
  type AlgorithmSupport,
  type CallContext,
  type InputKind,
  type ProviderKeyRequest,
  type ProviderPublicKey,
  type ProviderSignature,
  type ProviderSignRequest,
  type RsaPssAlgorithm,
  SigningError,
  type SigningProvider,
} from '../../src/index.js'
import { encodePss, loadCurve, loadEd25519ph } from '../../src/kit.js'
import { hex } from './asn1.js'
import { type KeyPair, scalarOf } from './keys.js'
import { seedOf, strangerSign, strangerSignStream } from './oracle.js'

export interface NodeProviderOptions {
  readonly name?: string
  /** What it takes. A digest of ML-DSA is mu: `digest` stands for both. */
  readonly inputs?: readonly InputKind[]
  readonly raw?: AlgorithmSupport['raw']
  /** Whether it signs messages with parameters of the caller's, too. */
  readonly parameters?: boolean
  readonly inProcess?: boolean
  /** What becomes of an answer on its way: what a service may do to it. */
  readonly answer?: (answer: ProviderSignature, request: ProviderSignRequest) => ProviderSignature
}

/** A key-management service in this process: real keys, real signatures, and a record of what it was asked. */
export class NodeProvider implements SigningProvider {
  readonly name: string
  readonly inProcess: boolean
  readonly signed: ProviderSignRequest[] = []
  readonly contexts: CallContext[] = []
  fetched = 0
  closed = 0
  /** What it calls the key, in its answers. */
  keyName: string | undefined
  #pair: KeyPair
  readonly #options: NodeProviderOptions

  constructor(pair: KeyPair, options: NodeProviderOptions = {}) {
    this.name = options.name ?? 'node'
    this.inProcess = options.inProcess ?? false
    this.#pair = pair
    this.#options = options
  }

  /** The key behind every key id, from now on another: an alias that was moved. */
  moveTo(pair: KeyPair, keyName = this.keyName): void {
    this.#pair = pair
    this.keyName = keyName
  }

  support(algorithm: Algorithm): AlgorithmSupport {
    const inputs = this.#options.inputs ?? ['digest', 'raw']
    const raw = this.#options.raw ?? { minBytes: 0, maxBytes: 4096 }
    return {
      wireName: `NODE_${algorithm.name}`,
      inputs: inputs.filter((kind) => kind === 'raw' || algorithm.digest).map(inputFor(algorithm)),
      raw,
      ...(this.#options.parameters && { userId: true, context: true }),
    }
  }

  async sign(request: ProviderSignRequest, context: CallContext): Promise<ProviderSignature> {
    this.signed.push(request)
    this.contexts.push(context)
    const bytes = await this.#signatureFor(request)
    const answer = { bytes, ...(this.keyName !== undefined && { keyId: this.keyName }) }
    return this.#options.answer?.(answer, request) ?? answer
  }

  async getPublicKey(_: ProviderKeyRequest, context: CallContext): Promise<ProviderPublicKey> {
    this.fetched++
    this.contexts.push(context)
    return { publicKey: this.#pair.publicKey, ...(this.keyName !== undefined && { keyId: this.keyName }) }
  }

  async close(): Promise<void> {
    this.closed++
  }

  async #signatureFor({ algorithm, input, parameters }: ProviderSignRequest): Promise<Uint8Array> {
    const { privateKey } = this.#pair
    const { name } = algorithm
    if (input.kind === 'raw') return strangerSign(name, privateKey, input.message, 'der', parameters)
    if (input.kind === 'stream') return strangerSignStream(name, privateKey, input.chunks, parameters)
    return signDigest(algorithm, privateKey, input.digest)
  }
}

const inputFor =
  ({ digest }: Algorithm) =>
  (kind: InputKind): InputKind =>
    kind === 'digest' && digest?.kind === 'ml-dsa-mu' ? 'external-mu' : kind

const DIGEST_INFO = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
}

const ML_DSA = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }

/** A digest, signed: node:crypto has no such thing, but for the padding of PKCS #1. */
async function signDigest(
  algorithm: Algorithm,
  key: KeyPair['privateKey'],
  digest: Uint8Array,
): Promise<Uint8Array> {
  if (!(key instanceof KeyObject)) return signMu(algorithm, key, digest)
  switch (algorithm.scheme) {
    case 'ecdsa': {
      const curve = await loadCurve(algorithm.key)
      return curve.sign(digest, scalarOf(key), { prehash: false, format: 'der', lowS: false })
    }
    case 'sm2':
      return hex(smCrypto.doSignature(digest, scalarOf(key).toString('hex'), { der: true }))
    case 'ed25519ph': {
      const { sign } = await loadEd25519ph()
      return sign(algorithm.rehashed ? createHash('sha512').update(digest).digest() : digest, seedOf(key))
    }
    case 'rsassa-pkcs1-v1_5': {
      const info = Buffer.concat([hex(DIGEST_INFO[algorithm.digest.hash]), digest])
      return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, info)
    }
    default:
      return signPss(algorithm as RsaPssAlgorithm, key, digest)
  }
}

function signMu({ scheme, key: kind }: Algorithm, key: Uint8Array, mu: Uint8Array): Uint8Array {
  if (scheme !== 'ml-dsa') throw new Error(`Not a key of ${scheme}`)
  return ML_DSA[kind].internal.sign(mu, key, { externalMu: true })
}

function signPss(algorithm: RsaPssAlgorithm, key: KeyObject, digest: Uint8Array): Buffer {
  const encoded = encodePss(algorithm, digest, key.asymmetricKeyDetails?.modulusLength ?? 0)
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded)
}

/** A service that does not let its public keys be read. */
export class SecretiveProvider extends NodeProvider {
  override async getPublicKey(): Promise<ProviderPublicKey> {
    this.fetched++
    throw new SigningError('AccessDenied', 'not authorized to perform GetPublicKey')
  }
}
