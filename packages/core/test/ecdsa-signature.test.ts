import { verify } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseAlgorithm, toDer, toP1363 } from '../src/index.js'
import { element, hex, sequence, unsigned } from './support/asn1.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'
import { ecdsaNames, strangerSign } from './support/oracle.js'

const scalarBytesOf = (name: string) => {
  const row = parseAlgorithm(name)
  if (row.scheme !== 'ecdsa') throw new Error(`${name} is no ECDSA`)
  return row.scalarBytes
}

const message = Buffer.from('a message')

/** Numbers as they are in DER: without leading zeros, with a sign byte where needed. */
const integerOf = (scalar: Uint8Array) => unsigned(scalar.subarray(scalar.findIndex((byte) => byte !== 0)))

describe.each(ecdsaNames)('%s', (name) => {
  const bytes = scalarBytesOf(name)
  const { privateKey, publicKey } = keyPair(name)

  /** Signatures of node:crypto until each of the layouts that go wrong has really come. */
  function* signatures(enough: (der: Uint8Array) => boolean) {
    // A short number comes once in 256 signatures for most curves, in 128 for P-521.
    for (let count = 0; count < 20_000; count++) {
      const der = strangerSign(name, privateKey, message)
      yield der
      if (enough(der)) return
    }
    throw new Error('The layout that this test is about did not come')
  }

  test('signatures of node:crypto go there and back, short and high numbers among them', () => {
    const seen = { short: 0, veryShort: 0, signByte: 0, full: 0 }
    const wanted = name === 'ES512' ? ['short', 'full'] : ['short', 'signByte', 'full']
    const enough = (der: Uint8Array) => {
      for (const number of numbersIn(der)) {
        if (number.length < bytes) seen.short++
        if (number.length === bytes + 1) seen.signByte++
        if (number.length === bytes) seen.full++
      }
      return wanted.every((layout) => seen[layout as keyof typeof seen] > 0)
    }
    for (const der of signatures(enough)) {
      const flat = toP1363(der, bytes)
      expect(flat).toHaveLength(2 * bytes)
      expect(toDer(flat, bytes)).toEqual(Uint8Array.from(der))
      const hash = parseAlgorithm(name).digest?.hash
      expect(verify(hash, message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, flat)).toBe(true)
    }
  })

  test('numbers of every length, the first and last ones of each', () => {
    for (let length = 1; length <= bytes; length++)
      for (const first of [0x01, 0x7f, 0x80, 0xff]) {
        const number = Buffer.alloc(length, 0xa5)
        number[0] = first
        const flat = Buffer.alloc(2 * bytes)
        flat.set(number, bytes - length)
        flat[2 * bytes - 1] = 1
        const der = sequence(unsigned(number), unsigned(hex('01')))
        expect(Buffer.from(toDer(flat, bytes))).toEqual(der)
        expect(Buffer.from(toP1363(der, bytes))).toEqual(flat)
      }
  })

  test('any pair of numbers goes there and back', () => {
    const scalar = fc
      .uint8Array({ minLength: bytes, maxLength: bytes })
      .filter((scalar) => scalar.some((byte) => byte !== 0))
    fc.assert(
      fc.property(scalar, scalar, (r, s) => {
        const flat = Buffer.concat([r, s])
        const der = toDer(flat, bytes)
        expect(Buffer.from(der)).toEqual(sequence(integerOf(r), integerOf(s)))
        expect(Buffer.from(toP1363(der, bytes))).toEqual(flat)
      }),
    )
  })

  test.each([0, 1, -1, 2, bytes])(
    'r ‖ s with %i bytes too many is refused unless that is none',
    async (more) => {
      const signature = Buffer.alloc(2 * bytes + more, 1)
      if (more === 0) expect(toDer(signature, bytes)).toBeInstanceOf(Uint8Array)
      else expect((await failure(() => toDer(signature, bytes))).code).toBe('InvalidArgument')
    },
  )

  test.each([0, 1])('a zero in place %i is refused', async (place) => {
    const signature = Buffer.alloc(2 * bytes, 1)
    signature.fill(0, place * bytes, (place + 1) * bytes)
    await failure(() => toDer(signature, bytes), 'InvalidArgument')
  })

  test('a number that is too long for the curve is refused', async () => {
    for (const length of [bytes + 1, bytes + 2, 200]) {
      const long = unsigned(Buffer.alloc(length, 1))
      for (const pair of [
        [long, unsigned(hex('01'))],
        [unsigned(hex('01')), long],
      ])
        expect((await failure(() => toP1363(sequence(...pair), bytes))).message).toContain('more than')
    }
  })
})

