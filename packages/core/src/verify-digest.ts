import { constants, publicDecrypt } from 'node:crypto'
import type {
  Algorithm,
  EcdsaAlgorithm,
  Ed25519phAlgorithm,
  RsaPkcs1Algorithm,
  RsaPssAlgorithm,
} from './algorithm.js'
import { equalBytes } from './bytes.js'
import { loadCurve } from './curve.js'
import type { SaltLength } from './demands.js'
import { loadEd25519ph, prehashOf } from './ed25519ph.js'
import { encodePkcs1, verifyPss } from './emsa.js'
import { verifyMlDsa } from './ml-dsa.js'
import { takesNoDigest } from './plan.js'
import type { PublicKey } from './public-key.js'
import { rsaFromSpki } from './rsa-key.js'
import { verifySm2 } from './sm2.js'

/**
 * Verifies a signature over a digest, which node:crypto cannot: RSA by its native public-key operation and an exact
 * comparison of the encoding, the others by @noble/curves and @noble/post-quantum.
 *
 * @param digest of the algorithm's exact length
 * @param signature of the algorithm's exact length; r ‖ s for ECDSA and SM2
 * @throws SigningError `UnsupportedAlgorithm` for an algorithm that takes no digest
 */
export async function verifyPrehashed(
  algorithm: Algorithm,
  key: PublicKey,
  digest: Uint8Array,
  signature: Uint8Array,
  saltLength: SaltLength = 'digest',
): Promise<boolean> {
  switch (algorithm.scheme) {
    case 'ecdsa':
      return verifyEcdsa(algorithm, key, digest, signature)
    case 'sm2':
      return verifySm2(digest, signature, key.toRaw())
    case 'ml-dsa':
      return verifyMlDsa(algorithm.key, digest, signature, key.toRaw())
    case 'ed25519ph':
      return verifyEd25519ph(algorithm, key, digest, signature)
    case 'rsassa-pkcs1-v1_5':
      return verifyPkcs1(algorithm, key, digest, signature)
    case 'rsassa-pss':
      return verifyRsaPss(algorithm, key, digest, signature, saltLength)
    case 'eddsa':
      throw takesNoDigest(algorithm)
  }
}

async function verifyEcdsa(
  algorithm: EcdsaAlgorithm,
  key: PublicKey,
  digest: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const curve = await loadCurve(algorithm.key)
  // lowS: a high s is as valid as its twin, and every service but a few blockchains' gives either.
  return curve.verify(signature, digest, key.toRaw(), { prehash: false, lowS: false, format: 'compact' })
}

async function verifyEd25519ph(
  algorithm: Ed25519phAlgorithm,
  key: PublicKey,
  digest: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const ed25519ph = await loadEd25519ph()
  return ed25519ph.verify(signature, prehashOf(algorithm, digest), key.toRaw())
}

function verifyPkcs1(
  algorithm: RsaPkcs1Algorithm,
  key: PublicKey,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const encoded = publicOperation(key, signature)
  return encoded !== undefined && equalBytes(encoded, encodePkcs1(algorithm, digest, key.modulusBits ?? 0))
}

function verifyRsaPss(
  algorithm: RsaPssAlgorithm,
  key: PublicKey,
  digest: Uint8Array,
  signature: Uint8Array,
  saltLength: SaltLength,
): boolean {
  const encoded = publicOperation(key, signature)
  return encoded !== undefined && verifyPss(algorithm, digest, encoded, key.modulusBits ?? 0, saltLength)
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
