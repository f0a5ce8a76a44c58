import type { KeyPair } from '../../crypto/key-pair.js'
import type { KeyVersion } from '../../keys/key-record.js'
import type { KeySpec } from '../../keys/key-spec.js'
import { type SigningAlgorithm, signingAlgorithm } from '../../keys/signing-algorithm.js'
import { unsupported } from './failure.js'
import { assertEnabled, type VisibleKey } from './find-key.js'

/** All digests of Alibaba Cloud's algorithms have this length. In bytes. */
export const DIGEST_BYTES = 32

/** A version of a key that can sign and verify. */
export interface SigningKey {
  readonly spec: KeySpec
  readonly pair: KeyPair
  /** As the protocol names it. */
  readonly algorithmName: string
  readonly algorithm: SigningAlgorithm
}

/**
 * Checks state, use and algorithm, in this order.
 *
 * @param algorithmName as the protocol names it; undefined for the usual one of the key's kind
 * @throws AlibabaFailure
 */
export function signingKey(
  key: VisibleKey,
  { pair }: KeyVersion,
  algorithmName: string | undefined,
): SigningKey {
  assertEnabled(key)
  const { name, usage, algorithms } = key.kind
  if (usage !== 'SIGN/VERIFY' || !pair) throw unsupported(`the key is for ${usage}.`)
  const [usual = ''] = algorithms.keys()
  const wanted = algorithmName ?? usual
  const row = algorithms.get(wanted)
  if (!row) throw unsupported(`a key of ${name} has no algorithm ${JSON.stringify(wanted)}.`)
  return { spec: key.spec, pair, algorithmName: wanted, algorithm: signingAlgorithm(row) }
}
