import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { systemClock } from '../src/clock.js'
import { Connection } from '../src/connection.js'
import { PublicKey, type SignerOptions, type SigningErrorCode } from '../src/index.js'
import { readSignerOptions } from '../src/signer-options.js'
import { failure } from './support/failure.js'
import { keyPair, pssKeyPair } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'
import { names } from './support/oracle.js'

const pair = keyPair('ES256')
const key = PublicKey.from(pair.publicKey)
const provider = new NodeProvider(pair)
const read = (options: object = {}) =>
  readSignerOptions({ provider, keyId: 'alias/x', algorithm: 'ES256', ...options } as SignerOptions)

test('the least that must be said, and what it means', () => {
  const { algorithm, support, ...settings } = read({ algorithm: 'es256' })
  expect(algorithm.name).toBe('ES256')
  expect(support.wireName).toBe('NODE_ES256')
  expect(settings).toEqual({
    provider,
    keyId: 'alias/x',
    kid: undefined,
    encoding: 'der',
    messageType: 'auto',
    inputs: 'both',
    check: 'always',
    timeoutMs: 30_000,
    attemptTimeoutMs: 5_000,
    maxAttempts: 3,
    clock: systemClock,
    random: Math.random,
    connection: expect.any(Connection),
    onKeyChange: expect.any(Function),
    pin: undefined,
    demands: { parameters: {}, saltLength: 'digest', lowS: false },
  })
})

test('all that can be said', () => {
  const options = { encoding: 'ieee-p1363', messageType: 'raw', inputs: 'message', check: 'first' }
  expect(read(options)).toMatchObject(options)
})

test.each<[string, object, object]>([
  ['SM2', { userId: 'Grüße' }, { parameters: { userId: Uint8Array.from(Buffer.from('Grüße')) } }],
  ['ML-DSA-44', { context: Uint8Array.of(1) }, { parameters: { context: Uint8Array.of(1) } }],
  ['PS384', { saltLength: 'any' }, { saltLength: 'any' }],
  ['ES256K', { lowS: true }, { lowS: true }],
])('%s may be asked for %p', (algorithm, options, demands) => {
  const none = { parameters: {}, saltLength: 'digest', lowS: false }
  expect(read({ algorithm, ...options }).demands).toEqual({ ...none, ...demands })
  expect(read({ algorithm }).demands).toEqual(none)
})

test.each([['2026-11'], [' '], ['~'], ['https://example.com/keys#1'], ['x'.repeat(200)], [undefined]])(
  'the kid %j is kept as it is',
  (kid) => {
    expect(read({ kid }).kid).toBe(kid)
  },
)

test('any kid is kept or refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 250 }), async (kid) => {
      const isName =
        kid.length > 0 && kid.length <= 200 && [...kid].every((each) => each >= ' ' && each <= '~')
      if (isName) expect(read({ kid }).kid).toBe(kid)
      else await failure(() => read({ kid }), 'InvalidArgument')
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 200 }), (kid) => {
      expect(read({ kid }).kid).toBe(kid)
    }),
  )
})

test('a name that leaves the algorithm open is decided by the pinned key', async () => {
  const { publicKey } = keyPair('ES256K')
  expect(read({ algorithm: 'ECDSA_SHA_256', publicKey }).algorithm.name).toBe('ES256K')
  expect(read({ algorithm: 'ECDSA_SHA_256', publicKey: key }).algorithm.name).toBe('ES256')
  const mlDsa = keyPair('ML-DSA-65').publicKey
  expect(read({ algorithm: 'ML_DSA_SHAKE_256', publicKey: mlDsa }).algorithm.name).toBe('ML-DSA-65')
  await failure(() => read({ algorithm: 'ECDSA_SHA_256' }), 'UnknownAlgorithm')
  // A thumbprint says nothing about the kind of key.
  const { thumbprint } = PublicKey.from(publicKey)
  await failure(() => read({ algorithm: 'ECDSA_SHA_256', thumbprint }), 'UnknownAlgorithm')
})

test.each(names)('%s may be pinned by its key and by its names', (name) => {
  const publicKey = PublicKey.from(keyPair(name).publicKey)
  const pinned = read({ algorithm: name, publicKey: keyPair(name).publicKey }).pin
  expect(pinned instanceof PublicKey && pinned.equals(publicKey)).toBe(true)
  for (const thumbprint of [publicKey.thumbprint, publicKey.fingerprint])
    expect(read({ algorithm: name, thumbprint }).pin).toBe(thumbprint)
})

