/** The prime of edwards25519, 2^255 - 19, and the curve's d = -121665/121666 (RFC 8032 section 5.1). */
const P = 2n ** 255n - 19n
const D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n

/** The y of two points of order eight; that of the other two is its negative. */
const Y8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n

/** The y of the eight points whose order divides eight. */
const SMALL_ORDER = new Set([0n, 1n, P - 1n, Y8, P - Y8])

/**
 * Whether bytes are the one encoding of a point of edwards25519 (RFC 8032 section 5.1.3). OpenSSL takes any 32 bytes
 * as a key and then finds every signature invalid.
 */
export function isEdwardsPoint(encoded: Uint8Array): boolean {
  if (encoded.length !== 32) return false
  const { y, isXNegative } = read(encoded)
  if (y >= P) return false
  // x² = u / v, which is a square exactly when u × v is one; v is never zero, since d is no square.
  const u = (y * y - 1n) % P
  const v = (D * y * y + 1n) % P
  if (u === 0n) return !isXNegative
  // Euler's criterion.
  return power((((u * v) % P) + P) % P, (P - 1n) / 2n) === 1n
}

/**
 * Whether a point is one of the eight that are no key of anybody: with R and S of a certain few values, a signature
 * by such a key is valid for every message, or for one in eight.
 *
 * @param encoded the encoding of a point
 */
export function hasSmallOrder(encoded: Uint8Array): boolean {
  return SMALL_ORDER.has(read(encoded).y)
}

/** Little-endian, and the last bit is the sign of x. */
function read(encoded: Uint8Array): { y: bigint; isXNegative: boolean } {
  const number = BigInt(`0x${Buffer.from(encoded).reverse().toString('hex')}`)
  const y = BigInt.asUintN(255, number)
  return { y, isXNegative: number !== y }
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P
    square = (square * square) % P
  }
  return result
}
