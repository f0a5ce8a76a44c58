import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  generatePrimeSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import type { AlgorithmName } from '../../src/index.js'
import { bitString, oid, sequence } from './asn1.js'

/** The algorithms whose keys node:crypto does not have in every version: they come with 22. */
export type MlDsaName = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'

/** A key of node:crypto. */
export interface NodeKeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/** A key for any algorithm. That of ML-DSA is SPKI, and the expanded private key as FIPS 204 writes it. */
export interface KeyPair {
  readonly publicKey: KeyObject | Uint8Array
  readonly privateKey: KeyObject | Uint8Array
}

/** A public key as SPKI, DER. */
export function spkiOf(key: KeyPair['publicKey']): Buffer {
  return key instanceof Uint8Array ? Buffer.from(key) : key.export({ type: 'spki', format: 'der' })
}

/** The number of a key on a curve, after the version and before its own tag and length (RFC 5915 section 3). */
export function scalarOf(key: KeyObject): Buffer {
  const der = key.export({ type: 'pkcs8', format: 'der' })
  const start = der.indexOf('02010104', 0, 'hex') + 4
  return der.subarray(start + 1).subarray(0, der[start])
}

/** The kind of key that an algorithm needs, by node:crypto's name of its curve. */
function kindOf(name: AlgorithmName): string {
  if (name.startsWith('Ed25519')) return 'ed25519'
  return CURVES[name] ?? (isMlDsa(name) ? name : 'RSA')
}

const CURVES: Partial<Record<AlgorithmName, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
  ES256K: 'secp256k1',
  SM2: 'SM2',
}

const isMlDsa = (name: AlgorithmName): name is MlDsaName => name.startsWith('ML-DSA')

/** A new key for an algorithm. */
export function newKeyPair(name: Exclude<AlgorithmName, MlDsaName>): NodeKeyPair
export function newKeyPair(name: AlgorithmName): KeyPair
export function newKeyPair(name: AlgorithmName): KeyPair {
  if (isMlDsa(name)) return mlDsaKeyPair(name)
  const namedCurve = kindOf(name)
  if (namedCurve === 'ed25519') return readAgain(generateKeyPairSync('ed25519'))
  if (namedCurve === 'RSA') return rsaKeyPair(2048)
  return readAgain(generateKeyPairSync('ec', { namedCurve }))
}

/**
 * A key that node:crypto made, as one that it read. On the curve of SM2 it takes the first for a key of ECDSA; and
 * Node 20 stands still for ever when it collects garbage while it writes the first as a JWK.
 */
function readAgain({ publicKey, privateKey }: NodeKeyPair): NodeKeyPair {
  return {
    publicKey: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
    privateKey: createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }
}

/** The object identifiers of RFC 9881 section 2. */
const ML_DSA = {
  'ML-DSA-44': { noble: ml_dsa44, id: oid('608648016503040311') },
  'ML-DSA-65': { noble: ml_dsa65, id: oid('608648016503040312') },
  'ML-DSA-87': { noble: ml_dsa87, id: oid('608648016503040313') },
}

function mlDsaKeyPair(name: MlDsaName): KeyPair {
  const { noble, id } = ML_DSA[name]
  const { publicKey, secretKey } = noble.keygen(randomBytes(32))
  return { publicKey: sequence(sequence(id), bitString(publicKey)), privateKey: secretKey }
}

const kept = new Map<string, KeyPair>()

function once<Pair extends KeyPair>(name: string, make: () => Pair): Pair {
  const pair = (kept.get(name) as Pair | undefined) ?? make()
  kept.set(name, pair)
  return pair
}

/** The key of this test file for an algorithm: made once, since an RSA key takes its time. */
export function keyPair(name: Exclude<AlgorithmName, MlDsaName>): NodeKeyPair
export function keyPair(name: AlgorithmName): KeyPair
export function keyPair(name: AlgorithmName): KeyPair {
  const kind = kindOf(name)
  return kind === 'RSA' ? rsaKeyPairOf(2048) : once(kind, () => newKeyPair(name))
}

/** Another key of the same kind. */
export function otherKeyPair(name: Exclude<AlgorithmName, MlDsaName>): NodeKeyPair
export function otherKeyPair(name: AlgorithmName): KeyPair
export function otherKeyPair(name: AlgorithmName): KeyPair {
  return once(`other ${kindOf(name)}`, () => newKeyPair(name))
}

export function rsaKeyPairOf(modulusLength: number): NodeKeyPair {
  return once(`RSA ${modulusLength}`, () => rsaKeyPair(modulusLength))
}

function rsaKeyPair(modulusLength: number): NodeKeyPair {
  if (modulusLength % 2 !== 0) return oddKeyPair(modulusLength)
  return readAgain(generateKeyPairSync('rsa', { modulusLength }))
}

const E = 65537n

/** Asked for an odd number of bits, OpenSSL makes a key of one bit less: so this one is put together from primes. */
function oddKeyPair(modulusLength: number): NodeKeyPair {
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
export function pssKeyPair(hash?: string, saltLength?: number, maskHash = hash): NodeKeyPair {
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
