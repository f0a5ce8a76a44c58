import { types } from 'node:util'
import { raceAbort } from './abort.js'
import type { Algorithm, AlgorithmName } from './algorithm.js'
import { assertBytes } from './bytes.js'
import { assertCallOptions, type CallOptions } from './call.js'
import { contextOf } from './call-context.js'
import { SignatureCheck } from './check.js'
import { assertOneOf } from './choice.js'
import { ECDSA_ENCODINGS, type EcdsaEncoding } from './ecdsa-signature.js'
import { SigningError } from './error.js'
import { finish, messageTypeOf } from './finish.js'
import { KeySource } from './key-source.js'
import { type AlgorithmParameters, copyParameters } from './parameters.js'
import { MESSAGE_TYPES, planDigest } from './plan.js'
import { type Prepared, prepareDigest, prepareMessage } from './prepare.js'
import type {
  AlgorithmSupport,
  CallContext,
  ProviderSignature,
  ProviderSignRequest,
  SigningProvider,
} from './provider.js'
import type { PublicKey } from './public-key.js'
import { request } from './request.js'
import { assertSignInput, type SignInput } from './sign-input.js'
import { type SignTrace, traced } from './sign-trace.js'
import type { Signature } from './signature.js'
import type { ProbeResult, SignDigestOptions, Signer, SignOptions } from './signer.js'
import { type SignerCall, withinCall } from './signer-call.js'
import { readSignerOptions, type SignerOptions, type SignerSettings } from './signer-options.js'
import { type VerifyOptions, verifyDigest, verifyInput } from './verifier.js'
import { WorkUnderWay } from './work-under-way.js'

/** One call for a signature: what that is to be like, and who is told of it. */
interface SignCall extends SignerCall {
  readonly encoding: EcdsaEncoding
  readonly trace: SignTrace | undefined
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
    return this.#traced(async (trace) => {
      assertSignInput(message)
      const { encoding, ...settings } = this.#read(options)
      const prepare = (keyOf: () => Promise<PublicKey>) =>
        prepareMessage({ keyOf, ...this.#party, ...settings }, message, options.signal)
      // What is in memory has been read: the deadline runs while the key is waited for, too.
      if (types.isUint8Array(message))
        return withinCall(this.#settings, options, async (call) => {
          const prepared = await prepare(async () => raceAbort(this.#keys.get(call.leftMs), call.ending))
          return this.#sign(prepared, { encoding, trace, ...call })
        })
      const prepared = await prepare(() => this.#key(options))
      return withinCall(this.#settings, options, (call) => {
        startWhenRead(call, prepared)
        return this.#sign(prepared, { encoding, trace, ...call })
      })
    })
  }

  signDigest(digest: Uint8Array, options: SignDigestOptions = {}): Promise<Signature> {
    return this.#traced(async (trace) => {
      assertBytes(digest, 'The digest')
      const { encoding, checked } = this.#read(options)
      if (this.#settings.inputs === 'message') throw messagesOnly()
      const kind = planDigest(this.#party, digest.length, options.digestKind)
      const prepared = prepareDigest(kind, new Uint8Array(digest), checked)
      return withinCall(this.#settings, options, (call) => this.#sign(prepared, { encoding, trace, ...call }))
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
      return withinCall(this.#settings, options, async (call) => {
        const publicKey = await this.#keys.get(call.leftMs)
        if (!this.#from.probe) return { publicKey, permission: 'unknown' }
        const question = { keyId: this.keyId, algorithm: this.#row }
        await request(this.#settings, call, async (context) => this.#from.probe?.(question, context))
        return { publicKey, permission: 'confirmed' }
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

  /** The public key, for which others may go on waiting when this call is over. */
  #key(options: CallOptions): Promise<PublicKey> {
    return withinCall(this.#settings, options, ({ leftMs }) => this.#keys.get(leftMs))
  }

  #traced(sign: (trace?: SignTrace) => Promise<Signature>): Promise<Signature> {
    const { provider, keyId, algorithm } = this
    return traced({ provider, keyId, algorithm }, (trace) => this.#work.run(() => sign(trace)))
  }

  async #sign(prepared: Prepared, call: SignCall): Promise<Signature> {
    const { again } = prepared
    if (!again) return this.#signOnce(prepared, call)
    const key = await this.#keys.get(call.leftMs)
    try {
      return await this.#signOnce(prepared, call)
    } catch (error) {
      if (!(await this.#hasMoved(error, key, call))) throw error
      return this.#signOnce(await again(), call)
    }
  }

  /** Whether an alias was moved: then the digest is one with the key that it led to before. */
  async #hasMoved(error: unknown, before: PublicKey, { leftMs }: SignCall): Promise<boolean> {
    if (SigningError.is(error, 'KeyMismatch')) return error.retryable
    return SigningError.is(error, 'SignatureCheckFailed') && !before.equals(await this.#keys.get(leftMs))
  }

  async #signOnce(prepared: Prepared, call: SignCall): Promise<Signature> {
    const { lowS, parameters } = this.#settings.demands
    const signing = {
      keyId: this.keyId,
      algorithm: this.#row,
      wireName: this.#support.wireName,
      input: prepared.input,
      parameters,
      pinned: this.#keys.pinned,
    }
    const before = this.#check.prepare()
    const answer = await this.#ask(signing, call)
    const finished = finish({
      request: signing,
      answer,
      provider: this.provider,
      encoding: call.encoding,
      lowS,
      key: this.#keys.fixed,
    })
    const { madeWith } = prepared
    const { leftMs } = call
    await this.#check.assert(finished, { evidence: prepared.evidence(), madeWith, before, leftMs })
    return finished.signature
  }

  #ask(signing: ProviderSignRequest, call: SignCall): Promise<ProviderSignature> {
    const { trace, ending } = call
    const ask = (context: CallContext) => {
      if (trace) trace.attempts++
      return this.#from.sign(signing, context)
    }
    if (trace) trace.messageType = messageTypeOf(signing.input)
    if (signing.input.kind !== 'stream') return request(this.#settings, call, ask)
    // How long a stream takes is its own affair, and it is there once.
    const { connection } = this.#settings
    const once = () => ask(contextOf({ ending, clock: undefined, turn: connection?.turns(ending) }))
    return connection?.inSlot(once, ending) ?? once()
  }

  #verification(signature: Signature | Uint8Array, options: VerifyOptions) {
    const encoding = options.encoding ?? this.#settings.encoding
    const { demands } = this.#settings
    return { algorithm: this.#row, demands, keyOf: () => this.#key(options), signature, encoding, options }
  }
}

/** The deadline of a stream starts when it has been read, which some providers do themselves. */
function startWhenRead({ clock }: SignerCall, { whenRead }: Prepared): void {
  if (!whenRead) return
  clock?.pause()
  whenRead.then(() => clock?.restart())
}

function messagesOnly(): SigningError {
  const how = `set inputs to 'digest' or 'both' in the signer's configuration if callers may choose what is signed`
  return new SigningError('UnsupportedAlgorithm', `This signer takes messages, not digests: ${how}.`)
}
