import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { BYTE_FORMATS, formatBytes, parseBytes } from '../src/byte-format.js'

describe.each(BYTE_FORMATS)('%s', (format) => {
  test.each([0, 1, 2, 3, 63, 64, 512])('gives back %d bytes', (length) => {
    const bytes = randomBytes(length)
    expect(parseBytes(Buffer.from(formatBytes(bytes, format)), format, 'it')).toEqual(bytes)
  })
})

test.each([
  ['hex', 'abc'],
  ['hex', 'zz'],
  ['hex', '0x00'],
  ['base64', 'AAA'],
  ['base64', 'AAAA='],
  ['base64', 'AAB='],
  ['base64', '_-8='],
  ['base64', '{"bytes":""}'],
] as const)('%s: %s is refused', (format, text) => {
  expect(() => parseBytes(Buffer.from(text), format, 'it')).toThrow(
    `it is not ${format}: --format says how the signature is written down.`,
  )
})
