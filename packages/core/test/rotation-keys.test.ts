import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type PublishedKey, type RotationStep, type Signer, SigningError } from '../src/index.js'
import { scheduleMistakes } from '../src/kit.js'
import { knownSignerAt, publishedKeysAt, signerAt, stepsAt } from '../src/rotation-keys.js'
import type { RotationSettings } from '../src/rotation-settings.js'
import { failure } from './support/failure.js'
import { at, Clock, HOUR, idOf, keyOf, MINUTE, rotationOf } from './support/rotation.js'

const [a, b, c, d] = [keyOf('a'), keyOf('b'), keyOf('c'), keyOf('d')]
const clock = new Clock(at('00:00'))

/** Caches of ten minutes, tokens of one hour, clocks that are a minute apart. */
const rotations = {
  'of a first key': rotationOf({ active: { signer: a }, now: clock.now }),
  'of a first key that says since when it is published': rotationOf({
    active: { signer: a, published: at('09:00') },
    now: clock.now,
  }),
  'whose next key is activated by hand': rotationOf({
    active: { signer: a },
    next: { signer: b, published: at('09:00') },
    now: clock.now,
  }),
  'of four keys': rotationOf({
    active: { signer: c, published: at('09:00') },
    next: { signer: d, published: at('09:30'), activateAt: at('10:00') },
    retired: [
      { signer: a, retiredAt: at('08:30') },
      { signer: b, retiredAt: at('09:11') },
    ],
    now: clock.now,
  }),
  'without tolerance': rotationOf({
    active: { signer: b, published: at('09:00') },
    retired: [{ signer: a, retiredAt: at('09:10') }],
    clockToleranceMs: 0,
    now: clock.now,
  }),
}

const time = (date: Date) => date.toISOString().slice(11, 16)
const keyText = ({ role, signer, until }: PublishedKey) =>
  `${role} ${idOf(signer)}${until ? ` until ${time(until)}` : ''}`
const stepText = ({ role, signer, step, at, isDue }: RotationStep) =>
  `${step} ${role} ${idOf(signer)} ${time(at)}${isDue ? ' due' : ''}`

/** Which key signs, which are published, and what is to be done. */
const STATES: [keyof typeof rotations, Date, string | undefined, string[], string[]][] = [
  ['of a first key', at('00:00'), 'a', ['active a'], []],
  [
    'of a first key that says since when it is published',
    at('08:00'),
    undefined,
    ['active a'],
    ['sign active a 09:11'],
  ],
  [
    'of a first key that says since when it is published',
    at('09:11', -1),
    undefined,
    ['active a'],
    ['sign active a 09:11'],
  ],
  ['of a first key that says since when it is published', at('09:11'), 'a', ['active a'], []],
  [
    'whose next key is activated by hand',
    at('09:11', -1),
    'a',
    ['active a', 'next b'],
    ['activate next b 09:11'],
  ],
  [
    'whose next key is activated by hand',
    at('09:11'),
    'a',
    ['active a', 'next b'],
    ['activate next b 09:11 due'],
  ],
  [
    'whose next key is activated by hand',
    at('23:00'),
    'a',
    ['active a', 'next b'],
    ['activate next b 09:11 due'],
  ],
  [
    'of four keys',
    at('09:11', -1),
    undefined,
    ['active c', 'next d', 'retired a until 09:31', 'retired b until 10:12'],
    ['sign active c 09:11', 'remove retired a 09:31', 'take-over next d 10:00', 'remove retired b 10:12'],
  ],
  [
    'of four keys',
    at('09:11'),
    'c',
    ['active c', 'next d', 'retired a until 09:31', 'retired b until 10:12'],
    ['remove retired a 09:31', 'take-over next d 10:00', 'remove retired b 10:12'],
  ],
  [
    'of four keys',
    at('09:31', -1),
    'c',
    ['active c', 'next d', 'retired a until 09:31', 'retired b until 10:12'],
    ['remove retired a 09:31', 'take-over next d 10:00', 'remove retired b 10:12'],
  ],
  [
    'of four keys',
    at('09:31'),
    'c',
    ['active c', 'next d', 'retired b until 10:12'],
    ['remove retired a 09:31 due', 'take-over next d 10:00', 'remove retired b 10:12'],
  ],
  [
    'of four keys',
    at('10:00', -1),
    'c',
    ['active c', 'next d', 'retired b until 10:12'],
    ['remove retired a 09:31 due', 'take-over next d 10:00', 'remove retired b 10:12'],
  ],
  [
    'of four keys',
    at('10:00'),
    'd',
    ['next d', 'retired c until 11:01', 'retired b until 10:12'],
    [
      'remove retired a 09:31 due',
      'promote next d 10:00 due',
      'remove retired b 10:12',
      'remove retired c 11:01',
    ],
  ],
  [
    'of four keys',
    at('11:01', -1),
    'd',
    ['next d', 'retired c until 11:01'],
    [
      'remove retired a 09:31 due',
      'promote next d 10:00 due',
      'remove retired b 10:12 due',
      'remove retired c 11:01',
    ],
  ],
  [
    'of four keys',
    at('11:01'),
    'd',
    ['next d'],
    [
      'remove retired a 09:31 due',
      'promote next d 10:00 due',
      'remove retired b 10:12 due',
      'remove retired c 11:01 due',
    ],
  ],
  [
    'without tolerance',
    at('09:10', -1),
    undefined,
    ['active b', 'retired a until 10:10'],
    ['sign active b 09:10', 'remove retired a 10:10'],
  ],
  ['without tolerance', at('09:10'), 'b', ['active b', 'retired a until 10:10'], ['remove retired a 10:10']],
  ['without tolerance', at('10:10'), 'b', ['active b'], ['remove retired a 10:10 due']],
]

