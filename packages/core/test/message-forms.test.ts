import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fitsInUuid, formsOf, messageFitsInUuid } from '../src/message-forms.js'
import { holdsPiece, withoutWhole } from '../src/secret-search.js'

test('a message may be repeated as text, in base64, in hexadecimal and as numbers', () => {
  expect(formsOf(Buffer.from('ÿ>?'))).toEqual([
    'w78+Pw==',
    'w78-Pw',
    'c3bf3e3f',
    'C3BF3E3F',
    'ÿ>?',
    '195 191 62 63',
    '195, 191, 62, 63',
  ])
  expect(formsOf(Buffer.from('a "b"\n'))).toContain('a \\"b\\"\\n')
})

test('of a view, its own bytes are looked for', () => {
  const view = new Uint8Array([1, 2, 3, 4]).subarray(1, 3)
  expect(formsOf(view)).toContain('0203')
})

test('of a long message, only the beginning is looked for', () => {
  const [, , hex = ''] = formsOf(new Uint8Array(3 * 1024 * 1024).fill(0x61))
  expect(hex).toBe('61'.repeat(4096))
})

const UUID = '1234abcd-12ab-34cd-56ef-1234567890ab'

const isIn = (id: string, forms: readonly string[]) => withoutWhole(id, forms) !== id || holdsPiece(id, forms)

/** Texts that are mostly made of what a UUID is made of, with pieces of one. */
const texts = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('\u0000', '\b', '\f', 'A', '-'),
      fc
        .tuple(fc.nat({ max: 35 }), fc.integer({ min: 1, max: 36 }))
        .map(([start, length]) => UUID.slice(start, start + length)),
    ),
    { maxLength: 4 },
  )
  .map((pieces) => pieces.join(''))

test('whatever is found in a UUID was said to fit in one', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        texts,
        texts.map((text) => text.toUpperCase()),
      ),
      (text) => {
        const message = Buffer.from(text)
        if (isIn(UUID, [text])) expect(fitsInUuid(text)).toBe(true)
        if (isIn(UUID, formsOf(message))) expect(messageFitsInUuid(message)).toBe(true)
        // Some servers repeat a message in base64 for URLs.
        const decoded = Buffer.from(text, 'base64url')
        if (isIn(UUID, formsOf(decoded))) expect(messageFitsInUuid(decoded)).toBe(true)
      },
    ),
    { numRuns: 1000 },
  )
})

test('a digest does not fit in a UUID, and a message that is one does', () => {
  expect(messageFitsInUuid(new Uint8Array(32).fill(0xd8))).toBe(false)
  expect(messageFitsInUuid(Buffer.from(UUID))).toBe(true)
  expect(messageFitsInUuid(Buffer.from(UUID, 'base64url'))).toBe(true)
})
