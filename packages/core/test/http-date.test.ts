import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { answeredAt, readHttpDate } from '../src/http-date.js'

test.each<[string, number]>([
  ['Sun, 06 Nov 1994 08:49:37 GMT', 784_111_777_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['Thu, 29 Feb 2024 23:59:59 GMT', 1_709_251_199_000],
])('%s is a date of HTTP', (text, time) => {
  expect(readHttpDate(text)).toBe(time)
})

test.each([
  undefined,
  '',
  'soon',
  '784111777000',
  '1994-11-06T08:49:37Z',
  // The obsolete forms of RFC 9110.
  'Sunday, 06-Nov-94 08:49:37 GMT',
  'Sun Nov  6 08:49:37 1994',
  'Mon, 06 Nov 1994 08:49:37 GMT',
  'Sun, 6 Nov 1994 08:49:37 GMT',
  'sun, 06 nov 1994 08:49:37 gmt',
  'Sun, 06 Nov 1994 08:49:37 UTC',
  'Sun, 06 Nov 1994 08:49:37 +0000',
  'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
  ' Sun, 06 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 24:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:60 GMT',
  'Sun, 99 Nov 1994 08:49:37 GMT',
  'Invalid Date',
  'Fri, 30 Feb 2024 00:00:00 GMT',
  'Sat, 01 Jan 300000 00:00:00 GMT',
])('%j is none', (text) => {
  expect(readHttpDate(text)).toBeUndefined()
})

test('every second of eight thousand years is read as it is written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
      const time = new Date(seconds * 1000)
      expect(readHttpDate(time.toUTCString())).toBe(time.getTime())
    }),
  )
})

test('any other text is no date, or is just what that date is written as', () => {
  const nearly = fc.tuple(fc.date({ noInvalidDate: true }), fc.string({ maxLength: 3 }), fc.nat(30))
  const mutated = nearly.map(([date, text, at]) => {
    const whole = date.toUTCString()
    return whole.slice(0, at) + text + whole.slice(at + text.length)
  })
  fc.assert(
    fc.property(fc.oneof(fc.string(), mutated), (text) => {
      const time = readHttpDate(text)
      expect(time === undefined || new Date(time).toUTCString() === text).toBe(true)
    }),
  )
})

test.each<[string, object, number | undefined]>([
  ['its date', { date: 'Sun, 06 Nov 1994 08:49:37 GMT' }, 784_111_777_000],
  ['nothing, where somebody had kept it', { date: 'Sun, 06 Nov 1994 08:49:37 GMT', age: '0' }, undefined],
  ['nothing, where it has no date', {}, undefined],
])('when an answer was made is told by %s', (_, headers, time) => {
  expect(answeredAt(headers)).toBe(time)
})
