import { afterAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { createServerClock, type ServerClock } from '../src/server-clock.js'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const [MINUTE, HOUR] = [60_000, 3_600_000]
const dateAt = (ahead: number) => new Date(NOW + ahead).toUTCString()

let clock: ServerClock
afterAll(() => void jest.useRealTimers())
beforeEach(() => {
  jest.useFakeTimers({ now: NOW })
  clock = createServerClock()
})

test('a new clock has the time of this machine', () => {
  expect(clock.offset).toBe(0)
  expect(clock.now()).toEqual(new Date(NOW))
})

describe("the server's time is taken over when it is", () => {
  test.each([61_000, 7 * MINUTE, -7 * MINUTE, 24 * HOUR, -24 * HOUR])('%d ms ahead', (ahead) => {
    expect(clock.correct(NOW, { date: dateAt(ahead) })).toEqual({ aheadMs: ahead, corrected: true })
    expect(clock.now()).toEqual(new Date(NOW + ahead))
    jest.setSystemTime(NOW + HOUR)
    expect(clock.now()).toEqual(new Date(NOW + HOUR + ahead))
  })
})

describe('it is not taken over', () => {
  test.each([0, 1000, 60_000, -60_000])('when it is %d ms ahead, which is not why', (ahead) => {
    expect(clock.correct(NOW, { date: dateAt(ahead) })).toEqual({ aheadMs: ahead, corrected: false })
    expect(clock.offset).toBe(0)
  })

  test.each([24 * HOUR + 1000, -24 * HOUR - 1000, 400 * 24 * HOUR, -NOW])(
    'when it is %d ms ahead, as no clock is',
    (ahead) => {
      expect(clock.correct(NOW, { date: dateAt(ahead) })).toEqual({ aheadMs: ahead, corrected: false })
      expect(clock.offset).toBe(0)
    },
  )

  test.each([
    {},
    { date: undefined },
    { date: '' },
    { date: '2026-03-01T13:00:00Z' },
    { date: dateAt(HOUR).replace('Sun', 'Mon') },
    { date: dateAt(HOUR), age: '3' },
    { date: dateAt(HOUR), age: '' },
  ])('from %j', (headers) => {
    expect(clock.correct(NOW, headers)).toEqual({ corrected: false })
    expect(clock.offset).toBe(0)
  })

  test('when the request was signed with that time already', () => {
    clock.correct(NOW, { date: dateAt(HOUR) })
    expect(clock.correct(clock.now().getTime(), { date: dateAt(HOUR) })).toEqual({
      aheadMs: HOUR,
      corrected: false,
    })
    expect(clock.offset).toBe(HOUR)
  })
})

test('all who were refused at once are told that their next request is another', () => {
  const skews = [1, 2, 3].map(() => clock.correct(NOW, { date: dateAt(HOUR) }))
  expect(skews).toEqual(Array(3).fill({ aheadMs: HOUR, corrected: true }))
})

test('what was taken over from a liar is put right by the next refusal', () => {
  clock.correct(NOW, { date: dateAt(20 * HOUR) })
  const wrong = clock.now().getTime()
  expect(clock.correct(wrong, { date: dateAt(0) })).toEqual({ aheadMs: 0, corrected: true })
  expect(clock.offset).toBe(0)
})

test('it is taken over again when the clock of this machine was set in the meantime', () => {
  clock.correct(NOW, { date: dateAt(HOUR) })
  jest.setSystemTime(NOW + HOUR)
  const signedAt = clock.now().getTime()
  expect(clock.correct(signedAt, { date: dateAt(HOUR) })).toEqual({ aheadMs: 0, corrected: true })
  expect(clock.now()).toEqual(new Date(NOW + HOUR))
})

test('whatever is said, the time is never more than a day off', () => {
  const text = fc.oneof(
    fc.string(),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.date({ noInvalidDate: true }), text)), (refusals) => {
      for (const [signedAt, date] of refusals) clock.correct(signedAt.getTime(), { date })
      expect(Math.abs(clock.offset)).toBeLessThanOrEqual(24 * HOUR)
    }),
  )
})
