import { createContext, runInContext } from 'node:vm'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { oneOf, printable, typeName } from '../src/text.js'

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

describe('printable', () => {
  test.each([
    ['plain text', 'alias/invoices', 'alias/invoices'],
    ['other scripts', 'Schlüssel 鍵 مفتاح', 'Schlüssel 鍵 مفتاح'],
    ['an emoji', 'key 🔑', 'key 🔑'],
    ['an escape sequence', '\u001b]0;title\u0007', '\\u{1b}]0;title\\u{7}'],
    ['line ends', 'a\r\nb', 'a\\u{d}\\u{a}b'],
    ['C1 controls', '\u009b31m', '\\u{9b}31m'],
    ['delete', '\u007f', '\\u{7f}'],
    ['right-to-left override', 'gpj\u202eexe', 'gpj\\u{202e}exe'],
    ['isolates', '\u2066\u2069', '\\u{2066}\\u{2069}'],
    ['zero width', 'a\u200bb\u200d\ufeff', 'a\\u{200b}b\\u{200d}\\u{feff}'],
    ['line and paragraph separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['a soft hyphen', 'a\u00adb', 'a\\u{ad}b'],
    ['tag characters', '\u{e0041}', '\\u{e0041}'],
    ['half a character', '\ud83d', '\\u{d83d}'],
    ['a filler that fonts leave out', 'a\u3164b', 'a\\u{3164}b'],
    ['a variation selector', 'a\ufe0fb', 'a\\u{fe0f}b'],
  ])('%s', (_, text, expected) => {
    expect(printable(text)).toBe(expected)
  })

  test.each([
    [199, false],
    [200, false],
    [201, true],
  ])('%i characters: cut %s', (length, cut) => {
    expect(printable('x'.repeat(length))).toBe(cut ? `${'x'.repeat(200)}…` : 'x'.repeat(length))
  })

  test('a character that the cut would halve is escaped', () => {
    expect(printable('ab🔑', 3)).toBe('ab\\u{d83d}…')
  })

  test('nothing that comes out is invisible or moves the cursor', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(300), (text, length) => {
        expect(printable(text, length)).not.toMatch(INVISIBLE)
      }),
    )
  })

  test('what was printable stays as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 200 }), (text) => {
        expect(printable(text)).toBe(text)
      }),
    )
  })
})

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a or b'],
  [['a', 'b', 'c'], 'a, b or c'],
])('oneOf(%j) is %j', (choices, expected) => {
  expect(oneOf(choices)).toBe(expected)
})

test.each([
  ['text', 'string'],
  [1, 'number'],
  [1n, 'bigint'],
  [undefined, 'undefined'],
  [null, 'null'],
  [Symbol('x'), 'symbol'],
  [() => 1, 'function'],
  [[], 'Array'],
  [{}, 'Object'],
  [new Map(), 'Map'],
  [Object.create(null), 'object'],
  [runInContext('new Date(0)', createContext()), 'Date'],
])('typeName(%p) is %s', (value, expected) => {
  expect(typeName(value)).toBe(expected)
})
