import { createHash, randomBytes } from 'node:crypto'
import type { WeierstrassPointCons } from '@noble/curves/abstract/weierstrass.js'

/*
 * SM2 (GB/T 32918.2-2016, ISO/IEC 14888-3) on its recommended curve (GB/T 32918.5-2017). A signature is not taken
 * over SM3(M) but over SM3(Z ‖ M), where Z binds it to the signer's id and public key.
 */

/** y² = x³ + ax + b over the field of p elements; G generates the group of n points. */
const CURVE = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
}

/** The id that everybody uses who has not agreed on another one (GM/T 0009-2012 section 10). */
export const DEFAULT_USER_ID: Uint8Array = new TextEncoder().encode('1234567812345678')

/** Its length is written in 16 bits, and counted in bits. In bytes. */
export const MAX_USER_ID_BYTES = 8191

const SCALAR_BYTES = 32

/**
 * Z (GB/T 32918.2 section 5.5): what is hashed before the message.
 *
 * @param point the public key, uncompressed: 04 ‖ x ‖ y
 */
export function sm2Prefix(point: Uint8Array, userId: Uint8Array = DEFAULT_USER_ID): Uint8Array {
  const idBits = Buffer.alloc(2)
  idBits.writeUInt16BE(userId.length * 8)
  const { a, b, Gx, Gy } = CURVE
  const hasher = createHash('sm3').update(idBits).update(userId)
  for (const number of [a, b, Gx, Gy]) hasher.update(bytesOf(number))
  return hasher.update(point.subarray(1)).digest()
}

/**
 * Verifies a signature over SM3(Z ‖ M) (GB/T 32918.2 section 7.1, from the digest on).
 *
 * @param signature r ‖ s
 */
export async function verifySm2(
  digest: Uint8Array,
  signature: Uint8Array,
  point: Uint8Array,
): Promise<boolean> {
  const [r, s] = [numberOf(signature.subarray(0, SCALAR_BYTES)), numberOf(signature.subarray(SCALAR_BYTES))]
  if (!isScalar(r) || !isScalar(s)) return false
  const t = (r + s) % CURVE.n
  if (t === 0n) return false
  const Point = await loadCurve()
  const sum = Point.BASE.multiplyUnsafe(s).add(Point.fromBytes(point).multiplyUnsafe(t))
  return !sum.is0() && (numberOf(digest) + sum.toAffine().x) % CURVE.n === r
}

/** Whether bytes are a private key: a number from 1 to n - 2 (GB/T 32918.1-2016 section 6.1). */
export function isSm2Scalar(scalar: Uint8Array): boolean {
  const d = numberOf(scalar)
  return d > 0n && d < CURVE.n - 1n
}

/**
 * Signs SM3(Z ‖ M) (GB/T 32918.2 section 6.1, from the digest on). In JavaScript: its time may depend on the key.
 *
 * @param scalar the private key, 32 bytes that `isSm2Scalar` accepts
 * @returns r ‖ s
 */
export async function signSm2(digest: Uint8Array, scalar: Uint8Array): Promise<Uint8Array> {
  const Point = await loadCurve()
  const d = numberOf(scalar)
  for (;;) {
    const k = randomScalar()
    const r = (numberOf(digest) + Point.BASE.multiply(k).toAffine().x) % CURVE.n
    if (r === 0n || r + k === CURVE.n) continue
    const s = Point.Fn.mul(Point.Fn.inv(1n + d), Point.Fn.create(k - r * d))
    if (s !== 0n) return Buffer.concat([bytesOf(r), bytesOf(s)])
  }
}

let curve: Promise<WeierstrassPointCons<bigint>> | undefined

/** Loaded when first needed: node:crypto does everything but digests. Kept, since its tables take 50 ms to make. */
function loadCurve(): Promise<WeierstrassPointCons<bigint>> {
  curve ??= import('@noble/curves/abstract/weierstrass.js').then(({ weierstrass }) => weierstrass(CURVE))
  return curve
}

/** From 1 to n - 1, each as likely as the others: what is out of range is drawn again. */
function randomScalar(): bigint {
  for (;;) {
    const number = numberOf(randomBytes(SCALAR_BYTES))
    if (isScalar(number)) return number
  }
}

const isScalar = (number: bigint) => number > 0n && number < CURVE.n

const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

const bytesOf = (number: bigint) => Buffer.from(number.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex')
