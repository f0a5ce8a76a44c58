import { describe, expect, test } from '@jest/globals'
import { PublicKey, type SignerOptions, type SigningErrorCode } from '../src/index.js'
import { readSignerOptions } from '../src/signer-options.js'
import { failure } from './support/failure.js'
import { keyPair, pssKeyPair } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'

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
    encoding: 'der',
    messageType: 'auto',
    inputs: 'both',
    check: 'always',
    pin: undefined,
  })
})

test('all that can be said', () => {
  const options = { encoding: 'ieee-p1363', messageType: 'raw', inputs: 'message', check: 'first' }
  expect(read(options)).toMatchObject(options)
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
    expect(error.message).toBe('node has no ES256; it has Ed25519.')
    expect(error.provider).toBe('node')
  })
})
