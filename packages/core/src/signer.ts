import { types } from 'node:util'
import { raceAbort } from './abort.js'
import type { Algorithm, AlgorithmName, DigestKind } from './algorithm.js'
import { attempt } from './attempt.js'
import { assertBytes } from './bytes.js'
import { assertCallOptions, type Bounds, type CallOptions, contextOf, withinTime } from './call.js'
import { SignatureCheck } from './check.js'
import { assertOneOf } from './choice.js'
import { ECDSA_ENCODINGS, type EcdsaEncoding } from './ecdsa-signature.js'
import { SigningError } from './error.js'
import { finish } from './finish.js'
import { KeySource } from './key-source.js'
import { type AlgorithmParameters, copyParameters } from './parameters.js'
import { MESSAGE_TYPES, type MessageTypeChoice, planDigest } from './plan.js'
import { type Prepared, prepareDigest, prepareMessage } from './prepare.js'
import type {
  AlgorithmSupport,
  CallContext,
  ProviderSignature,
  ProviderSignRequest,
  SigningProvider,
} from './provider.js'
import type { PublicKey } from './public-key.js'
import type { RotationStep } from './rotation.js'
import { assertSignInput, type SignInput } from './sign-input.js'
import type { Signature } from './signature.js'
import { readSignerOptions, type SignerOptions, type SignerSettings } from './signer-options.js'
import { type VerifyOptions, verifyDigest, verifyInput } from './verifier.js'
import { WorkUnderWay } from './work-under-way.js'

/** What one call of `sign` may decide for itself. */
export interface SignOptions extends CallOptions {
  /** The layout of an ECDSA signature; no effect on other algorithms. By default as the signer is configured. */
  readonly encoding?: EcdsaEncoding
  /** What is sent to the service. By default as the signer is configured. */
  readonly messageType?: MessageTypeChoice
}

/** What one call of `signDigest` may decide for itself, and what it must say about the digest. */
export interface SignDigestOptions extends Omit<SignOptions, 'messageType'> {
  /** What the digest is, where that depends on the key: SM2 and ML-DSA take no digest that does not say so. */
  readonly digestKind?: DigestKind
}

/** What `Signer.probe` found out about a signer that can sign. */
export interface ProbeResult {
  readonly publicKey: PublicKey
  /** `confirmed` when the provider could ask for the permission to sign; `unknown` when only a signature would tell. */
  readonly permission: 'confirmed' | 'unknown'
  /** What is to be done with the keys of a rotation, now or later, in the order of time. */
  readonly rotation?: readonly RotationStep[]
}

/** One key for one algorithm: what services are given, whichever vendor holds the key. */
export interface Signer extends AsyncDisposable {
  /** The provider's name, such as `aws-kms`. */
  readonly provider: string
  /** The key as it is configured. */
  readonly keyId: string
  /** What tokens and key sets call the key, where that is configured: by default it is the key's thumbprint. */
  readonly kid?: string | undefined
  readonly algorithm: AlgorithmName
  /** What the algorithm takes besides key and message, as configured: copies, which change nothing. */
  readonly parameters?: AlgorithmParameters | undefined

  /**
   * Signs a message of any size. Bytes in memory may be used again as soon as the call has returned its promise.
   *
   * @throws TypeError for a message that is text or no bytes at all
   * @throws SigningError with the code of what went wrong
   */
  sign(message: SignInput, options?: SignOptions): Promise<Signature>

  /**
   * Signs a digest that the caller made, of exactly the algorithm's length. Who can choose a digest can have
   * anything signed: give this method only to code that may do so.
   *
   * @throws SigningError `DigestLengthMismatch`; `UnsupportedAlgorithm` where there is no digest (Ed25519) or the
   *   signer is configured for messages only
   */
  signDigest(digest: Uint8Array, options?: SignDigestOptions): Promise<Signature>

  /** Verifies in this process, with the signer's public key. An invalid signature is `false`, never an error. */
  verify(message: SignInput, signature: Signature | Uint8Array, options?: VerifyOptions): Promise<boolean>

