import { expect, test } from '@jest/globals'
import { formsOf } from '../src/message-forms.js'

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
