import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { SigningError } from '@signport/core'
import { plainRsaKey } from '../src/pkcs8.js'
import { nativeOf, readPrivateKey } from '../src/private-key.js'
import { KEYS, OTHER_PEMS, pem, pemOf, pssKey } from './support/keys.js'
import { element, integer, oid, sequence } from './support/pbes2.js'

/** The orders of the curves (SEC 2, GB/T 32918.5). */
const N_P256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const N_SECP256K1 = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const N_SM2 = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n

const PASSPHRASE = 'correct horse battery staple'
const { ES256, RS256, Ed25519 } = KEYS

const text = (key: KeyObject, options: object) =>
  key.export({ format: 'pem', ...options } as never).toString()

const publicPart = (key: KeyObject) => {
  const { kty, crv, x, y, n, e } = key.export({ format: 'jwk' })
  return JSON.parse(JSON.stringify({ kty, crv, x, y, n, e }))
}

describe('forms of a private key', () => {
  const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
  const encrypted = { cipher: 'aes-256-cbc', passphrase: PASSPHRASE }

  test.each<[string, string | object, KeyObject]>([
    ['PKCS#8', pem(ES256), ES256],
    ['PKCS#8 of Ed25519', pem(Ed25519), Ed25519],
    ['SEC1', text(ES256, { type: 'sec1' }), ES256],
    [
      'SEC1 after EC PARAMETERS, as openssl ecparam writes it',
      parameters + text(ES256, { type: 'sec1' }),
      ES256,
    ],
    ['PKCS#1', text(RS256, { type: 'pkcs1' }), RS256],
    ['encrypted PKCS#8', text(ES256, { type: 'pkcs8', ...encrypted }), ES256],
    ['encrypted PKCS#1 of the old form', text(RS256, { type: 'pkcs1', ...encrypted }), RS256],
    ['JWK', ES256.export({ format: 'jwk' }), ES256],
    ['JWK of RSA as JSON', JSON.stringify(RS256.export({ format: 'jwk' })), RS256],
    ['JWK as bytes', Buffer.from(JSON.stringify(Ed25519.export({ format: 'jwk' }))), Ed25519],
    ['KeyObject', ES256, ES256],
    [
      'PEM with other text and Windows line ends',
      `Bag Attributes\r\n${pem(ES256).replaceAll('\n', '\r\n')}`,
      ES256,
    ],
    [
      'private key beside its public key',
      `${pem(ES256)}-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n`,
      ES256,
    ],
  ])('%s', async (_, input, expected) => {
    const key = await readPrivateKey(input as string, 'k', () => PASSPHRASE)
    expect(nativeOf(key).equals(expected)).toBe(true)
    expect(key.publicKey.toJwk()).toMatchObject(publicPart(expected))
  })
})

