import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type EcdsaAlgorithm,
  PublicKey as Key,
  type PublicKey,
  parseAlgorithm,
  type Sm2Algorithm,
  toDer,
} from '../src/index.js'
import type { SignatureEncoding } from '../src/signature.js'
import {
  decodeSignature,
  encodeSignature,
  encodingOf,
  hasLength,
  readServiceSignature,
} from '../src/signature-bytes.js'
import { hex, sequence, unsigned } from './support/asn1.js'
import { failure } from './support/failure.js'
import { keyPair, rsaKeyPairOf } from './support/keys.js'
import { isEcdsa, isPair, names, pairNames, strangerSign } from './support/oracle.js'

type PairAlgorithm = EcdsaAlgorithm | Sm2Algorithm

const keyOf = (name: (typeof names)[number]): PublicKey => Key.from(keyPair(name).publicKey)
const others = names.filter((name) => !isPair(name))
const message = Buffer.from('a message')

describe.each(pairNames)('%s from a service', (name) => {
  const algorithm = parseAlgorithm(name) as PairAlgorithm
  const { scalarBytes } = algorithm
  const flat = Buffer.from(strangerSign(name, keyPair(name).privateKey, message, 'ieee-p1363'))
  const der = toDer(flat, scalarBytes)
  const read = (bytes: Uint8Array, encoding?: SignatureEncoding) =>
    Buffer.from(readServiceSignature(algorithm, bytes, encoding, undefined))

  test.each<[string, Uint8Array]>([
    ['DER', der],
    ['r ‖ s', flat],
    ['r ‖ s with a recovery byte', Buffer.concat([flat, Uint8Array.of(27)])],
  ])('is read from %s, and nothing else is kept', (_, bytes) => {
    expect(read(bytes)).toEqual(flat)
    expect(readServiceSignature(algorithm, bytes, undefined, undefined).buffer.byteLength).toBe(flat.length)
  })

  test('is read in the layout that the service promises, and in no other', async () => {
    expect(read(der, 'der')).toEqual(flat)
    expect(read(flat, 'ieee-p1363')).toEqual(flat)
    await failure(() => read(flat, 'der'), 'InvalidResponse')
    await failure(() => read(der, 'ieee-p1363'), 'InvalidResponse')
  })

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a byte too few', flat.subarray(1)],
    ['two bytes too many', Buffer.concat([flat, Uint8Array.of(0, 1)])],
    ['DER and a byte', Buffer.concat([der, Uint8Array.of(0)])],
    ['DER that ends early', der.subarray(0, -1)],
    ['DER with needless padding', sequence(hex('02020001'), unsigned(hex('01')))],
    ['text', Buffer.from(Buffer.from(der).toString('base64'))],
  ])('is refused as %s', async (_, bytes) => {
    const error = await failure(() => read(bytes), 'InvalidResponse')
    expect(error.message).toBe(
      `The service returned no ${name} signature, but ${bytes.length} bytes that are neither DER nor r and s.`,
    )
  })

  test('is refused with a zero in it', async () => {
    const zeros = new Uint8Array(scalarBytes)
    const work = (r: Uint8Array, s: Uint8Array) => () =>
      encodeSignature(algorithm, Buffer.concat([r, s]), 'der')
    await failure(work(zeros, flat.subarray(scalarBytes)), 'InvalidArgument')
    await failure(work(flat.subarray(0, scalarBytes), zeros), 'InvalidArgument')
  })

  test('of any bytes is 2n bytes, or InvalidResponse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2 * scalarBytes + 12 }), (bytes) => {
        try {
          expect(read(bytes)).toHaveLength(2 * scalarBytes)
        } catch (error) {
          if ((error as { code?: string }).code !== 'InvalidResponse') throw error
        }
      }),
    )
  })
})

describe('RSA from a service', () => {
  const algorithm = parseAlgorithm('RS256')
  const read = (length: number, key?: PublicKey) => () =>
    readServiceSignature(algorithm, new Uint8Array(length), undefined, key)

  test.each([2048, 2049, 2056])('has the length of its modulus of %i bits', async (bits) => {
    const key = Key.from(rsaKeyPairOf(bits).publicKey)
    const length = Math.ceil(bits / 8)
    expect(read(length, key)()).toHaveLength(length)
    for (const wrong of [0, length - 1, length + 1]) {
      const error = await failure(read(wrong, key), 'InvalidResponse')
      expect(error.message).toBe(
        `The service returned no RS256 signature, but ${wrong} bytes, a wrong length.`,
      )
    }
  })

  test.each([
    [255, false],
    [256, true],
    [257, true],
    [1024, true],
    [1025, false],
  ])('without a key may have %i bytes: %s', async (length, allowed) => {
    if (allowed) expect(read(length)()).toHaveLength(length)
    else await failure(read(length), 'InvalidResponse')
  })
})

