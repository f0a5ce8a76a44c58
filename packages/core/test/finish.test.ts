import { describe, expect, test } from '@jest/globals'
import { finish } from '../src/finish.js'
import {
  type ProviderInput,
  type ProviderSignature,
  PublicKey,
  parseAlgorithm,
  toP1363,
} from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'
import { isEcdsa, names, strangerSign, strangerVerify } from './support/oracle.js'
import { streamOf } from './support/streams.js'

const message = Buffer.from('a message')
const der = strangerSign('ES256', keyPair('ES256').privateKey, message)
const INPUTS: Record<ProviderInput['kind'], ProviderInput> = {
  raw: { kind: 'raw', message },
  stream: { kind: 'stream', chunks: streamOf(message) },
  digest: { kind: 'digest', digest: Buffer.alloc(32, 7) },
  'external-mu': { kind: 'external-mu', digest: Buffer.alloc(64, 7) },
}

interface Options {
  readonly name?: string
  readonly input?: ProviderInput
  readonly encoding?: 'der' | 'ieee-p1363'
  readonly key?: PublicKey
  readonly lowS?: boolean
}

function finished(answer: Partial<ProviderSignature>, options: Options = {}) {
  const { name = 'ES256', input = INPUTS.raw, encoding = 'der', key, lowS = false } = options
  const algorithm = parseAlgorithm(name)
  const asked = { keyId: 'alias/x', algorithm, wireName: 'ECDSA_SHA_256', pinned: false }
  const request = { ...asked, input, parameters: {} }
  return finish({ request, answer: { bytes: der, ...answer }, provider: 'test-kms', encoding, lowS, key })
}

describe('the signature', () => {
  test('of a service that says nothing but its bytes', () => {
    expect(finished({}).signature).toEqual({
      bytes: Uint8Array.from(der),
      encoding: 'der',
      algorithm: 'ES256',
      provider: 'test-kms',
      keyId: 'alias/x',
      messageType: 'raw',
    })
  })

  test('of a service that says all', () => {
    const said = { keyId: 'arn:x', keyVersion: 'v1', requestId: 'r1' }
    const echo = { wireName: 'ECDSA_SHA_256', messageType: 'raw' as const, encoding: 'der' as const }
    expect(finished({ ...said, ...echo }).signature).toMatchObject(said)
  })

  test('in both encodings is the same', () => {
    const flat = toP1363(der, 32)
    expect(finished({}, { encoding: 'ieee-p1363' }).signature).toMatchObject({
      bytes: flat,
      encoding: 'ieee-p1363',
    })
    expect(finished({ bytes: flat }).signature).toMatchObject({
      bytes: Uint8Array.from(der),
      encoding: 'der',
    })
    expect(finished({}).bytes).toEqual(flat)
  })

  test.each([
    ['raw', 'raw'],
    ['stream', 'raw'],
    ['digest', 'digest'],
    ['external-mu', 'external-mu'],
  ] as const)('of a %s says that it was %s', (kind, messageType) => {
    const { signature } = finished({}, { input: INPUTS[kind] })
    const lengths: Partial<Record<typeof kind, number>> = { digest: 32, 'external-mu': 64 }
    const length = lengths[kind]
    expect(signature.messageType).toBe(messageType)
    expect(signature.digest).toEqual(length && new Uint8Array(length).fill(7))
    expect('digest' in signature).toBe(length !== undefined)
  })

  test.each(names)('with %s has the one layout in which it leaves', (name) => {
    const bytes = strangerSign(name, keyPair(name).privateKey, message)
    const { signature } = finished({ bytes }, { name, encoding: 'ieee-p1363' })
    const encoding = isEcdsa(name) ? 'ieee-p1363' : name === 'SM2' ? 'der' : 'raw'
    expect(signature).toMatchObject({ algorithm: name, encoding })
    expect(strangerVerify(name, keyPair(name).publicKey, message, signature.bytes, 'ieee-p1363')).toBe(
      name !== 'SM2',
    )
    expect(strangerVerify(name, keyPair(name).publicKey, message, signature.bytes)).toBe(!isEcdsa(name))
  })

  test('holds memory of its own', () => {
    const bytes = Buffer.from(der)
    const digest = Buffer.alloc(32, 7)
    const { signature } = finished({ bytes }, { input: { kind: 'digest', digest } })
    bytes.fill(0)
    digest.fill(0)
    expect(signature.bytes).toEqual(Uint8Array.from(der))
    expect(signature.digest).toEqual(new Uint8Array(32).fill(7))
    expect(signature.digest?.constructor).toBe(Uint8Array)
  })
})

