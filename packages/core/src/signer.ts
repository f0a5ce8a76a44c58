import type { AlgorithmName, DigestKind } from './algorithm.js'
import type { CallOptions } from './call.js'
import type { EcdsaEncoding } from './ecdsa-signature.js'
import type { AlgorithmParameters } from './parameters.js'
import type { MessageTypeChoice } from './plan.js'
import type { PublicKey } from './public-key.js'
import type { RotationStep } from './rotation.js'
import type { SignInput } from './sign-input.js'
import type { Signature } from './signature.js'
import type { VerifyOptions } from './verifier.js'

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
