import type { KeyObject } from 'node:crypto'
import type { Algorithm } from './algorithm.js'
import type { ProviderLimits } from './limits.js'
import type { AlgorithmParameters } from './parameters.js'
import type { PublicKeyInput } from './public-key.js'
import type { MessageType, SignatureEncoding } from './signature.js'

/** A form in which a provider takes what is to be signed. */
export type InputKind = 'raw' | 'stream' | 'digest' | 'external-mu'

/** How a provider supports one algorithm. */
export interface AlgorithmSupport {
  /** The algorithm's name on the service's wire. */
  readonly wireName: string
  /**
   * What the service takes, the best first. In memory, the first is used whose limits the message keeps; for a
   * stream, the first that does not need the whole of it in memory, and only then `raw`.
   */
  readonly inputs: readonly InputKind[]
  /** The limits of a raw message, in bytes. Core refuses what is outside before the provider is called. */
  readonly raw: { readonly minBytes: number; readonly maxBytes: number }
  /** Whether `parameters.userId` can be another than the usual one when SM2 signs a raw message. Not by default. */
  readonly userId?: boolean
  /** Whether ML-DSA can sign with a context. Not by default. */
  readonly context?: boolean
}

/** What is to be signed, in a form that `AlgorithmSupport.inputs` names. */
export type ProviderInput =
  | { readonly kind: 'raw'; readonly message: Uint8Array }
  /** A chunk is valid until the next one is asked for: its buffer may be used again. */
  | { readonly kind: 'stream'; readonly chunks: AsyncIterable<Uint8Array> }
  | { readonly kind: 'digest'; readonly digest: Uint8Array }
  /** ML-DSA: 64 bytes that stand for key, context and message (FIPS 204 algorithm 7, step 6). */
  | { readonly kind: 'external-mu'; readonly digest: Uint8Array }

/** What a provider is asked to sign: everything that the service must be told. */
export interface ProviderSignRequest {
  /** As configured. */
  readonly keyId: string
  readonly algorithm: Algorithm
  /** From `AlgorithmSupport`. */
  readonly wireName: string
  readonly input: ProviderInput
  /** What the caller set besides the message. A digest and a mu have it in them already. */
  readonly parameters: AlgorithmParameters
  /** Somebody expects a certain key: a provider that makes keys must not make one now. */
  readonly pinned: boolean
}

/** What a service gave back, untouched. */
export interface ProviderSignature {
  readonly bytes: Uint8Array
  /** The layout, where the service promises one; otherwise it is told from strict DER and the exact lengths. */
  readonly encoding?: SignatureEncoding
  /** The key that signed, as the service names it. */
  readonly keyId?: string
  readonly keyVersion?: string
  /** The algorithm that the service says it used: compared with `wireName`. */
  readonly wireName?: string
  /** The message type that the service says it signed: compared with what was sent. */
  readonly messageType?: MessageType
  readonly requestId?: string
}

/** Which public key a provider is asked for. */
export interface ProviderKeyRequest {
  /** As configured. */
  readonly keyId: string
  /** Absent while the caller looks at the key in order to choose one. */
  readonly algorithm?: Algorithm
}

/** A public key as a service gives it, and which key the service says that it is. */
export interface ProviderPublicKey {
  /** In whatever form the service has it. */
  readonly publicKey: PublicKeyInput | KeyObject
  readonly keyId?: string
  readonly keyVersion?: string
}

/**
 * The time that one answer of a service may take. It runs from the start of a call; a provider that first waits for
 * something else, as for credentials or a connection, pauses it, and restarts it when the request goes out.
 */
export interface AttemptClock {
  pause(): void
  /** Starts it anew, from nothing. */
  restart(): void
}

/** What holds for one call. */
export interface CallContext {
  /**
   * Resolves when the next request may go out, and is to be asked for just before each one: `limits.maxPerSecond` is kept by it. The
   * clock is to stand still meanwhile. Absent where there is no such limit.
   *
   * @throws SigningError `Aborted`, `Timeout` while it waits
   */
  readonly turn?: () => Promise<void>
  /**
   * Aborts when the caller gave up or the call's time is over. Absent when neither can happen. Made when it is read: `endingOf` of
   * `@signport/core/kit` tells of the same for less.
   */
  readonly signal?: AbortSignal
  /** Absent where an answer may take any time. */
  readonly clock?: AttemptClock
}

/** When a signature is verified locally before it is released: every time, once for each key, or not. */
export type CheckPolicy = 'always' | 'first' | 'never'

/**
 * What an adapter of a key-management service implements: nothing more than to translate.
 *
 * Core plans, hashes, checks limits, normalizes, verifies and keeps time. A provider maps the algorithm's name and
 * the input to its wire, and the answer and the failures back. It does not repeat requests, re-encode or hash.
 */
export interface SigningProvider {
  /** Lower-case words and hyphens, such as `aws-kms`. */
  readonly name: string

  /**
   * Whether the keys are in this process. There a check before release proves nothing and nobody waits for an answer:
   * by default a signer then has neither check nor time limits.
   */
  readonly inProcess?: boolean

  /** What its connection bears. Core keeps to it for all signers of this provider together; keys in this process have no limits. */
  readonly limits?: ProviderLimits

  /**
   * Whether and how an algorithm can be used. Pure, and called when a signer is made: no I/O, no state.
   *
   * @returns undefined when the service does not have the algorithm
   * @throws SigningError for a key id that cannot be one, so that it is known before any call
   */
  support(algorithm: Algorithm, keyId: string): AlgorithmSupport | undefined

  /**
   * Signs once. Called with an input of a kind and size that `support` allows; the bytes in it do not change.
   *
   * Must throw a `SigningError` whose code says what went wrong and whose texts hold nothing secret; must end
   * soon after `context.signal` aborts; must never return a signature that the service did not give. A service that
   * says which key signed is not believed blindly: one that was asked for a certain key and answers for another is
   * `KeyMismatch`.
   */
  sign(request: ProviderSignRequest, context: CallContext): Promise<ProviderSignature>

  /** Fetches the public key. Fails as `sign` does. Core calls it once for all who wait, and keeps the answer. */
  getPublicKey(request: ProviderKeyRequest, context: CallContext): Promise<ProviderPublicKey>

  /** Resolves when the service would sign now, without a signature being made; throws as `sign` does otherwise. */
  probe?(request: Required<ProviderKeyRequest>, context: CallContext): Promise<void>

  /** Frees connections. Called once, when the last signer of this provider is closed. */
  close?(): Promise<void>
}