describe('what is not one sound private key', () => {
  const other = createPublicKey(OTHER_PEMS.ES256).export({ format: 'jwk' })
  const broken = pem(ES256).split('\n').toSpliced(1, 1, 'AAAA').join('\n')
  const encrypted = text(ES256, { type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
  const publicPem = text(createPublicKey(ES256), { type: 'spki' })
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey

  test.each<[string, unknown, string, string]>([
    ['nothing', '', 'Configuration', 'The key k holds no private key.'],
    ['a public key', publicPem, 'Configuration', 'The key k holds no private key, but PUBLIC KEY.'],
    [
      'a public KeyObject',
      createPublicKey(ES256),
      'Configuration',
      'The key k holds a public key, not a private one.',
    ],
    [
      'two private keys',
      pem(ES256) + pem(RS256),
      'Configuration',
      'The key k holds 2 private keys: which one is meant? Put each in a file of its own.',
    ],
    [
      'a key of OpenSSH',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
      'Configuration',
      'The key k is in the format of OpenSSH: ssh-keygen -p -m PKCS8 -f FILE converts it.',
    ],
    [
      'broken PEM',
      broken,
      'Configuration',
      'The key k is malformed: its PEM cannot be decoded to a private key.',
    ],
    [
      'PEM cut short',
      pem(ES256).slice(0, 100),
      'Configuration',
      `The key k is cut short: it has no line '-----END PRIVATE KEY-----'.`,
    ],
    [
      'PEM on one line whose boundary lost its dashes',
      pem(ES256).replaceAll('\n', ' ').replace('KEY-----', 'KEY'),
      'Configuration',
      'The key k holds no private key.',
    ],
    [
      'broken JSON',
      '{"kty":"EC","d":"s3cr3t',
      'Configuration',
      'The key k looks like a JWK, but it is not valid JSON.',
    ],
    [
      'a public JWK',
      JSON.stringify(other),
      'Configuration',
      `The key k is a JWK without 'd', so it is not a private key.`,
    ],
    [
      'a JWK of no key',
      '{"kty":"EC","d":"AA"}',
      'Configuration',
      'The key k is not a JWK of a private key that can be read: check kty, crv and its members.',
    ],
    [
      'a JWK whose algorithm is no text, but an object that cannot become one',
      { kty: 'AKP', alg: { toString: null }, priv: 'AA' },
      'Configuration',
      `The key k is an AKP key whose 'alg' is none of ML-DSA.`,
    ],
    [
      'halves of two keys',
      { ...other, d: ES256.export({ format: 'jwk' }).d },
      'Configuration',
      'The key k is damaged: its private and its public half do not belong together.',
    ],
    [
      'RSA of 1024 bits',
      pem(small),
      'Configuration',
      'The key k has a public half that is refused: RSA keys must have 2048 to 8192 bits, but this one has 1024.',
    ],
    [
      'an encrypted key without a passphrase',
      encrypted,
      'Configuration',
      'The key k is encrypted, and no passphrase was given: name its variable with passphraseEnv or its file with passphraseFile.',
    ],
  ])('%s', async (_, input, code, message) => {
    const error = await readPrivateKey(input as string, 'k').catch((reason) => reason)
    expect(error).toMatchObject({ code, message })
    expect(error.cause).toBeUndefined()
  })

  test('a wrong passphrase, which is not a missing one', async () => {
    const error = await readPrivateKey(encrypted, 'k', () => 'wrong').catch((reason) => reason)
    expect(error).toMatchObject({
      code: 'Unauthenticated',
      message: 'The passphrase does not open the key k: it is wrong, or the file is damaged.',
    })
  })

  test('a value that is no key at all is a TypeError', async () => {
    await expect(readPrivateKey(7 as never, 'k')).rejects.toThrow(TypeError)
  })

  test.each([
    ['JSON that is cut short', '{"kty":"EC","d":"s3cr3t'],
    ['a boundary without its dashes', '-----BEGIN PRIVATE KEY s3cr3t -----END PRIVATE KEY-----'],
    ['a boundary of another kind', '-----BEGIN s3cr3t PRIVATE KEY-----\nAAAA\n'],
  ])('no message shows the key of %s', async (_, input) => {
    const error = await readPrivateKey(input, 'k').catch((reason) => reason)
    expect(SigningError.is(error)).toBe(true)
    expect(inspect([error, error.message, error.stack])).not.toContain('s3cr3t')
  })
})

describe('the number of a key on a curve', () => {
  const bytesOf = (number: bigint, length: number) =>
    Buffer.from(number.toString(16).padStart(2 * length, '0'), 'hex')
  const damaged = 'is damaged: its private and its public half do not belong together.'
  const refused =
    'has a public half that is refused: The public key is malformed: a point that is not written with both coordinates.'

  describe.each([
    ['P-256', 'prime256v1', '2a8648ce3d030107', N_P256],
    ['secp256k1', 'secp256k1', '2b8104000a', N_SECP256K1],
    ['SM2', 'SM2', '2a811ccf5501822d', N_SM2],
  ])('%s', (_, name, curve, n) => {
    const pair = createECDH(name)
    pair.setPrivateKey(bytesOf(5n, 32))
    const point = element(0xa1, element(0x03, Uint8Array.of(0), pair.getPublicKey()))
    /** PKCS#8 (RFC 5958 section 2) around ECPrivateKey (RFC 5915 section 3). */
    const keyOf = (scalar: Uint8Array, half: Uint8Array) =>
      pemOf(
        'PRIVATE KEY',
        sequence(
          integer(0),
          sequence(oid('2a8648ce3d0201'), oid(curve)),
          element(0x04, sequence(integer(1), element(0x04, scalar), half)),
        ),
      )

    test.each([
      ['in the length of the order', bytesOf(5n, 32)],
      ['shorter, as some write it', bytesOf(5n, 1)],
      ['with zeros before it, as others do', bytesOf(5n, 35)],
    ])('is read %s', async (_form, scalar) => {
      for (const half of [point, Buffer.of()]) {
        const { publicKey } = await readPrivateKey(keyOf(scalar, half), 'k')
        expect(Buffer.from(publicKey.toRaw())).toEqual(pair.getPublicKey())
      }
    })

    test.each([
      ['n + 5, which gives the same signatures', bytesOf(n + 5n, 32), damaged],
      ['n + 5 with bytes before it', bytesOf((n << 40n) + 5n, 37), damaged],
      ['200 bytes', Buffer.alloc(200, 0xff), damaged],
    ])('is not %s', async (_number, scalar, why) => {
      for (const half of [point, Buffer.of()]) {
        const error = await readPrivateKey(keyOf(scalar, half), 'k').catch((reason) => reason)
        expect(error).toMatchObject({ code: 'Configuration', message: `The key k ${why}` })
      }
    })

    test('is not one of 200 bytes in a KeyObject either', async () => {
      const input = createPrivateKey(keyOf(Buffer.alloc(200, 0xff), point))
      const error = await readPrivateKey(input, 'k').catch((reason) => reason)
      expect(error).toMatchObject({
        code: 'Configuration',
        message: 'The key k is damaged: node:crypto cannot export it.',
      })
    })

    test.each([
      ['0', Buffer.alloc(32)],
      ['n', bytesOf(n, 32)],
      ['of no bytes', Buffer.of()],
    ])('is not %s, whose point is at infinity', async (_number, scalar) => {
      const error = await readPrivateKey(keyOf(scalar, Buffer.of()), 'k').catch((reason) => reason)
      expect(error).toMatchObject({ code: 'Configuration', message: `The key k ${refused}` })
    })
  })
})

test('the plain key of an id-RSASSA-PSS key has the same numbers', async () => {
  const key = await readPrivateKey(pem(pssKey('sha256')), 'k')
  const plain = plainRsaKey(nativeOf(key))
  expect(plain.asymmetricKeyType).toBe('rsa')
  expect(plain.export({ format: 'jwk' }).n).toBe(key.publicKey.toJwk().n)
})
