import { describe, expect, test } from '@jest/globals'
import type { RotationOptions } from '../src/index.js'
import { readRotationOptions } from '../src/rotation-settings.js'
import { failure } from './support/failure.js'
import { at, HOUR, keyOf, MINUTE, rotationOf } from './support/rotation.js'

const [a, b, c] = [keyOf('a'), keyOf('b'), keyOf('c')]

const named = (keyId: string, kid: string) => keyOf(keyId, 'ES256', { kid })

const read = (options: object = {}) =>
  readRotationOptions({
    active: { signer: a },
    cacheLifetimeMs: 10 * MINUTE,
    tokenLifetimeMs: HOUR,
    ...options,
  } as RotationOptions)

test('the least that must be said, and what it means', () => {
  const { now, ...settings } = read()
  expect(settings).toEqual({
    active: { signer: a, published: undefined },
    next: undefined,
    retired: [],
    cacheLifetimeMs: 600_000,
    tokenLifetimeMs: 3_600_000,
    clockToleranceMs: 60_000,
  })
  const before = Date.now()
  expect(now()).toBeGreaterThanOrEqual(before)
  expect(now()).toBeLessThanOrEqual(Date.now())
})

const all = () => ({
  active: { signer: a, published: at('09:00') },
  next: { signer: b, published: at('10:00'), activateAt: at('11:00') },
  retired: [{ signer: c, retiredAt: at('09:30') }],
  clockToleranceMs: 0,
})

test('all that can be said', () => {
  expect(read({ ...all(), now: () => 5 })).toMatchObject(all())
  expect(read({ now: () => 5 }).now()).toBe(5)
})

test('nothing is changed by whoever has the options', () => {
  const options = all()
  const settings = read(options)
  for (const time of [
    options.active.published,
    options.next.published,
    options.next.activateAt,
    options.retired[0]?.retiredAt,
  ])
    time?.setTime(0)
  options.active.signer = b
  options.next.signer = c
  options.retired.push({ signer: a, retiredAt: at('09:30') })
  Object.assign(options.retired[0] ?? {}, { signer: a })
  expect(settings).toMatchObject(all())
  expect(settings.retired).toHaveLength(1)
})

const LENGTH = 'must be a whole number of milliseconds from'

