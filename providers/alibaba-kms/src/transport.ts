import type {
  AlgorithmSupport,
  CallContext,
  ProviderPublicKey,
  ProviderSignature,
  ProviderSignRequest,
} from '@signport/core'
import type { TransportLimits } from './connection-limits.js'

/** One of the two APIs, as the provider uses it. */
export interface Transport {
  readonly limits: TransportLimits
  /** The forms that it takes, and the limits of a raw message for this key and algorithm. */
  inputs(keyId: string, wireName: string): Pick<AlgorithmSupport, 'inputs' | 'raw'>
  sign(request: ProviderSignRequest, context: CallContext): Promise<ProviderSignature>
  getPublicKey(keyId: string, context: CallContext): Promise<ProviderPublicKey>
  close(): void
}