  /** The same for a digest of exactly the algorithm's length. */
  verifyDigest(
    digest: Uint8Array,
    signature: Signature | Uint8Array,
    options?: VerifyOptions,
  ): Promise<boolean>

  /** The public key: fetched once for all callers, then kept. A pinned key is not fetched at all. */
  publicKey(options?: CallOptions): Promise<PublicKey>

  /** Whether this signer can sign now: resolves when it can, and throws what `sign` would throw otherwise. */
  probe(options?: CallOptions): Promise<ProbeResult>

  /** Waits for the calls under way, then closes the provider if no other signer uses it. Later calls are `Closed`. */
  close(): Promise<void>
}

/**
 * A signer for one key of a provider.
 *
 * @throws SigningError `UnknownAlgorithm`, `UnsupportedAlgorithm` with what the provider has, `InvalidArgument`,
 *   `InvalidKeyUsage` when a pinned key does not fit the algorithm
 */
export function createSigner(options: SignerOptions): Signer {
  return new KeySigner(readSignerOptions(options))
}

class KeySigner implements Signer {
  readonly provider: string
  readonly keyId: string
  readonly kid: string | undefined
  readonly algorithm: AlgorithmName
  readonly #settings: SignerSettings
  readonly #row: Algorithm
  readonly #support: AlgorithmSupport
  readonly #from: SigningProvider
  readonly #keys: KeySource
  readonly #check: SignatureCheck
  readonly #work: WorkUnderWay

  constructor(settings: SignerSettings) {
    this.provider = settings.provider.name
    this.keyId = settings.keyId
    this.kid = settings.kid
    this.algorithm = settings.algorithm.name
    this.#settings = settings
    this.#row = settings.algorithm
    this.#support = settings.support
    this.#from = settings.provider
    this.#keys = new KeySource(settings)
    this.#check = new SignatureCheck(settings, this.#keys)
    this.#work = new WorkUnderWay(settings.provider, () => this.#keys.abandon())
  }

