import type { KeyPair, Message } from '../crypto/key-pair.js'
import type { KeySpec } from './key-spec.js'
import type { SigningAlgorithm } from './signing-algorithm.js'

/** What a signature is made of, when everything about it has been checked. */
export interface Signing {
  readonly spec: KeySpec
  readonly pair: KeyPair
  readonly algorithm: SigningAlgorithm
  readonly message: Message
}