describe('refused as InvalidArgument', () => {
  test.each<[string, object, string]>([
    [
      'no cache',
      { cacheLifetimeMs: undefined },
      `cacheLifetimeMs ${LENGTH} 1 to 9000000000000, not undefined.`,
    ],
    ['an empty cache', { cacheLifetimeMs: 0 }, `cacheLifetimeMs ${LENGTH} 1 to 9000000000000, not 0.`],
    ['a text', { cacheLifetimeMs: '10m' }, `cacheLifetimeMs ${LENGTH} 1 to 9000000000000, not 10m.`],
    ['an object', { tokenLifetimeMs: {} }, `tokenLifetimeMs ${LENGTH} 1 to 9000000000000, not Object.`],
    ['half of one', { tokenLifetimeMs: 0.5 }, `tokenLifetimeMs ${LENGTH} 1 to 9000000000000, not 0.5.`],
    ['no number', { tokenLifetimeMs: Number.NaN }, `tokenLifetimeMs ${LENGTH} 1 to 9000000000000, not NaN.`],
    [
      'what has no end',
      { tokenLifetimeMs: Number.POSITIVE_INFINITY },
      `tokenLifetimeMs ${LENGTH} 1 to 9000000000000, not Infinity.`,
    ],
    [
      'more than 285 years',
      { tokenLifetimeMs: 9e12 + 1 },
      `tokenLifetimeMs ${LENGTH} 1 to 9000000000000, not 9000000000001.`,
    ],
    ['less than nothing', { clockToleranceMs: -1 }, `clockToleranceMs ${LENGTH} 0 to 9000000000000, not -1.`],
    [
      'a time before 1970',
      { active: { signer: a, published: new Date(-1) } },
      'active.published must be a time from 1970 to 9999.',
    ],
    [
      'a time after 9999',
      { next: { signer: b, published: new Date(253_402_300_800_000) } },
      'next.published must be a time from 1970 to 9999.',
    ],
    [
      'the active key as the next one',
      { next: { signer: a, published: at('09:00') } },
      'next.signer is active.signer as well: give each key once.',
    ],
    [
      'the active key as a retired one',
      { active: { signer: a, published: at('08:00') }, retired: [{ signer: a, retiredAt: at('09:00') }] },
      'retired.0.signer is active.signer as well: give each key once.',
    ],
    [
      'the next key as a retired one',
      {
        active: { signer: a, published: at('08:00') },
        next: { signer: b, published: at('09:00') },
        retired: [{ signer: b, retiredAt: at('09:00') }],
      },
      'retired.0.signer is next.signer as well: give each key once.',
    ],
    [
      'one retired key twice',
      {
        active: { signer: a, published: at('08:00') },
        retired: [
          { signer: b, retiredAt: at('09:00') },
          { signer: c, retiredAt: at('09:00') },
          { signer: b, retiredAt: at('09:01') },
        ],
      },
      'retired.2.signer is retired.0.signer as well: give each key once.',
    ],
    [
      'a next key with the kid of the active one',
      { active: { signer: named('x', 'k1') }, next: { signer: named('y', 'k1'), published: at('09:00') } },
      'next.signer has the kid of active.signer: give each key a kid of its own.',
    ],
    [
      'a retired key with the kid of another one',
      {
        active: { signer: named('x', 'k1'), published: at('08:00') },
        retired: [
          { signer: a, retiredAt: at('09:00') },
          { signer: named('y', 'k2'), retiredAt: at('09:00') },
          { signer: named('z', 'k2'), retiredAt: at('09:00') },
        ],
      },
      'retired.2.signer has the kid of retired.1.signer: give each key a kid of its own.',
    ],
    [
      'a rotation in a rotation',
      { active: { signer: rotationOf({ active: { signer: b } }) } },
      'active.signer is a rotation itself: give the signer of one of its keys.',
    ],
    [
      'what the schedule does not allow',
      { next: { signer: b, published: at('09:00'), activateAt: at('09:10') } },
      'next.activateAt is too early: until 2026-11-01T09:11:00Z, verifiers may have key sets without this key.',
    ],
    [
      'the first of several mistakes',
      {
        retired: [{ signer: b, retiredAt: at('09:00') }],
        next: { signer: c, published: at('09:00'), activateAt: at('09:00') },
      },
      'next.activateAt is too early: until 2026-11-01T09:11:00Z, verifiers may have key sets without this key.',
    ],
    [
      'a mistake in a list',
      { active: { signer: a, published: at('09:00') }, retired: [{ signer: b, retiredAt: at('09:00') }] },
      'retired.0.retiredAt is too early: the active key could not sign before 2026-11-01T09:11:00Z, so this one did until then; write that time, or remove this key if it is not needed any more.',
    ],
  ])('%s', async (_, options, message) => {
    expect((await failure(() => read(options), 'InvalidArgument')).message).toBe(message)
  })
})

