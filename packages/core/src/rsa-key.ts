import { createPublicKey, type KeyObject } from 'node:crypto'
import { DerReader, Tag } from './der.js'

/**
 * The plain RSA key inside an SPKI (RFC 8017 appendix A.1.1). An id-RSASSA-PSS key has the same numbers, but
 * node:crypto refuses it wherever PSS is not done by OpenSSL itself: raw operations and JWK.
 */
export function rsaFromSpki(spki: Uint8Array): KeyObject {
  const body = new DerReader(new DerReader(spki).read(Tag.sequence))
  body.read(Tag.sequence)
  // The first byte counts the unused bits, of which a key has none.
  const key = body.read(Tag.bitString).subarray(1)
  return createPublicKey({ key: Buffer.from(key), format: 'der', type: 'pkcs1' })
}
