import { constants, privateEncrypt, randomBytes } from 'node:crypto'
import type {
  Algorithm,
  EcdsaAlgorithm,
  Ed25519phAlgorithm,
  MlDsaAlgorithm,
  RsaPkcs1Algorithm,
  RsaPssAlgorithm,
} from '@signport/core'
import {
  encodePkcs1,
  encodePss,
  loadCurve,
  loadEd25519ph,
  loadMlDsa,
  prehashOf,
  signSm2,
} from '@signport/core/kit'
import { plainRsaKey, readEd25519Seed, readScalar } from './pkcs8.js'
import { nativeOf, type PrivateKey } from './private-key.js'

/**
 * Signs a digest, which node:crypto cannot: RSA by its native private-key operation over the encoding, the others by
 * @noble/curves and @noble/post-quantum, whose arithmetic is JavaScript: its time may depend on the key (see the
 * README).
 *
 * @param digest of the algorithm's exact length
 * @returns r ‖ s for ECDSA and SM2
 */
export async function signDigest(
  algorithm: Algorithm,
  key: PrivateKey,
  digest: Uint8Array,
): Promise<Uint8Array> {
  switch (algorithm.scheme) {
    case 'ecdsa':
      return signEcdsa(algorithm, key, digest)
    case 'sm2':
      return withSecret(readScalar(nativeOf(key)), (scalar) => signSm2(digest, scalar))
    case 'ed25519ph':
      return signEd25519ph(algorithm, key, digest)
    case 'ml-dsa':
      return signMlDsa(algorithm, key, digest)
    case 'rsassa-pkcs1-v1_5':
    case 'rsassa-pss':
      return signRsa(algorithm, key, digest)
    case 'eddsa':
      throw new TypeError(`${algorithm.name} takes no digest.`)
  }
}

function signRsa(
  algorithm: RsaPkcs1Algorithm | RsaPssAlgorithm,
  key: PrivateKey,
  digest: Uint8Array,
): Uint8Array {
  const { modulusBits = 0, pss } = key.publicKey
  const encoded =
    algorithm.scheme === 'rsassa-pss'
      ? encodePss(algorithm, digest, modulusBits)
      : encodePkcs1(algorithm, digest, modulusBits)
  const plain = pss ? plainRsaKey(nativeOf(key)) : nativeOf(key)
  return privateEncrypt({ key: plain, padding: constants.RSA_NO_PADDING }, encoded)
}

async function signEcdsa(
  algorithm: EcdsaAlgorithm,
  key: PrivateKey,
  digest: Uint8Array,
): Promise<Uint8Array> {
  const curve = await loadCurve(algorithm.key)
  // extraEntropy: RFC 6979 with randomness mixed in, so that a fault in the computation does not give the key away.
  const options = { prehash: false, lowS: false, extraEntropy: true, format: 'compact' } as const
  return withSecret(readScalar(nativeOf(key)), (scalar) => curve.sign(digest, scalar, options))
}

async function signEd25519ph(
  algorithm: Ed25519phAlgorithm,
  key: PrivateKey,
  digest: Uint8Array,
): Promise<Uint8Array> {
  const ed25519ph = await loadEd25519ph()
  return withSecret(readEd25519Seed(nativeOf(key)), (seed) =>
    ed25519ph.sign(prehashOf(algorithm, digest), seed),
  )
}

async function signMlDsa(
  algorithm: MlDsaAlgorithm,
  { expanded }: PrivateKey,
  mu: Uint8Array,
): Promise<Uint8Array> {
  if (!expanded) throw new TypeError('This key is not one of ML-DSA.')
  const { internal } = await loadMlDsa(algorithm.key)
  // Hedged (FIPS 204 section 3.4): a fault in one of two equal computations does not give the key away.
  return internal.sign(mu, expanded, { externalMu: true, extraEntropy: randomBytes(32) })
}

/** What was taken out of a key is forgotten when it has been used. */
async function withSecret<T>(secret: Uint8Array, use: (secret: Uint8Array) => T | Promise<T>): Promise<T> {
  try {
    return await use(secret)
  } finally {
    secret.fill(0)
  }
}
