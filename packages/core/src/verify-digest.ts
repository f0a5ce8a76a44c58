import { constants, type KeyObject, publicDecrypt } from 'node:crypto'
import type { Algorithm, EcdsaAlgorithm, RsaPkcs1Algorithm, RsaPssAlgorithm } from './algorithm.js'
import { equalBytes } from './bytes.js'
import { loadCurve, pointOf } from './curve.js'
import { encodePkcs1, verifyPss } from './emsa.js'
import { takesNoDigest } from './plan.js'
import type { PublicKey } from './public-key.js'
import { rsaFromSpki } from './rsa-key.js'

/**
 * Verifies a signature over a digest, which node:crypto cannot: RSA by its native public-key operation and an exact
 * comparison of the encoding, ECDSA by @noble/curves.
 *
 * @param digest of the algorithm's exact length
 * @param signature of the algorithm's exact length; r ‖ s for ECDSA
 * @throws SigningError `UnsupportedAlgorithm` for an algorithm that takes no digest
 */
export async function verifyPrehashed(
  algorithm: Algorithm,
  key: PublicKey,
  digest: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (algorithm.scheme === 'eddsa') throw takesNoDigest(algorithm)
  if (algorithm.scheme === 'ecdsa') return verifyEcdsa(algorithm, key.toKeyObject(), digest, signature)
  return verifyRsa(algorithm, key, digest, signature)
}

async function verifyEcdsa(
  algorithm: EcdsaAlgorithm,
  key: KeyObject,
  digest: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const curve = await loadCurve(algorithm.key)
  // lowS: a high s is as valid as its twin, and every service but a few blockchains' gives either.
  return curve.verify(signature, digest, pointOf(key), { prehash: false, lowS: false, format: 'compact' })
}

function verifyRsa(
  algorithm: RsaPkcs1Algorithm | RsaPssAlgorithm,
  key: PublicKey,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { modulusBits = 0 } = key
  const encoded = publicOperation(key, signature)
  if (!encoded) return false
  if (algorithm.scheme === 'rsassa-pss') return verifyPss(algorithm, digest, encoded, modulusBits)
  return equalBytes(encoded, encodePkcs1(algorithm, digest, modulusBits))
}

/**
 * RSAVP1 (RFC 8017 section 5.2.2); undefined where OpenSSL cannot do it, and so would call every signature invalid:
 * for a number that is not below the modulus, and for a key whose numbers make no RSA key.
 */
function publicOperation(key: PublicKey, signature: Uint8Array): Uint8Array | undefined {
  const plain = key.pss ? rsaFromSpki(key.toSpki()) : key.toKeyObject()
  try {
    return publicDecrypt({ key: plain, padding: constants.RSA_NO_PADDING }, signature)
  } catch {
    return undefined
  }
}
