import { afterAll, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { readRetryAfter } from '../src/retry-after.js'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const HOUR = 3_600_000
const dateAt = (ahead: number) => new Date(NOW + ahead).toUTCString()

jest.useFakeTimers({ now: NOW })
afterAll(() => void jest.useRealTimers())

test.each<[string | undefined, number | undefined]>([
  ['0', 0],
  ['120', 120_000],
  ['Fri, 31 Dec 1999 23:59:59 GMT', 0],
  [dateAt(60_000), 60_000],
  [undefined, undefined],
  ['', undefined],
  ['soon', undefined],
  ['0.5', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['2030-01-01', undefined],
  ['Tue, 1 Jan 2030 00:00:00 GMT', undefined],
  ['Wed, 01 Jan 2030 00:00:00 GMT', undefined],
  ['9999999999', undefined],
])('of %j', (header, ms) => {
  expect(readRetryAfter({ 'retry-after': header })).toBe(ms)
})

test.each<[string, string, object, number]>([
  [
    'the Date of the answer, from a server two hours ahead',
    dateAt(2 * HOUR + 2000),
    { date: dateAt(2 * HOUR) },
    2000,
  ],
  [
    'the Date of the answer, from one two hours behind',
    dateAt(-2 * HOUR + 2000),
    { date: dateAt(-2 * HOUR) },
    2000,
  ],
  ['this machine, where the Date is none', dateAt(2000), { date: 'now' }, 2000],
  ['this machine, where the Date is not of now', dateAt(2000), { date: dateAt(-HOUR), age: '3600' }, 2000],
])('a date is as far away as it is by %s', (_, header, headers, ms) => {
  expect(readRetryAfter({ 'retry-after': header, ...headers })).toBe(ms)
})

test('any text is undefined, or a time to come', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (header, date) =>
      expect(readRetryAfter({ 'retry-after': header, date }) ?? 0).toBeGreaterThanOrEqual(0),
    ),
  )
})
