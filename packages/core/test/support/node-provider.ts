import { constants, privateEncrypt } from 'node:crypto'
import {
  type Algorithm,
  type AlgorithmSupport,
  type CallContext,
  type CheckPolicy,
  type InputKind,
  type ProviderKeyRequest,
  type ProviderPublicKey,
  type ProviderSignature,
  type ProviderSignRequest,
  type RsaPssAlgorithm,
  SigningError,
  type SigningProvider,
} from '../../src/index.js'
import { encodePss, loadCurve, scalarOf } from '../../src/kit.js'
import { hex } from './asn1.js'
import type { KeyPair } from './keys.js'
import { nodeSign, nodeSignStream } from './oracle.js'

export interface NodeProviderOptions {
  readonly name?: string
  readonly inputs?: readonly InputKind[]
  readonly raw?: AlgorithmSupport['raw']
  readonly check?: CheckPolicy
  /** What becomes of an answer on its way: what a service may do to it. */
  readonly answer?: (answer: ProviderSignature, request: ProviderSignRequest) => ProviderSignature
}

/** A key-management service in this process: real keys, real signatures, and a record of what it was asked. */
export class NodeProvider implements SigningProvider {
  readonly name: string
  readonly check: CheckPolicy
  readonly signed: ProviderSignRequest[] = []
  readonly contexts: CallContext[] = []
  fetched = 0
  closed = 0
  #pair: KeyPair
  readonly #options: NodeProviderOptions

  constructor(pair: KeyPair, options: NodeProviderOptions = {}) {
    this.name = options.name ?? 'node'
    this.check = options.check ?? 'always'
    this.#pair = pair
    this.#options = options
  }

  /** The key behind every key id, from now on another: an alias that was moved. */
  moveTo(pair: KeyPair): void {
    this.#pair = pair
  }

  support(algorithm: Algorithm): AlgorithmSupport {
    const inputs = this.#options.inputs ?? ['digest', 'raw']
    const raw = this.#options.raw ?? { minBytes: 0, maxBytes: 4096 }
    return {
      wireName: `NODE_${algorithm.name}`,
      inputs: inputs.filter((kind) => kind === 'raw' || algorithm.digest),
      raw,
    }
  }

  async sign(request: ProviderSignRequest, context: CallContext): Promise<ProviderSignature> {
    this.signed.push(request)
    this.contexts.push(context)
    const answer = { bytes: await this.#signatureFor(request) }
    return this.#options.answer?.(answer, request) ?? answer
  }

  async getPublicKey(_: ProviderKeyRequest, context: CallContext): Promise<ProviderPublicKey> {
    this.fetched++
    this.contexts.push(context)
    return { publicKey: this.#pair.publicKey }
  }

  async close(): Promise<void> {
    this.closed++
  }

  async #signatureFor({ algorithm, input }: ProviderSignRequest): Promise<Uint8Array> {
    const { privateKey } = this.#pair
    if (input.kind === 'raw') return nodeSign(algorithm.name, privateKey, input.message)
    if (input.kind === 'stream') return nodeSignStream(algorithm.name, privateKey, input.chunks)
    return signDigest(algorithm, this.#pair, input.digest)
  }
}

const DIGEST_INFO = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
}

/** A digest, signed: node:crypto has no such thing, but for the padding of PKCS #1. */
async function signDigest(
  algorithm: Algorithm,
  { privateKey: key }: KeyPair,
  digest: Uint8Array,
): Promise<Uint8Array> {
  if (algorithm.scheme === 'ecdsa') {
    const curve = await loadCurve(algorithm.key)
    return curve.sign(digest, scalarOf(key), { prehash: false, format: 'der', lowS: false })
  }
  if (algorithm.scheme === 'rsassa-pkcs1-v1_5') {
    const info = Buffer.concat([hex(DIGEST_INFO[algorithm.digest.hash]), digest])
    return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, info)
  }
  const encoded = encodePss(
    algorithm as RsaPssAlgorithm,
    digest,
    key.asymmetricKeyDetails?.modulusLength ?? 0,
  )
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded)
}

/** A service that does not let its public keys be read. */
export class SecretiveProvider extends NodeProvider {
  override async getPublicKey(): Promise<ProviderPublicKey> {
    this.fetched++
    throw new SigningError('AccessDenied', 'not authorized to perform GetPublicKey')
  }
}
