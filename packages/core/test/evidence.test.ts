import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { type EvidenceOptions, evidenceOf, evidenceOfBytes } from '../src/evidence.js'
import { type AlgorithmName, PublicKey, parseAlgorithm, type SignInput } from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'
import { digestNames, names, strangerDigest } from './support/oracle.js'
import { reusing, stuckAfter } from './support/streams.js'

const MIB = 1024 * 1024
const ES384 = parseAlgorithm('ES384')
const ED25519 = parseAlgorithm('Ed25519')
const sha384 = (message: Uint8Array) => createHash('sha384').update(message).digest()

/** The evidence, and how often the key was asked for. */
function asking(name: AlgorithmName, more: Partial<EvidenceOptions> = {}) {
  let asked = 0
  const keyOf = async () => {
    asked++
    return PublicKey.from(keyPair(name).publicKey)
  }
  const options = { algorithm: parseAlgorithm(name), parameters: {}, keyOf, ...more }
  return { evidenceOf: (input: SignInput) => evidenceOf(options, input), asked: () => asked }
}

const evidenceFor = (name: AlgorithmName, input: SignInput) => asking(name).evidenceOf(input)

describe('of bytes in memory', () => {
  test.each([
    [0, 'message'],
    [100, 'message'],
    [MIB, 'message'],
    [MIB + 1, 'digest'],
    [3 * MIB, 'digest'],
  ])('%i of them: the %s', (length, kind) => {
    const message = randomBytes(length)
    const expected = kind === 'message' ? Buffer.from(message) : sha384(message)
    const evidence = evidenceOfBytes(ES384, message)
    message.fill(0)
    expect(Object.keys(evidence)).toEqual([kind])
    expect(expected.equals('message' in evidence ? evidence.message : evidence.digest)).toBe(true)
  })

  test.each(names)('%s: the digest of a long one if it depends on the message alone', (name) => {
    const message = randomBytes(2 * MIB)
    const evidence = evidenceOfBytes(parseAlgorithm(name), message)
    const whole = ['Ed25519', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87', 'SM2'].includes(name)
    expect('message' in evidence).toBe(whole)
    const given = Buffer.from('message' in evidence ? evidence.message : evidence.digest)
    expect(given.equals(whole ? message : strangerDigest(name, keyPair(name).publicKey, message))).toBe(true)
  })

  test('an algorithm without a digest has the message, however long', () => {
    const message = randomBytes(2 * MIB)
    const evidence = evidenceOfBytes(ED25519, message)
    expect('message' in evidence && message.equals(evidence.message)).toBe(true)
  })

  test.each(names.flatMap((name) => [10, 2 * MIB].map((length) => [name, length] as const)))(
    '%s, %i of them: may be used again when the call has returned, and the key is not asked for',
    async (name, length) => {
      const message = randomBytes(length)
      const before = Buffer.from(message)
      const { evidenceOf, asked } = asking(name)
      const evidence = evidenceOf(message)
      message.fill(0)
      const given = await evidence
      if ('message' in given) expect(before.equals(given.message)).toBe(true)
      else expect(given.digest).toEqual(strangerDigest(name, keyPair(name).publicKey, before))
      expect(asked()).toBe(0)
    },
  )
})

describe('of a stream', () => {
  test.each(digestNames)('the digest, where the algorithm has one: %s', async (name) => {
    const message = randomBytes(10_000)
    const { evidenceOf, asked } = asking(name)
    const digest = strangerDigest(name, keyPair(name).publicKey, message)
    const key = PublicKey.from(keyPair(name).publicKey)
    const isKeyed = parseAlgorithm(name).digest?.kind !== undefined
    const evidence = await evidenceOf(reusing(message, 999))
    expect(evidence).toEqual({ digest, ...(isKeyed && { key: expect.any(PublicKey) }) })
    if ('digest' in evidence && evidence.key) expect(evidence.key.equals(key)).toBe(true)
    expect(asked()).toBe(isKeyed ? 1 : 0)
  })

  test.each([
    ['SM2', { userId: Buffer.from('alice') }],
    ['ML-DSA-44', { context: Buffer.from('invoices') }],
  ] as const)('the digest under the parameters of %s', async (name, parameters) => {
    const message = randomBytes(1000)
    const { evidenceOf } = asking(name, { parameters })
    const { publicKey } = keyPair(name)
    const digest = strangerDigest(name, publicKey, message, parameters)
    expect(await evidenceOf(reusing(message, 99))).toMatchObject({ digest })
    expect(digest).not.toEqual(strangerDigest(name, publicKey, message))
  })

  test('fails as the key does, where the digest depends on it', async () => {
    const keyOf = () => Promise.reject(new Error('no key'))
    for (const name of ['SM2', 'ML-DSA-65'] as const)
      await expect(asking(name, { keyOf }).evidenceOf(reusing(Buffer.of(1), 1))).rejects.toThrow('no key')
  })

  test('the message, where it has none', async () => {
    const message = randomBytes(10_000)
    const evidence = await evidenceFor('Ed25519', reusing(message, 999))
    expect('message' in evidence && Buffer.from(evidence.message)).toEqual(message)
  })

  test('and at most 64 MiB of it', async () => {
    async function* chunks(count: number) {
      const chunk = new Uint8Array(MIB)
      for (let index = 0; index < count; index++) yield chunk
    }
    const evidence = await evidenceFor('Ed25519', chunks(64))
    expect('message' in evidence && evidence.message.length).toBe(64 * MIB)
    const error = await failure(() => evidenceFor('Ed25519', chunks(65)), 'MessageTooLarge')
    expect(error.message).toContain('67108864 bytes')
  })

  test('an abort ends the wait for it', async () => {
    for (const name of ['ES384', 'Ed25519', 'SM2', 'ML-DSA-44'] as const) {
      const controller = new AbortController()
      const source = stuckAfter(Buffer.from('x'))
      const evidence = asking(name, { signal: controller.signal }).evidenceOf(source)
      await new Promise(setImmediate)
      controller.abort()
      await failure(() => evidence, 'Aborted')
      expect(source.returned).toBe(1)
    }
  })
})
