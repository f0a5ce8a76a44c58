import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  createHasher,
  digestOf,
  digestOfMessage,
  digestOfStream,
  digestPrefix,
  MAX_ONE_CALL,
  slicesOf,
} from '../src/digest.js'
import {
  type AlgorithmName,
  type AlgorithmParameters,
  type Digest,
  PublicKey,
  parseAlgorithm,
} from '../src/index.js'
import { chunksOf } from '../src/sign-input.js'
import { keyPair, otherKeyPair } from './support/keys.js'
import { digestNames, names, strangerDigest } from './support/oracle.js'
import { EXAMPLE, sm2Spki } from './support/sm2-example.js'
import { reusing } from './support/streams.js'

const digestFor = (name: AlgorithmName) => parseAlgorithm(name).digest as Digest
const keyOf = (name: AlgorithmName) => PublicKey.from(keyPair(name).publicKey)
const keyed = digestNames.filter((name) => digestFor(name).kind)

const PARAMETERS: [AlgorithmName, AlgorithmParameters][] = [
  ['SM2', { userId: Buffer.from('alice') }],
  ['SM2', { userId: Buffer.alloc(0) }],
  ['SM2', { userId: Buffer.alloc(8191, 'a') }],
  ['ML-DSA-44', { context: Buffer.from('invoices') }],
  ['ML-DSA-65', { context: Buffer.alloc(255) }],
  ['ML-DSA-87', { context: Buffer.of(0) }],
]

test('only SM2 and ML-DSA have digests that depend on the key', () => {
  expect(keyed).toEqual(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87', 'SM2'])
})

describe.each(digestNames)('%s', (name) => {
  const digest = digestFor(name)
  const hasher = () => createHasher(digest, keyOf(name))

  test('of bytes and of any chunks of them are the same, and what strangers hash', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 500 }),
        fc.integer({ min: 1, max: 200 }),
        async (message, chunkBytes) => {
          const expected = strangerDigest(name, keyPair(name).publicKey, message)
          expect(digestOf(hasher(), message)).toEqual(expected)
          if (!digest.kind) expect(digestOfMessage(digest, message)).toEqual(expected)
          // A chunk is valid until the next one is asked for: here all of them are in one buffer.
          expect(await digestOfStream(hasher(), chunksOf(reusing(message, chunkBytes)))).toEqual(expected)
          expect(await digestOfStream(hasher(), [message])).toEqual(expected)
          expect(expected).toHaveLength(digest.bytes)
        },
      ),
      { numRuns: 40 },
    )
  })

  test(`${digest.kind ? 'needs' : 'does without'} a key`, () => {
    if (digest.kind) expect(() => createHasher(digest)).toThrow(TypeError)
    else expect(createHasher(digest).digest()).toEqual(hasher().digest())
  })

  test(`${digest.kind ? 'is another' : 'is the same'} with another key`, () => {
    const other = createHasher(digest, PublicKey.from(otherKeyPair(name).publicKey)).digest()
    expect(other.equals(hasher().digest())).toBe(!digest.kind)
  })
})

test.each(PARAMETERS)('%s with %p', (name, parameters) => {
  const message = Buffer.from('a message')
  const { publicKey } = keyPair(name)
  const digest = digestOf(createHasher(digestFor(name), keyOf(name), parameters), message)
  expect(digest).toEqual(strangerDigest(name, publicKey, message, parameters))
  expect(digest).not.toEqual(strangerDigest(name, publicKey, message))
})

describe('what is hashed before the message', () => {
  test.each(names)('%s', (name) => {
    const { digest } = parseAlgorithm(name)
    const prefix = digestPrefix(parseAlgorithm(name), keyOf(name), {})
    expect(prefix).toHaveLength(name === 'SM2' ? 32 : name.startsWith('ML-DSA') ? 66 : 0)
    if (!digest) return
    const message = Buffer.from('a message')
    const hasher = createHasher({ hash: digest.hash, bytes: digest.bytes }).update(prefix)
    expect(digestOf(hasher, message)).toEqual(strangerDigest(name, keyPair(name).publicKey, message))
  })

  test('is Z in the example of GB/T 32918.5-2017', () => {
    const key = PublicKey.from(sm2Spki(EXAMPLE.x, EXAMPLE.y))
    const userId = Buffer.from(EXAMPLE.userId)
    for (const parameters of [{}, { userId }])
      expect(Buffer.from(digestPrefix(parseAlgorithm('SM2'), key, parameters))).toEqual(EXAMPLE.z)
    expect(digestOf(createHasher(digestFor('SM2'), key), EXAMPLE.message)).toEqual(EXAMPLE.e)
  })

  test.each(PARAMETERS)('%s with %p', (name, parameters) => {
    const [one, other] = [parameters, {}].map((each) =>
      Buffer.from(digestPrefix(parseAlgorithm(name), keyOf(name), each)),
    )
    expect(one).not.toEqual(other)
  })
})

describe('bytes for one call after the other', () => {
  // Addresses alone: nothing of it is ever touched.
  const whole = new Uint8Array(2 * MAX_ONE_CALL + 5)

  test.each([
    [0, []],
    [1, [1]],
    [MAX_ONE_CALL - 1, [MAX_ONE_CALL - 1]],
    [MAX_ONE_CALL, [MAX_ONE_CALL]],
    [MAX_ONE_CALL + 1, [MAX_ONE_CALL, 1]],
    [2 * MAX_ONE_CALL + 5, [MAX_ONE_CALL, MAX_ONE_CALL, 5]],
  ])('%i of them', (length, expected) => {
    const slices = [...slicesOf(whole.subarray(0, length))]
    expect(slices.map((slice) => slice.length)).toEqual(expected)
    let place = 0
    for (const slice of slices) {
      expect(slice.buffer).toBe(whole.buffer)
      expect(slice.byteOffset).toBe(place)
      place += slice.length
    }
  })

  test('are as many as node:crypto takes', () => {
    expect(MAX_ONE_CALL).toBeLessThan(2 ** 31)
  })
})
