import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readRetryAfter } from '../../src/protocol/index.js'

test.each<[string | undefined, number | undefined]>([
  ['0', 0],
  ['120', 120_000],
  ['Fri, 31 Dec 1999 23:59:59 GMT', 0],
  [undefined, undefined],
  ['', undefined],
  ['soon', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['2030-01-01', undefined],
  ['9999999999', undefined],
])('of %j', (header, ms) => {
  expect(readRetryAfter(header)).toBe(ms)
})

test('a date is as far away as it is', () => {
  const ms = readRetryAfter(new Date(Date.now() + 60_000).toUTCString()) ?? 0
  expect(ms).toBeGreaterThan(50_000)
  expect(ms).toBeLessThanOrEqual(60_000)
})

test('any text is undefined, or a time to come', () => {
  fc.assert(
    fc.property(fc.string(), (header) => expect(readRetryAfter(header) ?? 0).toBeGreaterThanOrEqual(0)),
  )
})