describe.each(STATES)('a rotation %s, at %p', (name, now, signing, published, steps) => {
  const rotation = rotations[name]

  test(`signs with ${signing ?? 'none of its keys'}`, async () => {
    clock.time = now
    if (signing !== undefined) return expect(idOf(rotation.current())).toBe(signing)
    return expect(await failure(() => rotation.current(), 'KeyUnavailable')).toMatchObject({
      retryable: true,
    })
  })

  test('publishes what verifiers need', () => {
    clock.time = now
    expect(rotation.publishedKeys().map(keyText)).toEqual(published)
  })

  test('says what is to be done', () => {
    clock.time = now
    expect(rotation.steps().map(stepText)).toEqual(steps)
  })
})

test('a key that verifiers may not know says since when it is published, and when it will sign', async () => {
  const rotation = rotations['of four keys']
  for (const [now, wait] of [
    [at('09:00'), 11 * MINUTE],
    [at('09:11', -1), 1],
  ] as const) {
    clock.time = now
    const error = await failure(() => rotation.current(), 'KeyUnavailable')
    expect(error.message).toBe(
      'The active key was published at 2026-11-01T09:00:00Z, and until 2026-11-01T09:11:00Z verifiers may have key sets without it: sign with the key before it until then, or leave published out if there was none.',
    )
    expect(error).toMatchObject({ provider: 'service of c', keyId: 'c', retryAfterMs: wait, retryable: true })
  }
})

test('what is handed out can be changed, and changes nothing', () => {
  clock.time = at('10:00')
  const rotation = rotations['of four keys']
  const [keys, steps] = [rotation.publishedKeys(), rotation.steps()]
  for (const { until } of keys) until?.setTime(0)
  for (const { at, retiredAt } of steps) for (const date of [at, retiredAt]) date?.setTime(0)
  expect(rotation.publishedKeys().map(keyText)).toEqual([
    'next d',
    'retired c until 11:01',
    'retired b until 10:12',
  ])
  expect(rotation.steps().map(stepText)[1]).toBe('promote next d 10:00 due')
})

