import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { adviceOn, createServiceClock, timeOf } from '../src/service-clock.js'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const HOUR = 3_600_000
const dateOf = (time: number) => new Date(time).toUTCString()
const headerAt = (time: number) => ({ date: dateOf(time) })

describe('the time of requests', () => {
  test('is that of this machine until an answer teaches another', () => {
    const clock = createServiceClock(() => NOW)
    const sent = clock.read()
    expect(sent).toEqual({ date: new Date(NOW), offsetMs: 0 })
    expect(clock.learn(headerAt(NOW + 2 * HOUR), sent)).toEqual({ aheadMs: -2 * HOUR, corrected: true })
    expect(clock.read()).toEqual({ date: new Date(NOW + 2 * HOUR), offsetMs: 2 * HOUR })
  })

  test.each<[string, number, boolean]>([
    ['a minute is not', 60_000, false],
    ['a second more is', 61_000, true],
    ['as much the other way is', -61_000, true],
    ['a day is', 24 * HOUR, true],
    ['more than a day is not', 24 * HOUR + 1000, false],
    ['nothing is not', 0, false],
  ])('is corrected by what matters, and by what a clock may be off: %s', (_, offset, corrected) => {
    const clock = createServiceClock(() => NOW)
    expect(clock.learn(headerAt(NOW + offset), clock.read())).toEqual({ aheadMs: 0 - offset, corrected })
    expect(clock.read().offsetMs).toBe(corrected ? offset : 0)
  })

  test('is corrected for every request that was sent with the wrong one, whoever learned of it first', () => {
    const clock = createServiceClock(() => NOW)
    const [first, second] = [clock.read(), clock.read()]
    expect(clock.learn(headerAt(NOW + HOUR), first)?.corrected).toBe(true)
    expect(clock.learn(headerAt(NOW + HOUR), second)?.corrected).toBe(true)
    expect(clock.learn(headerAt(NOW + HOUR), clock.read())?.corrected).toBe(false)
  })

  test('is corrected again when the clock of this machine was set in the meantime', () => {
    let now = NOW
    const clock = createServiceClock(() => now)
    clock.learn(headerAt(NOW + HOUR), clock.read())
    now += HOUR
    expect(clock.learn(headerAt(now), clock.read())).toEqual({ aheadMs: 0, corrected: true })
    expect(clock.read().date).toEqual(new Date(now))
  })

  test.each([undefined, '', 'yesterday', '2026-11-22T14:00:00Z', '1 GMT', 'Sun, 99 Nov 2026 14:00:00 GMT'])(
    'is not corrected by what names no time: %p',
    (date) => {
      const clock = createServiceClock(() => NOW)
      expect(clock.learn({ date }, clock.read())).toBeUndefined()
      expect(clock.read().offsetMs).toBe(0)
    },
  )
})

test('the time is not corrected by an answer that somebody had kept', () => {
  const clock = createServiceClock(() => NOW)
  expect(clock.learn({ ...headerAt(NOW - 2 * HOUR), age: '7200' }, clock.read())).toBeUndefined()
  expect(clock.read().offsetMs).toBe(0)
})

describe('a date of a header', () => {
  test('is read to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
        expect(timeOf(dateOf(seconds * 1000))).toBe(seconds * 1000)
      }),
    )
  })

  test.each([
    ['a day that there is not', 'Mon, 31 Feb 2098 00:00:00 GMT'],
    ['a wrong day of the week', 'Sun, 01 Jan 2098 00:00:00 GMT'],
    ['a second that there is not', 'Wed, 31 Dec 2098 23:59:60 GMT'],
    ['an hour that there is not', 'Wed, 31 Dec 2098 24:00:00 GMT'],
    ['an obsolete form', 'Sunday, 06-Nov-94 08:49:37 GMT'],
    ['another zone', 'Wed, 31 Dec 2098 23:00:00 CET'],
    ['what the runtime calls none', 'Invalid Date'],
  ])('is not %s', (_, date) => {
    expect(timeOf(date)).toBeUndefined()
  })

  test('is nothing else', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((any) => `${any} GMT`),
    )
    fc.assert(fc.property(text, (any) => timeOf(any) === undefined))
  })
})

test('the advice is about a clock that is off, and about no other', () => {
  expect(adviceOn(undefined)).toBeUndefined()
  expect(adviceOn({ aheadMs: 60_000, corrected: false })).toBeUndefined()
  expect(adviceOn({ aheadMs: 61_000, corrected: true })).toContain('is 61 s ahead of the service')
  expect(adviceOn({ aheadMs: -3_600_000, corrected: true })).toContain('is 3600 s behind the service')
})
