import { constants, type KeyObject, privateEncrypt } from 'node:crypto'
import type { Algorithm, EcdsaAlgorithm, RsaPkcs1Algorithm, RsaPssAlgorithm } from '@signport/core'
import { encodePkcs1, encodePss, loadCurve, scalarOf } from '@signport/core/kit'
import { type PrivateKey, plainKey } from './private-key.js'

/**
 * Signs a digest, which node:crypto cannot: RSA by its native private-key operation over the encoding, ECDSA by
 * @noble/curves, whose arithmetic is JavaScript: its time may depend on the key (see the README).
 *
 * @param digest of the algorithm's exact length
 * @returns r ‖ s for ECDSA
 */
export async function signDigest(
  algorithm: Algorithm,
  key: PrivateKey,
  digest: Uint8Array,
): Promise<Uint8Array> {
  if (algorithm.scheme === 'eddsa') throw new TypeError(`${algorithm.name} takes no digest.`)
  if (algorithm.scheme === 'ecdsa') return signEcdsa(algorithm, key.keyObject, digest)
  return signRsa(algorithm, key, digest)
}

function signRsa(
  algorithm: RsaPkcs1Algorithm | RsaPssAlgorithm,
  key: PrivateKey,
  digest: Uint8Array,
): Uint8Array {
  const { modulusBits = 0 } = key.publicKey
  const encode =
    algorithm.scheme === 'rsassa-pss'
      ? encodePss(algorithm, digest, modulusBits)
      : encodePkcs1(algorithm, digest, modulusBits)
  return privateEncrypt({ key: plainKey(key), padding: constants.RSA_NO_PADDING }, encode)
}

async function signEcdsa(algorithm: EcdsaAlgorithm, key: KeyObject, digest: Uint8Array): Promise<Uint8Array> {
  const curve = await loadCurve(algorithm.key)
  const scalar = scalarOf(key)
  try {
    // extraEntropy: RFC 6979 with randomness mixed in, so that a fault in the computation does not give the key away.
    return curve.sign(digest, scalar, { prehash: false, lowS: false, extraEntropy: true, format: 'compact' })
  } finally {
    scalar.fill(0)
  }
}
