import {
  createCipheriv,
  createECDH,
  createPrivateKey,
  type JsonWebKey,
  type KeyObject,
  pbkdf2Sync,
} from 'node:crypto'
import { derElement, derInteger, encodePem, ML_DSA, type MlDsaKind, Tag } from '@signport/core/kit'

/*
 * Keys that are the same in every run, so that a run can be repeated. They protect nothing.
 */

/** Two primes of 1024 bits. */
const [P, Q] = [
  '7CetRiRroT1idaueas9ELjBC_wEx8i79Iv6rbZcZGooa6iL7Wru_uHvVG4f9nheKdiOw_uSraR4bD3KlDL_eMK' +
    'BOAZTfZbP6L21o3Hud7kCTIoqlHxX-ZwNcrL5HGeKrgQ3d3IyYWaZG32SSpRRAw9Cj-t_CNpfSt2oEF0rtq70',
  'wk3CHwK7rztTWlpy602Rjtc7Ga6R7QRpXJsm6s9mhK6GC3DG_zHM_xMy6cbKZu103byZhneRtZBGUdJhanST2m' +
    'X8MrjQIcdmIXjIypWHGaz3UXf5hHmfJ0KyGCShf6zTltC5GTQtYLa0iVIOzGdTWd_A_JiKCD3bukMX5Ep8fb0',
].map((text) => numberOf(Buffer.from(text, 'base64url'))) as [bigint, bigint]

const EXPONENT = 65_537n

/** The curves by the names of OpenSSL, with the sizes of their numbers in bytes. */
const CURVES = [
  { openssl: 'prime256v1', oid: '2a8648ce3d030107', bytes: 32 },
  { openssl: 'secp384r1', oid: '2b81040022', bytes: 48 },
  { openssl: 'secp521r1', oid: '2b81040023', bytes: 66 },
  { openssl: 'secp256k1', oid: '2b8104000a', bytes: 32 },
  { openssl: 'SM2', oid: '2a811ccf5501822d', bytes: 32 },
] as const

const sequence = (...contents: readonly Uint8Array[]) => derElement(Tag.sequence, ...contents)
const octets = (content: Uint8Array) => derElement(Tag.octetString, content)
const oid = (hexadecimal: string) => derElement(Tag.objectIdentifier, Buffer.from(hexadecimal, 'hex'))
const small = (number: number) => derInteger(Uint8Array.of(number))
const NULL = Buffer.from('0500', 'hex')

/** Bytes that look like those of a key, and are below every order. */
function secretBytes(length: number, salt: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index === 0 ? 0 : (index * 83 + salt * 29 + 7) % 251))
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

function bytesOf(number: bigint): Uint8Array {
  const digits = number.toString(16)
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
}

function inverse(number: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [number % modulus, modulus, 1n, 0n]
  while (a > 1n) [a, b, x, y] = [b % a, a, y - (b / a) * x, x]
  return ((x % modulus) + modulus) % modulus
}

/** RSAPrivateKey (RFC 8017 appendix A.1.2). */
function pkcs1Key(): Uint8Array {
  const d = inverse(EXPONENT, (P - 1n) * (Q - 1n))
  const numbers = [P * Q, EXPONENT, d, P, Q, d % (P - 1n), d % (Q - 1n), inverse(Q, P)]
  return sequence(small(0), ...numbers.map((number) => derInteger(bytesOf(number))))
}

const pkcs8Of = (algorithm: Uint8Array, key: Uint8Array) => sequence(small(0), algorithm, octets(key))

/** ECPrivateKey (RFC 5915 section 3), with its public half. */
function curveKey({ openssl, oid: curve, bytes }: (typeof CURVES)[number]): Uint8Array {
  const pair = createECDH(openssl)
  pair.setPrivateKey(secretBytes(bytes, 1))
  return curveKeyOf(curve, pair.getPrivateKey(), pair.getPublicKey())
}

