import { describe, expect, test } from '@jest/globals'
import { ed25519 } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { hasSmallOrder, isEdwardsPoint } from '../src/edwards-point.js'
import { createVerifier } from '../src/index.js'
import { hex } from './support/asn1.js'
import { failure } from './support/failure.js'
import { newKeyPair, spkiOf } from './support/keys.js'

const P = 2n ** 255n - 19n

/** A number as 32 bytes, the least first, with the sign of x in the last bit. */
function encoded(y: bigint, isXNegative = false): Buffer {
  const number = y | (isXNegative ? 2n ** 255n : 0n)
  return hex(number.toString(16).padStart(64, '0')).reverse()
}

/** The answer of @noble/curves, in the strict reading of RFC 8032. */
function isPointForNoble(bytes: Uint8Array): boolean {
  try {
    ed25519.Point.fromBytes(Uint8Array.from(bytes), false)
    return true
  } catch {
    return false
  }
}

/** The point of a new key: the last 32 bytes of its SPKI (RFC 8410 section 4). */
const newPoint = () => spkiOf(newKeyPair('Ed25519').publicKey).subarray(-32)

describe('an encoding of a point', () => {
  test.each([
    ['the base point', hex('5866666666666666666666666666666666666666666666666666666666666666'), true],
    [
      'the key of RFC 8032, test 1',
      hex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'),
      true,
    ],
    ['the neutral element', encoded(1n), true],
    ['the neutral element with the sign of nothing', encoded(1n, true), false],
    ['the point of order two', encoded(P - 1n), true],
    ['y of zero', encoded(0n), true],
    ['y of zero, the other x', encoded(0n, true), true],
    ['y of two, which is on the twist', encoded(2n), false],
    ['y of p', encoded(P), false],
    ['y of p + 1, a second spelling of the neutral element', encoded(P + 1n), false],
    ['the largest y', encoded(2n ** 255n - 1n), false],
    ['31 bytes', new Uint8Array(31), false],
    ['33 bytes', new Uint8Array(33), false],
    ['no bytes', new Uint8Array(), false],
  ])('%s', (_, bytes, expected) => {
    expect(isEdwardsPoint(bytes)).toBe(expected)
    expect(isPointForNoble(bytes)).toBe(expected)
  })

  test('is one for us when it is one for @noble/curves', () => {
    const seen = { true: 0, false: 0 }
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const expected = isPointForNoble(bytes)
        seen[`${expected}`]++
        expect(isEdwardsPoint(bytes)).toBe(expected)
      }),
    )
    expect(seen.true).toBeGreaterThan(10)
    expect(seen.false).toBeGreaterThan(10)
  })

  test('is every key that node:crypto makes', () => {
    for (let count = 0; count < 50; count++) {
      expect(isEdwardsPoint(newPoint())).toBe(true)
    }
  })
})

describe('the points of small order', () => {
  const eighth = ed25519.Point.fromBytes(
    hex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
  )
  const all = Array.from({ length: 8 }, (_, index) =>
    index === 0 ? ed25519.Point.ZERO : eighth.multiplyUnsafe(BigInt(index)),
  ).map((point) => point.toBytes())

  test('are eight, as @noble/curves counts them', () => {
    expect(new Set(all.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(8)
    for (const bytes of all) expect(ed25519.Point.fromBytes(bytes).isSmallOrder()).toBe(true)
  })

  test('are points, and no keys: anybody could sign for them', async () => {
    for (const bytes of all) {
      expect(isEdwardsPoint(bytes)).toBe(true)
      expect(hasSmallOrder(bytes)).toBe(true)
      const publicKey = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(bytes).toString('base64url') }
      await failure(() => createVerifier({ publicKey, algorithm: 'Ed25519' }), 'InvalidArgument')
    }
  })

  test('would let a lenient verifier call one signature valid for all messages', () => {
    const point = ed25519.Point.ZERO.toBytes()
    const signature = Buffer.concat([point, Buffer.alloc(32)])
    for (const message of ['one', 'another'])
      expect(ed25519.verify(signature, Buffer.from(message), point, { zip215: true })).toBe(true)
  })

  test('are not the keys that node:crypto makes, nor those with a part of small order', () => {
    const key = newPoint()
    expect(hasSmallOrder(key)).toBe(false)
    expect(hasSmallOrder(ed25519.Point.fromBytes(key).add(eighth).toBytes())).toBe(false)
  })
})

test('the bytes asked about stay as they are', () => {
  const bytes = encoded(4n)
  isEdwardsPoint(bytes)
  hasSmallOrder(bytes)
  expect(bytes).toEqual(encoded(4n))
})
