import { constants, createHash, createPrivateKey, sign } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { ed25519ph } from '@noble/curves/ed25519.js'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import type { AlgorithmName } from '@signport/core'
import { sm2 } from 'sm-crypto-v2'
import { generateKeyPair, oracleVerifies } from '../src/index.js'

const MESSAGE = Uint8Array.from(Buffer.from('a message'))

/** Signs with a private key in PKCS#8, PEM. */
type Sign = (privateKey: string) => Uint8Array

const native =
  (hash: string | null, options: object = {}): Sign =>
  (key) =>
    sign(hash, MESSAGE, { key, ...options })

const pss = (hash: string, saltLength: number) =>
  native(hash, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })

/** What a key in PKCS#8 ends with where it has no public key: the seed of Ed25519 and of ML-DSA. */
const seedOf = (privateKey: string) =>
  Uint8Array.from(Buffer.from(privateKey.replace(/-----[A-Z ]+-----/g, ''), 'base64').subarray(-32))

const prehashed =
  (message: Uint8Array): Sign =>
  (privateKey) =>
    ed25519ph.sign(message, seedOf(privateKey))

const mlDsa =
  (scheme: typeof ml_dsa44): Sign =>
  (privateKey) =>
    scheme.sign(MESSAGE, scheme.keygen(seedOf(privateKey)).secretKey)

const bySmCrypto: Sign = (privateKey) => {
  const der = createPrivateKey(privateKey).export({ format: 'der', type: 'pkcs8' })
  // RFC 5915: the number is the OCTET STRING of 32 bytes behind the version.
  const at = der.indexOf(Buffer.from('0201010420', 'hex')) + 5
  const scalar = der.subarray(at, at + 32).toString('hex')
  const options = { der: true, hash: true, userId: '1234567812345678' }
  return Buffer.from(sm2.doSignature(MESSAGE, scalar, options), 'hex')
}

const SIGNED: Record<AlgorithmName, Sign> = {
  RS256: native('sha256'),
  RS384: native('sha384'),
  RS512: native('sha512'),
  PS256: pss('sha256', 32),
  PS384: pss('sha384', 48),
  PS512: pss('sha512', 64),
  ES256: native('sha256'),
  ES384: native('sha384'),
  ES512: native('sha512'),
  ES256K: native('sha256'),
  Ed25519: native(null),
  Ed25519ph: prehashed(MESSAGE),
  'Ed25519ph-SHA512': prehashed(Uint8Array.from(createHash('sha512').update(MESSAGE).digest())),
  'ML-DSA-44': mlDsa(ml_dsa44),
  'ML-DSA-65': mlDsa(ml_dsa65),
  'ML-DSA-87': mlDsa(ml_dsa87),
  SM2: bySmCrypto,
}

describe.each(Object.entries(SIGNED) as [AlgorithmName, Sign][])('%s', (algorithm, signed) => {
  const { privateKey, publicKey } = generateKeyPair(algorithm)
  const signature = signed(privateKey)

  test('a signature by others is valid', async () => {
    expect(await oracleVerifies(algorithm, publicKey, MESSAGE, signature)).toBe(true)
  })

  test('the same over another message, and with another bit, is not', async () => {
    expect(await oracleVerifies(algorithm, publicKey, Buffer.from('another'), signature)).toBe(false)
    const flipped = Uint8Array.from(signature)
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
    expect(await oracleVerifies(algorithm, publicKey, MESSAGE, flipped)).toBe(false)
  })
})

test('the longest salt is another algorithm', async () => {
  const { privateKey, publicKey } = generateKeyPair('PS256')
  const signature = pss('sha256', constants.RSA_PSS_SALTLEN_MAX_SIGN)(privateKey)
  expect(await oracleVerifies('PS256', publicKey, MESSAGE, signature)).toBe(false)
})
