import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isoTime, scheduleMistakes } from '../src/kit.js'
import { hasTakenOver, knownFrom, neededUntil, type RotationSchedule } from '../src/rotation-schedule.js'

const MINUTE = 60_000
const LENGTHS = { cacheLifetimeMs: 10 * MINUTE, tokenLifetimeMs: 60 * MINUTE, clockToleranceMs: MINUTE }

/** A time of the day of the tests, `ms` after or before it. */
const at = (time: string, ms = 0) => new Date(Date.parse(`2026-11-01T${time}:00Z`) + ms)

const schedule = (times: Partial<RotationSchedule>): RotationSchedule => ({
  ...LENGTHS,
  active: {},
  retired: [],
  ...times,
})

test('a key is known when every cache is stale, and the clocks that are late have come so far', () => {
  expect(new Date(knownFrom(schedule({}), at('09:00')))).toEqual(at('09:11'))
})

test('a key is needed until its last token has expired for the clocks that are late', () => {
  expect(new Date(neededUntil(schedule({}), at('09:00')))).toEqual(at('10:01'))
})

test.each([
  [-1, false],
  [0, true],
  [1, true],
])('%d ms after activateAt, that the next key has taken over is %p', (ms, expected) => {
  const next = { published: at('08:00'), activateAt: at('09:00') }
  expect(hasTakenOver(schedule({ next }), at('09:00', ms).getTime())).toBe(expected)
})

test.each<[string, Partial<RotationSchedule>]>([
  ['without a next key', {}],
  ['with one that is activated by hand', { next: { published: at('00:00') } }],
])('nothing takes over %s', (_, times) => {
  expect(hasTakenOver(schedule(times), at('23:00').getTime())).toBe(false)
})

const BEFORE_911 = 'until 2026-11-01T09:11:00Z'

describe('a schedule', () => {
  test.each<[string, Partial<RotationSchedule>]>([
    ['of a first key', {}],
    ['of a first key that is to be known', { active: { published: at('09:00') } }],
    ['with a next key', { next: { published: at('09:00') } }],
    [
      'whose next key takes over when it is known',
      { next: { published: at('09:00'), activateAt: at('09:11') } },
    ],
    [
      'whose next key takes over when the active one is known',
      { active: { published: at('09:00') }, next: { published: at('08:00'), activateAt: at('09:11') } },
    ],
    [
      'whose key was retired when the active one was known',
      { active: { published: at('09:00') }, retired: [{ retiredAt: at('09:11') }] },
    ],
    [
      'with keys that were retired before that one, in any order',
      {
        active: { published: at('09:00') },
        retired: [{ retiredAt: at('03:00') }, { retiredAt: at('09:11') }, { retiredAt: at('06:00') }],
      },
    ],
  ])('%s has no mistakes', (_, times) => {
    expect(scheduleMistakes(schedule(times))).toEqual([])
  })

  test.each<[string, Partial<RotationSchedule>, ReturnType<typeof scheduleMistakes>]>([
    [
      'whose next key takes over a millisecond early',
      { next: { published: at('09:00'), activateAt: at('09:11', -1) } },
      [
        {
          path: ['next', 'activateAt'],
          message: `is too early: ${BEFORE_911}, verifiers may have key sets without this key`,
        },
      ],
    ],
    [
      'whose next key takes over a millisecond before the active one may sign',
      { active: { published: at('09:00') }, next: { published: at('08:00'), activateAt: at('09:11', -1) } },
      [
        {
          path: ['next', 'activateAt'],
          message: `is too early: ${BEFORE_911}, not even the active key may sign`,
        },
      ],
    ],
    [
      'that does not say since when a second key is published',
      { retired: [{ retiredAt: at('09:00') }] },
      [
        {
          path: ['active', 'published'],
          message: 'is missing: where there was a key before, this is when key sets first had the active one',
        },
      ],
    ],
    [
      'with a millisecond for which no key signed',
      {
        active: { published: at('09:00') },
        retired: [{ retiredAt: at('03:00') }, { retiredAt: at('09:11', -1) }],
      },
      [
        {
          path: ['retired', 1, 'retiredAt'],
          message:
            'is too early: the active key could not sign before 2026-11-01T09:11:00Z, so this one did until then; write that time, or remove this key if it is not needed any more',
        },
      ],
    ],
    [
      'with several mistakes',
      {
        next: { published: at('09:00'), activateAt: at('09:00') },
        retired: [{ retiredAt: at('09:00') }],
      },
      [
        expect.objectContaining({ path: ['next', 'activateAt'] }) as never,
        expect.objectContaining({ path: ['active', 'published'] }) as never,
      ],
    ],
  ])('%s has them told', (_, times, mistakes) => {
    expect(scheduleMistakes(schedule(times))).toEqual(mistakes)
  })
})

describe('any schedule of a few milliseconds', () => {
  const time = fc.integer({ min: 0, max: 9 }).map((ms) => new Date(ms))
  const maybe = fc.option(time, { nil: undefined })
  const length = fc.integer({ min: 1, max: 3 })
  const schedules: fc.Arbitrary<RotationSchedule> = fc.record({
    cacheLifetimeMs: length,
    tokenLifetimeMs: length,
    clockToleranceMs: fc.integer({ min: 0, max: 2 }),
    active: fc.record({ published: maybe }),
    next: fc.option(fc.record({ published: time, activateAt: maybe }), { nil: undefined }),
    retired: fc.array(fc.record({ retiredAt: time }), { maxLength: 2 }),
  })
  const instants = Array.from({ length: 30 }, (_, ms) => ms)

  /** By the words of the documentation, one instant after the other: which key signs, and since when caches have it. */
  function signsUnknown({ active, next, ...lengths }: RotationSchedule): boolean {
    const unknown = (published: Date | undefined, now: number) =>
      published !== undefined &&
      now - published.getTime() < lengths.cacheLifetimeMs + lengths.clockToleranceMs
    return (
      instants.some((now) => {
        if (next?.activateAt && next.activateAt.getTime() <= now) return unknown(next.published, now)
        return false
      }) ||
      (next?.activateAt !== undefined && unknown(active.published, next.activateAt.getTime()))
    )
  }

  function nobodySigned({ active: { published }, retired, ...lengths }: RotationSchedule): boolean {
    if (retired.length === 0) return false
    if (!published) return true
    const since = published.getTime() + lengths.cacheLifetimeMs + lengths.clockToleranceMs
    return instants.some((now) => now < since && retired.every(({ retiredAt }) => retiredAt.getTime() <= now))
  }

  test('has mistakes where a key would sign that is not known, or none would have signed, and only there', () => {
    const found = { good: 0, bad: 0 }
    fc.assert(
      fc.property(schedules, (each) => {
        const bad = signsUnknown(each) || nobodySigned(each)
        found[bad ? 'bad' : 'good']++
        expect(scheduleMistakes(each).length > 0).toBe(bad)
      }),
      { numRuns: 3000 },
    )
    expect(Math.min(found.good, found.bad)).toBeGreaterThan(300)
  })
})

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [1, '1970-01-01T00:00:00.001Z'],
  [999, '1970-01-01T00:00:00.999Z'],
  [1_793_523_600_000, '2026-11-01T09:00:00Z'],
])('%d is written %s', (time, text) => {
  expect(isoTime(time)).toBe(text)
  expect(Date.parse(text)).toBe(time)
})
