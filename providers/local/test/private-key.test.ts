import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { SigningError } from '@signport/core'
import { plainRsaKey } from '../src/pkcs8.js'
import { nativeOf, readPrivateKey } from '../src/private-key.js'
import { KEYS, OTHER_PEMS, pem, pssKey } from './support/keys.js'

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
      'halves of two keys',
      { ...other, d: ES256.export({ format: 'jwk' }).d },
      'Configuration',
      'The key k is damaged: its private and its public half do not belong together.',
    ],
    [
      'RSA of 1024 bits',
      pem(small),
      'InvalidArgument',
      'RSA keys must have 2048 to 8192 bits, but this one has 1024.',
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

  test('no message shows the key', async () => {
    const error = await readPrivateKey('{"kty":"EC","d":"s3cr3t', 'k').catch((reason) => reason)
    expect(SigningError.is(error)).toBe(true)
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain('s3cr3t')
  })
})

test('the plain key of an id-RSASSA-PSS key has the same numbers', async () => {
  const key = await readPrivateKey(pem(pssKey('sha256')), 'k')
  const plain = plainRsaKey(nativeOf(key))
  expect(plain.asymmetricKeyType).toBe('rsa')
  expect(plain.export({ format: 'jwk' }).n).toBe(key.publicKey.toJwk().n)
})
