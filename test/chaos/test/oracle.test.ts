import { constants, createHash, createPrivateKey, sign } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { ed25519ph } from '@noble/curves/ed25519.js'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { sm2 } from 'sm-crypto-v2'
import { type ChaosKey, type KeyName, makeKeys } from '../src/chaos-key.js'
import { isValid } from '../src/oracle.js'

const MESSAGE = Buffer.from('a message')
const keys = makeKeys()

function keyOf(name: KeyName): ChaosKey {
  const key = keys.find((each) => each.name === name)
  if (!key) throw new Error(`There is no key ${name}.`)
  return key
}

type Signer = (key: ChaosKey) => Uint8Array

const native =
  (hash: string | null, options: object = {}): Signer =>
  ({ entry: { privateKey = '' } }) =>
    sign(hash, MESSAGE, { key: privateKey, ...options })

const pss = (hash: string, saltLength: number) =>
  native(hash, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })

const scheme =
  (mlDsa: typeof ml_dsa44): Signer =>
  ({ entry: { seed = '' } }) =>
    mlDsa.sign(Uint8Array.from(MESSAGE), mlDsa.keygen(Uint8Array.from(Buffer.from(seed, 'hex'))).secretKey)

const numberOf = ({ entry: { privateKey = '' } }: ChaosKey) =>
  Buffer.from(createPrivateKey(privateKey).export({ format: 'jwk' }).d ?? '', 'base64url')

const bySmCrypto: Signer = ({ entry: { privateKey = '' } }) => {
  const der = createPrivateKey(privateKey).export({ format: 'der', type: 'pkcs8' })
  // RFC 5915: the number is the OCTET STRING of 32 bytes behind the version.
  const at = der.indexOf(Buffer.from('0201010420', 'hex')) + 5
  const scalar = der.subarray(at, at + 32).toString('hex')
  return Buffer.from(
    sm2.doSignature(Uint8Array.from(MESSAGE), scalar, { der: true, hash: true, userId: '1234567812345678' }),
    'hex',
  )
}

const byNoble: Signer = (key) =>
  ed25519ph.sign(
    Uint8Array.from(createHash('sha512').update(MESSAGE).digest()),
    Uint8Array.from(numberOf(key)),
  )

describe.each([
  ['RS256', 'RSA 2048', native('sha256')],
  ['RS384', 'RSA 3072', native('sha384')],
  ['RS512', 'RSA 2048', native('sha512')],
  ['PS256', 'RSA 2048', pss('sha256', 32)],
  ['PS384', 'RSA 2048', pss('sha384', 48)],
  ['PS512', 'RSA 3072', pss('sha512', 64)],
  ['ES256', 'P-256', native('sha256')],
  ['ES384', 'P-384', native('sha384')],
  ['ES512', 'P-521', native('sha512')],
  ['ES256K', 'secp256k1', native('sha256')],
  ['Ed25519', 'Ed25519', native(null)],
  ['Ed25519ph-SHA512', 'Ed25519', byNoble],
  ['ML-DSA-44', 'ML-DSA-44', scheme(ml_dsa44)],
  ['ML-DSA-65', 'ML-DSA-65', scheme(ml_dsa65)],
  ['ML-DSA-87', 'ML-DSA-87', scheme(ml_dsa87)],
  ['SM2', 'SM2', bySmCrypto],
] as const)('%s', (algorithm, name, signed) => {
  const key = keyOf(name)
  const signature = signed(key)

  test('a signature by others is valid', async () => {
    expect(await isValid(algorithm, key.publicKey, MESSAGE, signature)).toBe(true)
  })

  test('the same over another message, and with another bit, is not', async () => {
    expect(await isValid(algorithm, key.publicKey, Buffer.from('another'), signature)).toBe(false)
    const flipped = Uint8Array.from(signature)
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
    expect(await isValid(algorithm, key.publicKey, MESSAGE, flipped)).toBe(false)
  })
})

test('the longest salt is another algorithm', async () => {
  const key = keyOf('RSA 2048')
  const signature = pss('sha256', constants.RSA_PSS_SALTLEN_MAX_SIGN)(key)
  expect(await isValid('PS256', key.publicKey, MESSAGE, signature)).toBe(false)
})

test('what no oracle knows is no reason to say that it is not valid', async () => {
  await expect(isValid('Ed25519ph', keyOf('Ed25519').publicKey, MESSAGE, MESSAGE)).rejects.toThrow(TypeError)
})
