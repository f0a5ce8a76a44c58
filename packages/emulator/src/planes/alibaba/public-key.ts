import type { KeyVersion } from '../../keys/key-record.js'
import { unsupported } from './failure.js'
import { assertNotPending, type VisibleKey } from './find-key.js'

/** The public key of a version as PEM, its lines of 64 characters. @throws AlibabaFailure */
export function publicKeyPem(key: VisibleKey, { pair }: KeyVersion): string {
  assertNotPending(key)
  if (!pair) throw unsupported(`a key of ${key.kind.name} has no public key.`)
  const lines = pair.spki.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n')
}
