import type { EcdsaAlgorithm } from './algorithm.js'

/** The orders of the curves whose users ask for a low s (SEC 2 section 2.4.1; BIP 62, EIP-2). */
const ORDERS = new Map<string, bigint>([
  ['secp256k1', 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n],
])

/** Whether an algorithm's signatures can be asked to have a low s. */
export function hasLowS({ key }: EcdsaAlgorithm): boolean {
  return ORDERS.has(key)
}

/** Whether s is at most half of the curve's order. Of r ‖ s and r ‖ n - s, which are both valid, one is low. */
export function isLowS(algorithm: EcdsaAlgorithm, signature: Uint8Array): boolean {
  return 2n * numberS(algorithm, signature) <= orderOf(algorithm)
}

/** The signature with a low s: itself, or its twin, which needs no key to make. */
export function toLowS(algorithm: EcdsaAlgorithm, signature: Uint8Array): Uint8Array {
  if (isLowS(algorithm, signature)) return signature
  const { scalarBytes } = algorithm
  const s = (orderOf(algorithm) - numberS(algorithm, signature)).toString(16).padStart(2 * scalarBytes, '0')
  return Buffer.concat([signature.subarray(0, scalarBytes), Buffer.from(s, 'hex')])
}

function orderOf({ key }: EcdsaAlgorithm): bigint {
  const order = ORDERS.get(key)
  if (order === undefined) throw new TypeError(`A low s is not known of ${key}.`)
  return order
}

function numberS({ scalarBytes }: EcdsaAlgorithm, signature: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(signature.subarray(scalarBytes)).toString('hex')}`)
}