describe('a low s', () => {
  const { publicKey, privateKey } = keyPair('ES256K')

  test('is made of a high one, and the signature stays valid', () => {
    const seen = { kept: 0, turned: 0 }
    for (let count = 0; count < 64; count++) {
      const bytes = strangerSign('ES256K', privateKey, message)
      const { signature, bytes: flat } = finished({ bytes }, { name: 'ES256K', lowS: true })
      // Half of the order of secp256k1 begins with 7f, and 128 bits of ones.
      expect(flat[32]).toBeLessThanOrEqual(0x7f)
      expect(flat).toEqual(toP1363(signature.bytes, 32))
      expect(strangerVerify('ES256K', publicKey, message, signature.bytes)).toBe(true)
      seen[bytes.equals(signature.bytes) ? 'kept' : 'turned']++
    }
    expect(seen.kept).toBeGreaterThan(0)
    expect(seen.turned).toBeGreaterThan(0)
  })

  test('is not made where nobody asks for it', () => {
    for (let count = 0; count < 20; count++) {
      const bytes = strangerSign('ES256K', privateKey, message)
      expect(finished({ bytes }, { name: 'ES256K' }).signature.bytes).toEqual(Uint8Array.from(bytes))
    }
  })
})

describe('what a service says it did is compared with what it was asked for', () => {
  test.each<[string, Partial<ProviderSignature>, string]>([
    [
      'another algorithm',
      { wireName: 'ECDSA_SHA_384' },
      'the algorithm ECDSA_SHA_384 instead of ECDSA_SHA_256',
    ],
    ['the same in other letters', { wireName: 'ecdsa_sha_256' }, 'the algorithm ecdsa_sha_256'],
    ['no algorithm', { wireName: '' }, 'instead of ECDSA_SHA_256'],
    ['a digest', { messageType: 'digest' }, 'the message type digest instead of raw'],
    ['something that is no name', { wireName: '\u001b[31m' }, 'the algorithm \\u{1b}[31m'],
  ])('%s', async (_, answer, words) => {
    const error = await failure(() => finished(answer), 'InvalidResponse')
    expect(error.message).toContain(words)
    expect(error.retryable).toBe(false)
  })

  test('raw for a digest', async () => {
    await failure(() => finished({ messageType: 'raw' }, { input: INPUTS.digest }), 'InvalidResponse')
  })

  test('another form of a digest', async () => {
    const mu = { input: INPUTS['external-mu'] }
    await failure(() => finished({ messageType: 'external-mu' }, { input: INPUTS.digest }), 'InvalidResponse')
    for (const messageType of ['digest', 'raw'] as const)
      await failure(() => finished({ messageType }, mu), 'InvalidResponse')
    expect(finished({ messageType: 'external-mu' }, mu).signature.messageType).toBe('external-mu')
  })

  test('a signature of a length that the key does not have', async () => {
    const key = PublicKey.from(keyPair('RS256').publicKey)
    const bytes = new Uint8Array(257)
    await failure(() => finished({ bytes }, { name: 'RS256', key }), 'InvalidResponse')
    // As long as the key is not certain, any length that a key may have will do.
    expect(finished({ bytes }, { name: 'RS256' }).signature.encoding).toBe('raw')
  })

  test('bytes that are no signature', async () => {
    await failure(() => finished({ bytes: new Uint8Array(10) }), 'InvalidResponse')
    await failure(() => finished({ bytes: undefined as never }), 'InvalidResponse')
  })
})