describe('refused as TypeError', () => {
  const withoutSign = { verify() {}, verifyDigest() {}, publicKey() {} }

  test.each<[string, object, string]>([
    ['no active key', { active: undefined }, 'active must be an object, not undefined.'],
    ['null', { active: null }, 'active must be an object, not null.'],
    ['no signer', { active: {} }, 'active.signer must be an object, not undefined.'],
    [
      'a signer in place of what holds it',
      { active: { keyId: 'a' } },
      'active has no option keyId: its options are signer, published.',
    ],
    ['a name', { active: { signer: 'a' } }, 'active.signer must be an object, not string.'],
    [
      'a key that cannot sign, as active one',
      { active: { signer: withoutSign } },
      'active.signer must be a Signer, but it has no method sign.',
    ],
    [
      'a key that cannot sign, as next one',
      { next: { signer: withoutSign, published: at('09:00') } },
      'next.signer must be a Signer, but it has no method sign.',
    ],
    [
      'a key that cannot verify',
      { retired: [{ signer: {}, retiredAt: at('09:00') }] },
      'retired.0.signer must be a Signer, but it has no method verify.',
    ],
    [
      'one retired key outside of a list',
      { retired: { signer: b } },
      'retired must be an array, not Object.',
    ],
    ['nothing in a list', { retired: [undefined] }, 'retired.0 must be an object, not undefined.'],
    ['no next key', { next: null }, 'next must be an object, not null.'],
    [
      'a text for a time',
      { active: { signer: a, published: '2026-11-01T09:00:00Z' } },
      'active.published must be a Date, not string.',
    ],
    [
      'a number for a time',
      { next: { signer: b, published: 5 } },
      'next.published must be a Date, not number.',
    ],
    ['no time', { next: { signer: b } }, 'next.published must be a Date, not undefined.'],
    [
      'a time that is none',
      { next: { signer: b, published: at('09:00'), activateAt: new Date('') } },
      'next.activateAt must be a Date, not an invalid one.',
    ],
    [
      'null for a time',
      { retired: [{ signer: b, retiredAt: null }] },
      'retired.0.retiredAt must be a Date, not null.',
    ],
    ['a time for a clock', { now: 5 }, 'now must be a function, not number.'],
  ])('%s', (_, options, message) => {
    expect(() => read(options)).toThrow(new TypeError(message))
  })

  const ALL = 'active, next, retired, cacheLifetimeMs, tokenLifetimeMs, clockToleranceMs, now'

  test.each<[string, object, string]>([
    [
      'clockTolerance',
      { clockTolerance: 0 },
      `A rotation has no option clockTolerance: its options are ${ALL}.`,
    ],
    ['retird', { retird: undefined }, `A rotation has no option retird: its options are ${ALL}.`],
    [
      'an unreadable name',
      { ['\u202e'.repeat(50)]: 1 },
      `A rotation has no option ${'\\u{202e}'.repeat(40)}…: its options are ${ALL}.`,
    ],
    [
      'publishedAt of the active key',
      { active: { signer: a, publishedAt: at('09:00') } },
      'active has no option publishedAt: its options are signer, published.',
    ],
    [
      'activateat of the next key',
      { next: { signer: b, published: at('09:00'), activateat: at('10:00') } },
      'next has no option activateat: its options are signer, published, activateAt.',
    ],
    [
      'published of a retired key',
      { retired: [{ signer: b, retiredAt: at('09:00'), published: at('08:00') }] },
      'retired.0 has no option published: its options are signer, retiredAt.',
    ],
  ])('%s, which is no option', (_, options, message) => {
    expect(() => read(options)).toThrow(new TypeError(message))
  })

  test.each([[undefined], [null], ['a']])('%p instead of options', (options) => {
    expect(() => readRotationOptions(options as never)).toThrow('The options of a rotation must be an object')
  })

  test.each([
    [Number.NaN, 'NaN'],
    [-1, '-1'],
    [1e15, '1000000000000000'],
    [undefined, 'undefined'],
    [new Date(5), 'Date'],
    ['5', '5'],
    [5n, 'bigint'],
  ])('a clock that says %p, when it is looked at', (time, came) => {
    const { now } = read({ now: () => time })
    expect(() => now()).toThrow(new TypeError(`now() must give the milliseconds since 1970, not ${came}.`))
  })
})

test('a retired key needs no more than a public half', () => {
  const { verify, verifyDigest, publicKey, provider, keyId, algorithm } = b
  const signer = { verify, verifyDigest, publicKey, provider, keyId, algorithm }
  const active = { signer: a, published: at('08:00') }
  expect(read({ active, retired: [{ signer, retiredAt: at('09:00') }] }).retired[0]?.signer).toBe(signer)
})