describe('refused', () => {
  test.each<[string, object, SigningErrorCode, string]>([
    ['an unknown algorithm', { algorithm: 'ES255' }, 'UnknownAlgorithm', 'ES255'],
    ['an encoding', { encoding: 'DER' }, 'InvalidArgument', 'encoding must be der or ieee-p1363, not DER.'],
    ['a message type', { messageType: 'mu' }, 'InvalidArgument', 'messageType must be auto, raw or digest'],
    ['inputs', { inputs: 'all' }, 'InvalidArgument', 'inputs must be message, digest or both, not all.'],
    ['a policy', { check: true }, 'InvalidArgument', 'check must be always, first or never, not true.'],
    ['inherited names', { check: 'constructor' }, 'InvalidArgument', 'not constructor'],
    ['text of the terminal', { check: '\u001b[2J' }, 'InvalidArgument', 'not \\u{1b}[2J'],
    ['two pins', { publicKey: key, thumbprint: key.thumbprint }, 'InvalidArgument', 'not by both'],
    ['a pin of another kind', { publicKey: keyPair('ES384').publicKey }, 'InvalidKeyUsage', 'the pinned key'],
    [
      'a pin that forbids it',
      { algorithm: 'RS256', publicKey: pssKeyPair().publicKey },
      'InvalidKeyUsage',
      'PSS',
    ],
    ['a context', { context: 'c' }, 'InvalidArgument', 'context belongs to ML-DSA; ES256 has none.'],
    ['an id', { userId: 'u' }, 'InvalidArgument', 'userId belongs to SM2; ES256 has none.'],
    ['a salt', { saltLength: 'any' }, 'InvalidArgument', 'saltLength belongs to RSASSA-PSS'],
    ['a low s', { lowS: true }, 'InvalidArgument', 'lowS belongs to secp256k1; ES256 has none.'],
    ['a private pin', { publicKey: pair.privateKey }, 'InvalidArgument', 'private'],
    ['a pin that is no key', { publicKey: 'alias/y' }, 'InvalidArgument', 'neither PEM, a JWK nor DER'],
    ['an empty thumbprint', { thumbprint: '' }, 'InvalidArgument', 'RFC 7638'],
    ['a short thumbprint', { thumbprint: key.thumbprint.slice(1) }, 'InvalidArgument', 'RFC 7638'],
    ['a thumbprint in base64', { thumbprint: `${'A'.repeat(42)}+` }, 'InvalidArgument', 'RFC 7638'],
    ['a thumbprint and a newline', { thumbprint: `${key.thumbprint}\n` }, 'InvalidArgument', 'RFC 7638'],
    [
      'a thumbprint in upper case',
      { thumbprint: key.fingerprint.toUpperCase() },
      'InvalidArgument',
      'RFC 7638',
    ],
    ['hexadecimal alone', { thumbprint: key.fingerprint.slice(7) }, 'InvalidArgument', 'RFC 7638'],
    ['another hash', { thumbprint: `sha1:${'0'.repeat(40)}` }, 'InvalidArgument', 'RFC 7638'],
    ['a thumbprint that is none', { thumbprint: 5 }, 'InvalidArgument', 'not 5'],
  ])('%s', async (_, options, code, words) => {
    const error = await failure(() => read(options), code)
    expect(error.message).toContain(words)
  })

  const KID = 'kid must be a text of 1 to 200 printable ASCII characters, not'

  test.each([
    ['', `${KID} an empty one.`],
    ['x'.repeat(201), `${KID} ${'x'.repeat(200)}….`],
    ['schlüssel', `${KID} schlüssel.`],
    ['a\nb', `${KID} a\\u{a}b.`],
    ['a\u0000', `${KID} a\\u{0}.`],
    ['a\u007f', `${KID} a\\u{7f}.`],
    ['\u202ea', `${KID} \\u{202e}a.`],
  ])('the kid %j', async (kid, message) => {
    expect((await failure(() => read({ kid }), 'InvalidArgument')).message).toBe(message)
  })

  test.each([
    [null, 'null'],
    [5, 'number'],
    [['k'], 'Array'],
    [new String('k'), 'String'],
    [Symbol('k'), 'symbol'],
  ])('a kid that is %p is a TypeError', (kid, came) => {
    expect(() => read({ kid })).toThrow(new TypeError(`kid must be a string, not ${came}.`))
  })

  test.each([[undefined], [null], [5], [{}]])('a key id that is %p is a TypeError', (keyId) => {
    expect(() => read({ keyId })).toThrow(TypeError)
  })

  test.each([[undefined], [256]])('an algorithm that is %p is a TypeError', (algorithm) => {
    expect(() => read({ algorithm })).toThrow(TypeError)
  })

  test('an algorithm that the provider does not have, with those that it has', async () => {
    class EdwardsProvider extends NodeProvider {
      override support(...[algorithm]: Parameters<NodeProvider['support']>) {
        return (algorithm.key === 'Ed25519' ? super.support(algorithm) : undefined) as never
      }
    }
    const error = await failure(() => read({ provider: new EdwardsProvider(pair) }), 'UnsupportedAlgorithm')
    expect(error.message).toBe('node has no ES256; it has Ed25519, Ed25519ph or Ed25519ph-SHA512.')
    expect(error.provider).toBe('node')
  })
})
