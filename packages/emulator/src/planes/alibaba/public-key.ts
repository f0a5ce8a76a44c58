import type { KeyPair } from '../../crypto/key-pair.js'
import type { KeyVersion } from '../../keys/key-record.js'
import { publishedKey } from '../../keys/signature.js'
import type { OperationContext } from '../context.js'
import { unsupported } from './failure.js'
import { assertNotPending, type VisibleKey } from './find-key.js'

/** The public key of a version as PEM, its lines of 64 characters. @throws AlibabaFailure */
export async function publicKeyPem(
  key: VisibleKey,
  version: KeyVersion,
  context: OperationContext,
): Promise<string> {
  const spki = await publishedKey(key.spec, publishedPair(key, version), context)
  const lines = spki.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n')
}

/** The pair whose public half may be published. @throws AlibabaFailure */
export function publishedPair(key: VisibleKey, { pair }: KeyVersion): KeyPair {
  assertNotPending(key)
  if (pair) return pair
  throw unsupported(`a key of ${key.kind.name} has no public key.`)
}
