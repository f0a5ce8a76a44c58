import type { KeyKind } from './algorithm.js'

// Loaded when first needed: node:crypto does all that it can, and this library is half of the load time.
const nist = () => import('@noble/curves/nist.js')

const CURVES = {
  'P-256': async () => (await nist()).p256,
  'P-384': async () => (await nist()).p384,
  'P-521': async () => (await nist()).p521,
  secp256k1: async () => (await import('@noble/curves/secp256k1.js')).secp256k1,
}

/** A curve that signs and verifies digests, which node:crypto does not. */
export type Curve = Awaited<ReturnType<(typeof CURVES)[keyof typeof CURVES]>>

/** The ECDSA of @noble/curves for a kind of key. */
export function loadCurve(kind: KeyKind): Promise<Curve> {
  if (kind in CURVES) return CURVES[kind as keyof typeof CURVES]()
  throw new TypeError(`There is no ECDSA on ${kind}.`)
}