/** A key on a curve of whatever number and point; the point may be left out. */
export function curveKeyOf(curve: string, scalar: Uint8Array, point: Uint8Array | undefined): Uint8Array {
  const half = point && derElement(0xa1, derElement(Tag.bitString, Uint8Array.of(0), point))
  const key = sequence(small(1), octets(scalar), half ?? new Uint8Array())
  return pkcs8Of(sequence(oid('2a8648ce3d0201'), oid(curve)), key)
}

/** The object identifiers of the curves. */
export const CURVE_OIDS: readonly string[] = CURVES.map(({ oid }) => oid)

function mlDsaKey(kind: MlDsaKind): Uint8Array {
  const seed = derElement(Tag.contextZero, secretBytes(32, 3))
  return pkcs8Of(sequence(oid(ML_DSA[kind].oid)), seed)
}

/** PKCS#8 of every kind of key that there is. */
export const PKCS8: Readonly<Record<string, Uint8Array>> = {
  rsa: pkcs8Of(sequence(oid('2a864886f70d010101'), NULL), pkcs1Key()),
  pss: pkcs8Of(sequence(oid('2a864886f70d01010a')), pkcs1Key()),
  ed25519: pkcs8Of(sequence(oid('2b6570')), octets(secretBytes(32, 2))),
  ...Object.fromEntries(CURVES.map((curve) => [curve.openssl, curveKey(curve)])),
  'ML-DSA-44': mlDsaKey('ML-DSA-44'),
}

const native = (name: string): KeyObject =>
  createPrivateKey({ key: Buffer.from(PKCS8[name] ?? []), format: 'der', type: 'pkcs8' })

/** The kinds that node:crypto knows everywhere. */
export const NATIVE_KEYS = ['rsa', 'ed25519', ...CURVES.map(({ openssl }) => openssl)] as const

/** The same as PEM, with those of older forms. */
export const PRIVATE_PEMS: readonly string[] = [
  ...Object.values(PKCS8).map((der) => encodePem('PRIVATE KEY', der)),
  encodePem('RSA PRIVATE KEY', pkcs1Key()),
  native('prime256v1').export({ type: 'sec1', format: 'pem' }).toString(),
]

/** The same as JWK. */
export const PRIVATE_JWKS: readonly JsonWebKey[] = [
  ...['rsa', 'ed25519', 'prime256v1', 'secp521r1'].map((name) => native(name).export({ format: 'jwk' })),
  { kty: 'AKP', alg: 'ML-DSA-44', priv: Buffer.from(secretBytes(32, 3)).toString('base64url') },
]

/** What encrypted keys open with. */
export const PASSPHRASE = 'a passphrase of these tests'

/** EncryptedPrivateKeyInfo (RFC 5958 section 3) by PBES2 (RFC 8018 section 6.2), with a salt that is always the same. */
export function encryptedKey(name: string, iterations: number): Uint8Array {
  const [salt, iv] = [secretBytes(16, 4), secretBytes(16, 5)]
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(PASSPHRASE, salt, iterations, 32, 'sha256'), iv)
  const encrypted = Buffer.concat([cipher.update(PKCS8[name] ?? new Uint8Array()), cipher.final()])
  const count = derInteger(bytesOf(BigInt(iterations)))
  const prf = sequence(oid('2a864886f70d0209'), NULL)
  const derivation = sequence(oid('2a864886f70d01050c'), sequence(octets(salt), count, prf))
  const scheme = sequence(oid('60864801650304012a'), octets(iv))
  return sequence(sequence(oid('2a864886f70d01050d'), sequence(derivation, scheme)), octets(encrypted))
}

/** A PKCS#12 whose one key lies open, without a MAC (RFC 7292 section 4): what is changed in it is really read. */
export function openPkcs12(name: string): Uint8Array {
  const data = (content: Uint8Array) => sequence(oid('2a864886f70d010701'), derElement(0xa0, octets(content)))
  const bag = sequence(oid('2a864886f70d010c0a0101'), derElement(0xa0, PKCS8[name] ?? new Uint8Array()))
  return sequence(small(3), data(sequence(data(sequence(bag)))))
}