  get parameters(): AlgorithmParameters {
    return copyParameters(this.#settings.demands.parameters)
  }

  sign(message: SignInput, options: SignOptions = {}): Promise<Signature> {
    return this.#work.run(async () => {
      assertSignInput(message)
      const { encoding, ...settings } = this.#read(options)
      const prepare = (keyOf: () => Promise<PublicKey>) =>
        prepareMessage({ ...this.#party, ...settings, keyOf }, message, options.signal)
      // What is in memory has been read: the deadline runs while the key is waited for, too.
      if (types.isUint8Array(message))
        return withinTime(this.#bounds(options), async (signal) =>
          this.#sign(await prepare(async () => raceAbort(this.#keys.get(), signal)), encoding, signal),
        )
      const prepared = await prepare(() => this.#key(options))
      // It starts when the message has been read, which some providers do themselves.
      const bounds = prepared.input.kind === 'stream' ? { signal: options.signal } : this.#bounds(options)
      return withinTime(bounds, (signal) => this.#sign(prepared, encoding, signal))
    })
  }

  signDigest(digest: Uint8Array, options: SignDigestOptions = {}): Promise<Signature> {
    return this.#work.run(async () => {
      assertBytes(digest, 'The digest')
      const { encoding, checked } = this.#read(options)
      if (this.#settings.inputs === 'message') throw messagesOnly()
      const kind = planDigest(this.#party, digest.length, options.digestKind)
      const prepared = prepareDigest(kind, Uint8Array.from(digest), checked)
      return withinTime(this.#bounds(options), (signal) => this.#sign(prepared, encoding, signal))
    })
  }

  verify(
    message: SignInput,
    signature: Signature | Uint8Array,
    options: VerifyOptions = {},
  ): Promise<boolean> {
    return this.#work.run(() => verifyInput(this.#verification(signature, options), message))
  }

  verifyDigest(
    digest: Uint8Array,
    signature: Signature | Uint8Array,
    options: VerifyOptions = {},
  ): Promise<boolean> {
    return this.#work.run(() => verifyDigest(this.#verification(signature, options), digest))
  }

  publicKey(options: CallOptions = {}): Promise<PublicKey> {
    return this.#work.run(async () => {
      assertCallOptions(options)
      return this.#key(options)
    })
  }

  probe(options: CallOptions = {}): Promise<ProbeResult> {
    return this.#work.run(async () => {
      assertCallOptions(options)
      return withinTime(this.#bounds(options), async (signal) => {
        const publicKey = await this.#keys.get()
        const question = { keyId: this.keyId, algorithm: this.#row }
        await this.#withinAttempt(signal, async (context) => this.#from.probe?.(question, context))
        return { publicKey, permission: this.#from.probe ? 'confirmed' : 'unknown' }
      })
    })
  }

  close(): Promise<void> {
    return this.#work.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  get #party() {
    const { parameters } = this.#settings.demands
    return { algorithm: this.#row, provider: this.provider, support: this.#support, parameters }
  }

  #read(options: SignOptions) {
    assertCallOptions(options)
    const { encoding = this.#settings.encoding, messageType = this.#settings.messageType } = options
    assertOneOf('encoding', encoding, ECDSA_ENCODINGS)
    assertOneOf('messageType', messageType, MESSAGE_TYPES)
    return { encoding, messageType, checked: this.#check.wanted }
  }

  /** The bounds of a call: its own, or else those of the signer. */
  #bounds({ signal, timeoutMs = this.#settings.timeoutMs }: CallOptions): Bounds {
    return { signal, timeoutMs }
  }

  /** The public key, for which others may go on waiting when this call is over. */
  #key(options: CallOptions): Promise<PublicKey> {
    return withinTime(this.#bounds(options), () => this.#keys.get())
  }

  /** One request to the provider, within the time that one may take. */
  #withinAttempt<T>(signal: AbortSignal | undefined, run: (context: CallContext) => Promise<T>): Promise<T> {
    const { attemptTimeoutMs: timeoutMs } = this.#settings
    return attempt(this.#settings, { signal, timeoutMs }, run)
  }

  async #sign(prepared: Prepared, encoding: EcdsaEncoding, signal?: AbortSignal): Promise<Signature> {
    const { again } = prepared
    if (!again) return this.#attempt(prepared, encoding, signal)
    const key = await this.#keys.get()
    try {
      return await this.#attempt(prepared, encoding, signal)
    } catch (error) {
      // An alias that was moved: the digest is one with the key that it led to before.
      const moved = SigningError.is(error, 'SignatureCheckFailed') && !key.equals(await this.#keys.get())
      if (!moved) throw error
      return this.#attempt(await again(), encoding, signal)
    }
  }

  async #attempt(prepared: Prepared, encoding: EcdsaEncoding, signal?: AbortSignal): Promise<Signature> {
    const { lowS, parameters } = this.#settings.demands
    const request = {
      keyId: this.keyId,
      algorithm: this.#row,
      wireName: this.#support.wireName,
      input: prepared.input,
      parameters,
      pinned: this.#keys.pinned,
    }
    const before = this.#check.prepare()
    const answer = await this.#ask(request, signal)
    const finished = finish({
      request,
      answer,
      provider: this.provider,
      encoding,
      lowS,
      key: this.#keys.fixed,
    })
    const { madeWith } = prepared
    await this.#check.assert(finished, { evidence: prepared.evidence(), madeWith, before })
    return finished.signature
  }

  #ask(request: ProviderSignRequest, signal?: AbortSignal): Promise<ProviderSignature> {
    // How long a stream takes is its own affair.
    if (request.input.kind === 'stream') return this.#from.sign(request, contextOf(signal))
    return this.#withinAttempt(signal, (context) => this.#from.sign(request, context))
  }

  #verification(signature: Signature | Uint8Array, options: VerifyOptions) {
    const encoding = options.encoding ?? this.#settings.encoding
    const { demands } = this.#settings
    return { algorithm: this.#row, demands, keyOf: () => this.#key(options), signature, encoding, options }
  }
}

function messagesOnly(): SigningError {
  const how = `set inputs to 'digest' or 'both' in the signer's configuration if callers may choose what is signed`
  return new SigningError('UnsupportedAlgorithm', `This signer takes messages, not digests: ${how}.`)
}
