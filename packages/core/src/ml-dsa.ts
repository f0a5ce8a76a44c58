import { createHash } from 'node:crypto'
import type { DSA } from '@noble/post-quantum/ml-dsa.js'

/** The parameter sets of ML-DSA (FIPS 204 section 4). */
export type MlDsaKind = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'

/** What belongs to a parameter set: its object identifier (RFC 9881 section 2) and lengths in bytes (FIPS 204 table 2). */
interface ParameterSet {
  /** The content of the element in hexadecimal. */
  readonly oid: string
  readonly publicKeyBytes: number
  readonly expandedKeyBytes: number
}

/** All that is known about each parameter set besides its signatures. */
export const ML_DSA: Record<MlDsaKind, ParameterSet> = {
  'ML-DSA-44': { oid: '608648016503040311', publicKeyBytes: 1312, expandedKeyBytes: 2560 },
  'ML-DSA-65': { oid: '608648016503040312', publicKeyBytes: 1952, expandedKeyBytes: 4032 },
  'ML-DSA-87': { oid: '608648016503040313', publicKeyBytes: 2592, expandedKeyBytes: 4896 },
}

/** The seed that a whole key is made of. In bytes. */
export const ML_DSA_SEED_BYTES = 32

/** The longest context (FIPS 204 algorithm 2). In bytes. */
export const MAX_CONTEXT_BYTES = 255

/** The parameter set of an object identifier; undefined for every other algorithm. */
export function mlDsaOfOid(oid: string): MlDsaKind | undefined {
  return (Object.keys(ML_DSA) as MlDsaKind[]).find((kind) => ML_DSA[kind].oid === oid)
}

/** Whether a kind of key is one of ML-DSA. */
export function isMlDsa(kind: string): kind is MlDsaKind {
  return Object.hasOwn(ML_DSA, kind)
}

/**
 * What is hashed before the message: mu = SHAKE256(SHAKE256(pk, 64) ‖ 0 ‖ |ctx| ‖ ctx ‖ M, 64) (FIPS 204 algorithms
 * 2 and 7). The zero says that the message itself is signed, not a hash of it.
 *
 * @param publicKey raw, as FIPS 204 encodes it, not its SPKI
 */
export function mlDsaPrefix(publicKey: Uint8Array, context: Uint8Array = new Uint8Array()): Uint8Array {
  const hashed = createHash('shake256', { outputLength: 64 }).update(publicKey).digest()
  return Buffer.concat([hashed, Uint8Array.of(0, context.length), context])
}

/** Loaded when first needed: it is large, and node:crypto does what it can. */
export async function loadMlDsa(kind: MlDsaKind): Promise<DSA> {
  const { ml_dsa44, ml_dsa65, ml_dsa87 } = await import('@noble/post-quantum/ml-dsa.js')
  return { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }[kind]
}

/**
 * Verifies a signature over mu.
 *
 * @param publicKey raw
 */
export async function verifyMlDsa(
  kind: MlDsaKind,
  mu: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
): Promise<boolean> {
  const { internal } = await loadMlDsa(kind)
  return internal.verify(signature, mu, publicKey, { externalMu: true })
}
