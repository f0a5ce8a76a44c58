import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Deadline } from '../src/deadline.js'
import type { Clock } from '../src/index.js'
import { ManualClock } from './support/manual-clock.js'

type Step = readonly [waitMs: number, move: 'pause' | 'restart' | 'none']

/** When a time of 100 ms runs out by what is said of it, if it does: counted, and not timed. */
function expectedEnd(steps: readonly Step[]): number | undefined {
  let now = 0
  let endsAt: number | undefined = 100
  for (const [waitMs, move] of steps) {
    now += waitMs
    if (endsAt !== undefined && endsAt <= now) return endsAt
    if (move === 'pause') endsAt = undefined
    if (move === 'restart') endsAt = now + 100
  }
  return endsAt
}

const steps = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 150 }),
    fc.constantFrom('pause' as const, 'restart' as const, 'none' as const),
  ),
  { maxLength: 12 },
)

test('runs out when it should, however it is held and begun anew, and has one timer at most', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const clock = new ManualClock()
      const ends: number[] = []
      const deadline = new Deadline(clock, 100, () => ends.push(clock.now()))
      for (const [waitMs, move] of taken) {
        await clock.advance(waitMs)
        if (ends.length > 0) break
        if (move !== 'none') deadline[move]()
        expect(clock.pending.length).toBeLessThanOrEqual(1)
      }
      await clock.advance(10_000)
      const end = expectedEnd(taken)
      expect(ends).toEqual(end === undefined ? [] : [end])
    }),
    { numRuns: 300 },
  )
})

test('that is stopped leaves no timer, and begins no more', async () => {
  const clock = new ManualClock()
  const deadline = new Deadline(clock, 100, () => {
    throw new Error('It ran out.')
  })
  deadline.stop()
  expect(clock.pending).toEqual([])
  deadline.restart()
  expect(clock.pending).toEqual([])
  await clock.advance(1_000)
})

test('believes a timer whose clock stands, as in tests that make timers alone', () => {
  let fire = () => {}
  let ended = 0
  const clock: Clock = {
    now: () => 0,
    after(_, callback) {
      fire = callback
      return () => {}
    },
  }
  new Deadline(clock, 100, () => ended++)
  fire()
  expect(ended).toBe(1)
})

test('says by itself what is left', async () => {
  const clock = new ManualClock()
  const { leftMs } = new Deadline(clock, 100, () => {})
  await clock.advance(30)
  expect(leftMs()).toBe(70)
})
