import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DerError, element, Tag, take, takeLast } from '../../src/crypto/der.js'

const tag = fc.constantFrom(...Object.values(Tag))
const bytes = fc.uint8Array({ maxLength: 70_000, size: 'max' })

test('every element is read as it was written, and what follows is left', () => {
  fc.assert(
    fc.property(tag, bytes, fc.uint8Array(), (each, content, rest) => {
      const taken = take(Buffer.concat([element(each, content), rest]), each)
      expect(taken.content.equals(content)).toBe(true)
      expect(taken.rest.equals(rest)).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('nothing that is cut short is read', () => {
  fc.assert(
    fc.property(tag, fc.uint8Array({ maxLength: 300 }), fc.nat(), (each, content, cut) => {
      const whole = element(each, content)
      expect(() => take(whole.subarray(0, cut % whole.length), each)).toThrow(DerError)
    }),
  )
})

test('whatever is read is written back the same, or refused by a DerError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (random) => {
      const input = Buffer.concat([Uint8Array.of(Tag.sequence), random])
      try {
        expect(element(Tag.sequence, takeLast(input, Tag.sequence)).equals(input)).toBe(true)
      } catch (error) {
        if (!(error instanceof DerError)) throw error
      }
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['nothing', ''],
  ['another tag', '0400'],
  ['no length', '30'],
  ['a length without an end', '308000'],
  ['a length that would fit into one byte', '308101ff'],
  ['a length with a zero before it', `30820080${'00'.repeat(128)}`],
  ['a length of four bytes', '308400000001ff'],
  ['something after it', '300000'],
])('%s is refused', (_what, hex) => {
  expect(() => takeLast(Buffer.from(hex, 'hex'), Tag.sequence)).toThrow(DerError)
})