describe.each([
  ['Ed25519', 64],
  ['Ed25519ph', 64],
  ['Ed25519ph-SHA512', 64],
  ['ML-DSA-44', 2420],
  ['ML-DSA-65', 3309],
  ['ML-DSA-87', 4627],
])('%s from a service has %i bytes', (name, bytes) => {
  test.each([0, bytes - 1, bytes, bytes + 1])('%i', async (length) => {
    const read = () =>
      readServiceSignature(parseAlgorithm(name), new Uint8Array(length), undefined, undefined)
    if (length === bytes) expect(read()).toHaveLength(bytes)
    else await failure(read, 'InvalidResponse')
  })
})

describe('what a service returns', () => {
  test.each(names)('for %s is copied, as plain bytes', (name) => {
    const given = Buffer.from(strangerSign(name, keyPair(name).privateKey, message, 'ieee-p1363'))
    const expected = Uint8Array.from(given)
    const read = readServiceSignature(parseAlgorithm(name), given, undefined, keyOf(name))
    given.fill(0)
    expect(read).toEqual(expected)
    expect(read.constructor).toBe(Uint8Array)
    expect(read.buffer.byteLength).toBe(read.length)
  })

  test.each(names)('for %s may be no bytes at all', async (name) => {
    for (const nothing of [undefined, null, 'x'.repeat(64), new ArrayBuffer(64), { length: 64 }, []]) {
      const read = () => readServiceSignature(parseAlgorithm(name), nothing as never, undefined, keyOf(name))
      await failure(read, 'InvalidResponse')
    }
  })
})

describe("a caller's signature", () => {
  test.each(pairNames)('with %s is read in the encoding that it names alone', (name) => {
    const algorithm = parseAlgorithm(name)
    const flat = randomBytes(2 * (algorithm as PairAlgorithm).scalarBytes).fill(1)
    const der = encodeSignature(algorithm, flat, 'der')
    expect(decodeSignature(algorithm, der, 'der')).toEqual(Uint8Array.from(flat))
    expect(decodeSignature(algorithm, flat, 'der')).toBeUndefined()
    expect(decodeSignature(algorithm, flat, 'ieee-p1363')).toBe(flat)
    expect(decodeSignature(algorithm, flat, 'raw')).toBeUndefined()
    expect(decodeSignature(algorithm, flat, 'else' as 'raw')).toBeUndefined()
  })

  test.each(pairNames)('with %s and a zero in it is none', (name) => {
    const algorithm = parseAlgorithm(name) as PairAlgorithm
    const { scalarBytes } = algorithm
    for (const place of [0, scalarBytes]) {
      const flat = Buffer.alloc(2 * scalarBytes, 1).fill(0, place, place + scalarBytes)
      expect(decodeSignature(algorithm, flat, 'ieee-p1363')).toBeUndefined()
      expect(() => readServiceSignature(algorithm, flat, undefined, undefined)).toThrow('neither DER nor')
    }
  })

  test.each(others)('with %s has one layout', (name) => {
    const algorithm = parseAlgorithm(name)
    const bytes = randomBytes(64)
    expect(decodeSignature(algorithm, bytes, 'raw')).toBe(bytes)
    expect(decodeSignature(algorithm, bytes, 'der')).toBeUndefined()
    expect(encodeSignature(algorithm, bytes, 'raw')).toBe(bytes)
  })

  test.each(names)('with %s is as long as strangers make them', (name) => {
    const signature = strangerSign(name, keyPair(name).privateKey, message, 'ieee-p1363')
    const algorithm = parseAlgorithm(name)
    expect(hasLength(algorithm, keyOf(name), signature)).toBe(true)
    expect(hasLength(algorithm, keyOf(name), signature.subarray(1))).toBe(false)
    expect(hasLength(algorithm, keyOf(name), Buffer.concat([signature, Uint8Array.of(0)]))).toBe(false)
  })
})

test.each(names)('the encodings of %s', (name) => {
  expect(encodingOf(parseAlgorithm(name), 'der')).toBe(isPair(name) ? 'der' : 'raw')
  // SM2 has DER alone.
  const flat = isEcdsa(name) ? 'ieee-p1363' : name === 'SM2' ? 'der' : 'raw'
  expect(encodingOf(parseAlgorithm(name), 'ieee-p1363')).toBe(flat)
})