const ONE = '020101'

describe('DER is read strictly', () => {
  test.each([
    ['nothing', ''],
    ['an empty sequence', '3000'],
    ['one integer', `3003${ONE}`],
    ['three integers', `3009${ONE}${ONE}${ONE}`],
    ['a byte after the sequence', `3006${ONE}${ONE}00`],
    ['an element after the sequence', `3006${ONE}${ONE}0500`],
    ['a byte inside after the integers', `3007${ONE}${ONE}00`],
    ['a null inside', `3008${ONE}${ONE}0500`],
    ['a sequence that ends early', `3007${ONE}${ONE}`],
    ['a sequence that is shorter than its integers', `3005${ONE}${ONE}`],
    ['a set', `3106${ONE}${ONE}`],
    ['a primitive sequence', `1006${ONE}${ONE}`],
    ['an octet string for r', `3006040101${ONE}`],
    ['a real for s', `3006${ONE}090101`],
    ['an indefinite length', `3080${ONE}${ONE}0000`],
    ['a long form of a short length', `308106${ONE}${ONE}`],
    ['a longer form still', `30820006${ONE}${ONE}`],
    ['a long form inside', `30070281 0101${ONE}`],
    ['r with a needless zero', `300702020001${ONE}`],
    ['s with a needless zero', `3007${ONE}02020001`],
    ['r without bytes', `30050200${ONE}`],
    ['r of zero', `3006020100${ONE}`],
    ['s of zero', `3006${ONE}020100`],
    ['r of minus one', `30060201ff${ONE}`],
    ['a negative s that reads as a high number', `3006${ONE}020180`],
    ['an enormous length', `3084ffffffff${ONE}${ONE}`],
    ['PEM', Buffer.from('-----BEGIN SIGNATURE-----').toString('hex')],
  ])('%s is refused', async (_, bytes) => {
    const error = await failure(() => toP1363(hex(bytes), 32), 'InvalidArgument')
    expect(error.message).toMatch(/^The signature is not a DER sequence of r and s: .+\.$/)
  })

  test('any single change of a byte gives another signature or none, never the same', () => {
    const der = strangerSign('ES256', keyPair('ES256').privateKey, message)
    const flat = Buffer.from(toP1363(der, 32))
    let refused = 0
    for (let index = 0; index < der.length; index++)
      for (const bit of [1, 2, 4, 8, 16, 32, 64, 128]) {
        const changed = Buffer.from(der)
        changed[index] = (changed[index] ?? 0) ^ bit
        try {
          expect(Buffer.from(toP1363(changed, 32))).not.toEqual(flat)
        } catch (error) {
          if (!String(error).includes('is not a DER sequence')) throw error
          refused++
        }
      }
    expect(refused).toBeGreaterThan(16)
  })

  test('whatever the bytes: one signature that is written back the same, or InvalidArgument', () => {
    const number = fc.uint8Array({ maxLength: 40 }).map((content) => element(2, content))
    const der = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.tuple(number, number).map((pair) => sequence(...pair)),
    )
    const count = { read: 0, refused: 0 }
    fc.assert(
      fc.property(der, (bytes) => {
        try {
          expect(toDer(toP1363(bytes, 32), 32)).toEqual(Uint8Array.from(bytes))
          count.read++
        } catch (error) {
          if ((error as { code?: string }).code !== 'InvalidArgument') throw error
          count.refused++
        }
      }),
      { numRuns: 1000 },
    )
    expect(count.read).toBeGreaterThan(10)
    expect(count.refused).toBeGreaterThan(10)
  })
})

test.each([['text'], [undefined], [null], [[1, 2]], [new ArrayBuffer(64)]])('%p is a TypeError', (value) => {
  expect(() => toDer(value as never, 32)).toThrow(TypeError)
  expect(() => toP1363(value as never, 32)).toThrow(TypeError)
})

test('input is not changed, and output is memory of its own', () => {
  const flat = Buffer.alloc(64, 0x81)
  const der = toDer(flat, 32)
  expect(der).toHaveLength(2 + 2 * 35)
  const back = toP1363(der, 32)
  back.fill(0)
  expect(flat).toEqual(Buffer.alloc(64, 0x81))
})

/** The contents of the two integers. */
function numbersIn(der: Uint8Array): Uint8Array[] {
  const start = (der[1] ?? 0) & 0x80 ? 3 : 2
  const r = der.subarray(start + 2, start + 2 + (der[start + 1] ?? 0))
  return [r, der.subarray(start + 2 + r.length + 2)]
}
