import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  generatePrimeSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import type { AlgorithmName } from '../../src/index.js'

export interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const CURVES: Partial<Record<AlgorithmName, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
  ES256K: 'secp256k1',
}

/** A new key for an algorithm. */
export function newKeyPair(name: AlgorithmName): KeyPair {
  if (name === 'Ed25519') return generateKeyPairSync('ed25519')
  const namedCurve = CURVES[name]
  return namedCurve ? generateKeyPairSync('ec', { namedCurve }) : rsaKeyPair(2048)
}

const kept = new Map<string, KeyPair>()

function once(name: string, make: () => KeyPair): KeyPair {
  const pair = kept.get(name) ?? make()
  kept.set(name, pair)
  return pair
}

/** The key of this test file for an algorithm: made once, since an RSA key takes its time. */
export function keyPair(name: AlgorithmName): KeyPair {
  return CURVES[name] || name === 'Ed25519' ? once(name, () => newKeyPair(name)) : rsaKeyPairOf(2048)
}

/** Another key of the same kind. */
export function otherKeyPair(name: AlgorithmName): KeyPair {
  return once(`other ${CURVES[name] || name === 'Ed25519' ? name : 'RSA'}`, () => newKeyPair(name))
}

export function rsaKeyPairOf(modulusLength: number): KeyPair {
  return once(`RSA ${modulusLength}`, () => rsaKeyPair(modulusLength))
}

function rsaKeyPair(modulusLength: number): KeyPair {
  return modulusLength % 2 === 0 ? generateKeyPairSync('rsa', { modulusLength }) : oddKeyPair(modulusLength)
}

const E = 65537n

/** Asked for an odd number of bits, OpenSSL makes a key of one bit less: so this one is put together from primes. */
function oddKeyPair(modulusLength: number): KeyPair {
  const half = (modulusLength - 1) / 2
  const [p, q] = [half + 1, half].map((bits) => generatePrimeSync(bits, { bigint: true })) as [bigint, bigint]
  const d = inverse(E, (p - 1n) * (q - 1n))
  const numbers = { n: p * q, e: E, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  const members = Object.entries(numbers).map(([name, value]) => [name, base64url(value)])
  const privateKey = createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(members) }, format: 'jwk' })
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

function inverse(number: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [number % modulus, modulus, 1n, 0n]
  while (a > 1n) [a, b, x, y] = [b % a, a, y - (b / a) * x, x]
  return ((x % modulus) + modulus) % modulus
}

function base64url(number: bigint): string {
  const digits = number.toString(16)
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString('base64url')
}

/** An id-RSASSA-PSS key, unrestricted or bound to a hash, one for the mask, and a shortest salt. */
export function pssKeyPair(hash?: string, saltLength?: number, maskHash = hash): KeyPair {
  const bound = hash && { hashAlgorithm: hash, mgf1HashAlgorithm: maskHash, saltLength }
  const options = { modulusLength: 2048, ...(bound as object) }
  return once(`PSS ${hash} ${saltLength} ${maskHash}`, () => generateKeyPairSync('rsa-pss', options))
}

/** The JWK of an RSA key of any size that is in no way one: random, odd, and quickly made. */
export function rsaJwk(bits: number, e = 'AQAB') {
  const n = randomBytes(Math.ceil(bits / 8))
  n[0] = ((n[0] ?? 0) & (0xff >> (8 * n.length - bits))) | (0x80 >> (8 * n.length - bits))
  n[n.length - 1] = (n.at(-1) ?? 0) | 1
  return { kty: 'RSA', n: n.toString('base64url'), e }
}
