import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Clock } from '../src/index.js'
import { RateLimit } from '../src/rate-limit.js'
import { failure } from './support/failure.js'
import { ManualClock } from './support/manual-clock.js'

/** When each of so many callers got their turn, in milliseconds. */
function turnsOf(rate: RateLimit, clock: ManualClock, count: number): number[] {
  const turns: number[] = []
  for (let call = 0; call < count; call++) rate.turn().then(() => turns.push(clock.now()))
  return turns
}

describe('a rate', () => {
  test('lets some begin at once, and then one after the other', async () => {
    const clock = new ManualClock()
    const turns = turnsOf(new RateLimit(100, clock), clock, 6)
    await clock.advance(1_000)
    expect(turns).toEqual([0, 0, 10, 20, 30, 40])
  })

  test('fills up while nobody comes, and not beyond its burst', async () => {
    const clock = new ManualClock()
    const rate = new RateLimit(100, clock)
    await clock.advance(60_000)
    const turns = turnsOf(rate, clock, 4)
    await clock.advance(1_000)
    expect(turns).toEqual([60_000, 60_000, 60_010, 60_020])
  })

  test('is caught up with where a timer comes late, by at most a tenth of a second', async () => {
    let time = 0
    let late: () => void = () => {}
    const clock: Clock = {
      now: () => time,
      after(_, callback) {
        late = callback
        return () => {}
      },
    }
    const rate = new RateLimit(100, clock)
    let begun = 0
    const calls = Array.from({ length: 30 }, () => rate.turn().then(() => begun++))
    await Promise.resolve()
    for (const [after, expected] of [
      [0, 2],
      [80, 10],
      [1_000, 20],
      [1_100, 30],
    ] as const) {
      time = after
      if (after > 0) late()
      await new Promise(setImmediate)
      expect(begun).toBe(expected)
    }
    await Promise.all(calls)
  })

  test('below one in a second is kept as well', async () => {
    const clock = new ManualClock()
    const turns = turnsOf(new RateLimit(0.5, clock), clock, 3)
    await clock.advance(10_000)
    expect(turns).toEqual([0, 2_000, 4_000])
  })

  test('however low makes no timer that is longer than a timer can be', async () => {
    const clock = new ManualClock()
    const rate = new RateLimit(1e-9, clock)
    await rate.turn()
    const controller = new AbortController()
    const waiting = failure(() => rate.turn(controller.signal), 'Aborted')
    expect(clock.pending).toEqual([2 ** 31 - 1])
    controller.abort()
    await waiting
  })

  test('gives the turn of who gave up to the next', async () => {
    const clock = new ManualClock()
    const rate = new RateLimit(1, clock)
    await rate.turn()
    const controller = new AbortController()
    const waiting = failure(() => rate.turn(controller.signal), 'Aborted')
    const turns = turnsOf(rate, clock, 1)
    controller.abort()
    await waiting
    await clock.advance(1_000)
    expect(turns).toEqual([1_000])
    expect(clock.pending).toEqual([])
  })

  test('leaves no timer when the last who waited has gone', async () => {
    const clock = new ManualClock()
    const rate = new RateLimit(1, clock)
    await rate.turn()
    const controller = new AbortController()
    const waiting = failure(() => rate.turn(controller.signal), 'Aborted')
    expect(clock.pending).toEqual([1_000])
    controller.abort()
    await waiting
    expect(clock.pending).toEqual([])
    await failure(() => rate.turn(controller.signal), 'Aborted')
  })

  test('of 180 lets at most 184 begin in any second, whenever callers come', async () => {
    const arrivals = fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 120 })), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(arrivals, async (groups) => {
        const clock = new ManualClock()
        const rate = new RateLimit(180, clock)
        const turns: number[] = []
        for (const [pause, count] of groups) {
          await clock.advance(pause)
          for (let call = 0; call < count; call++) rate.turn().then(() => turns.push(clock.now()))
        }
        await clock.advance(20_000)
        expect(turns).toHaveLength(groups.reduce((sum, [, count]) => sum + count, 0))
        for (const start of turns)
          expect(turns.filter((turn) => turn >= start && turn < start + 1_000).length).toBeLessThanOrEqual(
            184,
          )
      }),
      { numRuns: 25 },
    )
  })
})