describe('any rotation that has no mistakes', () => {
  const length = fc.integer({ min: 1, max: 50 })
  const time = fc.integer({ min: 0, max: 300 }).map((ms) => new Date(ms))
  const rotationsOfFew: fc.Arbitrary<RotationSettings> = fc
    .record({
      cacheLifetimeMs: length,
      tokenLifetimeMs: length,
      clockToleranceMs: fc.integer({ min: 0, max: 10 }),
      published: fc.option(time, { nil: undefined }),
      next: fc.option(
        fc.record({
          signer: fc.constant(d),
          published: time,
          activateAt: fc.option(time, { nil: undefined }),
        }),
        { nil: undefined },
      ),
      times: fc.array(time, { maxLength: 2 }),
    })
    .map(({ published, times, ...rest }) => ({
      ...rest,
      active: { signer: c, published },
      retired: times.map((retiredAt, index) => ({ signer: [a, b][index] as Signer, retiredAt })),
      now: () => 0,
    }))
    .filter((rotation) => scheduleMistakes(rotation).length === 0)

  const instants = Array.from({ length: 500 }, (_, ms) => ms)
  const signing = (rotation: RotationSettings, now: number) => {
    try {
      return knownSignerAt(rotation, now)
    } catch (error) {
      if (SigningError.is(error, 'KeyUnavailable')) return undefined
      throw error
    }
  }
  const isPublished = (rotation: RotationSettings, signer: unknown, now: number) =>
    publishedKeysAt(rotation, now).some((key) => key.signer === signer)
  /** As documented, when key sets first had a key: for the first one, always. */
  const publicationOf = ({ active, next }: RotationSettings, signer: Signer) =>
    (signer === next?.signer ? next.published : active.published)?.getTime() ?? Number.NEGATIVE_INFINITY

  test('signs with no key that was not published for as long as caches live', () => {
    let seen = 0
    fc.assert(
      fc.property(rotationsOfFew, (rotation) => {
        const least = rotation.cacheLifetimeMs + rotation.clockToleranceMs
        const early = instants.filter((now) => {
          const signer = signing(rotation, now)
          if (signer) seen++
          return signer && now - publicationOf(rotation, signer) < least
        })
        expect(early).toEqual([])
      }),
    )
    expect(seen).toBeGreaterThan(10_000)
  })

  test('has a key in its key sets from a cache before its first token to the end of its last', () => {
    fc.assert(
      fc.property(rotationsOfFew, (rotation) => {
        const { cacheLifetimeMs, tokenLifetimeMs } = rotation
        for (const signer of [c, d]) {
          const times = instants.filter((now) => signing(rotation, now) === signer)
          const [first = 0, last = -Infinity] = [times[0], times.at(-1)]
          for (let now = first - cacheLifetimeMs; now <= last + tokenLifetimeMs; now++)
            if (!isPublished(rotation, signer, now)) throw new Error(`${idOf(signer)} is missing at ${now}`)
        }
      }),
    )
  })

  test('has a retired key in its key sets until its last token has expired everywhere, and not longer', () => {
    fc.assert(
      fc.property(rotationsOfFew, (rotation) => {
        const { active, next, retired, tokenLifetimeMs, clockToleranceMs } = rotation
        const followed = next?.activateAt ? [{ signer: active.signer, retiredAt: next.activateAt }] : []
        const lasting = tokenLifetimeMs + clockToleranceMs
        for (const { signer, retiredAt } of [...retired, ...followed]) {
          const wrong = instants.filter(
            (now) => isPublished(rotation, signer, now) !== now - retiredAt.getTime() < lasting,
          )
          expect(wrong).toEqual([])
        }
      }),
    )
  })

  test('says where each key stands in the options', () => {
    fc.assert(
      fc.property(rotationsOfFew, fc.integer({ min: 0, max: 400 }), (rotation, now) => {
        const placed: Record<string, { signer: unknown } | undefined> = {
          active: rotation.active,
          next: rotation.next,
          'retired.0': rotation.retired[0],
          'retired.1': rotation.retired[1],
        }
        const published = publishedKeysAt(rotation, now)
        for (const { place, signer } of [...published, ...stepsAt(rotation, now)])
          expect(placed[place]?.signer).toBe(signer)
        expect(new Set(published.map(({ place }) => place)).size).toBe(published.length)
      }),
      { numRuns: 1000 },
    )
  })

  test('does in time what its steps have said before', () => {
    const changes = { 'take-over': 0, sign: 0, remove: 0, promote: 0, activate: 0 }
    fc.assert(
      fc.property(rotationsOfFew, fc.integer({ min: 0, max: 400 }), (rotation, now) => {
        for (const { step, signer, at, isDue } of stepsAt(rotation, now)) {
          changes[step]++
          const time = at.getTime()
          expect(isDue).toBe(time <= now)
          if (step === 'sign' || step === 'take-over') {
            expect(time).toBeGreaterThan(now)
            expect(signing(rotation, time - 1)).not.toBe(signer)
            if (step === 'take-over' || rotation.next?.activateAt?.getTime() !== time)
              expect(signing(rotation, time)).toBe(signer)
          }
          if (step === 'promote') expect(signing(rotation, time)).toBe(signer)
          if (step === 'remove')
            expect([isPublished(rotation, signer, time - 1), isPublished(rotation, signer, time)]).toEqual([
              true,
              false,
            ])
        }
      }),
      { numRuns: 1000 },
    )
    expect(Math.min(...Object.values(changes))).toBeGreaterThan(10)
  })

  test('knows whose turn it is even when that key may not sign yet', () => {
    fc.assert(
      fc.property(rotationsOfFew, fc.integer({ min: 0, max: 400 }), (rotation, now) => {
        const turn = signerAt(rotation, now)
        expect(signing(rotation, now) ?? turn).toBe(turn)
        expect(publishedKeysAt(rotation, now)[0]?.signer).toBe(turn)
      }),
      { numRuns: 1000 },
    )
  })
})

test('a key that another one has taken over from still stands where it stood', () => {
  clock.time = at('10:00')
  const rotation = rotations['of four keys']
  expect(rotation.publishedKeys().map(({ role, place }) => [role, place])).toEqual([
    ['next', 'next'],
    ['retired', 'active'],
    ['retired', 'retired.1'],
  ])
  const removals = rotation.steps().filter(({ step }) => step === 'remove')
  expect(removals.map(({ place, retiredAt }) => [place, retiredAt])).toEqual([
    ['retired.0', at('08:30')],
    ['retired.1', at('09:11')],
    ['active', at('10:00')],
  ])
})

test('two keys that are due at the same time are named in the order of their parts', () => {
  clock.time = at('12:00')
  const rotation = rotationOf({
    active: { signer: b, published: at('08:00') },
    next: { signer: c, published: at('09:00'), activateAt: at('10:01') },
    retired: [{ signer: a, retiredAt: at('10:01', -HOUR - MINUTE) }],
    now: clock.now,
    clockToleranceMs: MINUTE,
  })
  expect(rotation.steps().map(stepText).slice(0, 2)).toEqual([
    'promote next c 10:01 due',
    'remove retired a 10:01 due',
  ])
})
