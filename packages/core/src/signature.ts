import type { AlgorithmName } from './algorithm.js'
import type { EcdsaEncoding } from './ecdsa-signature.js'

/** The layout of a signature's bytes: ECDSA has two, every other algorithm one, `raw`. */
export type SignatureEncoding = EcdsaEncoding | 'raw'

/** What was sent to the service: the message itself, a digest of it, or the mu of ML-DSA. */
export type MessageType = 'raw' | 'digest' | 'external-mu'

/** A signature, normalized and checked, and how it came about. */
export interface Signature {
  /** The signature, in `encoding`. */
  readonly bytes: Uint8Array
  readonly encoding: SignatureEncoding
  readonly algorithm: AlgorithmName
  /** The provider's name: `local`, `aws-kms`. */
  readonly provider: string
  /** The key as the service reports it (its ARN, its resolved id), or else as it is configured. */
  readonly keyId: string
  readonly keyVersion?: string
  readonly messageType: MessageType
  /** The digest or mu that was sent, when one was. */
  readonly digest?: Uint8Array
  readonly requestId?: string
}
