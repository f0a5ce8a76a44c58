import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { MAX_DURATION_MS } from '../src/duration.js'
import { readDuration } from '../src/kit.js'
import { failure } from './support/failure.js'

const EXPECTED =
  'A duration is a whole number and its unit, such as 90s, 10m, 1h or 30d, and no longer than 285 years'

test.each([
  ['0s', 0],
  ['1s', 1_000],
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['007h', 25_200_000],
  ['30d', 2_592_000_000],
  ['2w', 1_209_600_000],
  ['9000000000s', MAX_DURATION_MS],
])('%s is %d ms', (text, ms) => {
  expect(readDuration(text)).toBe(ms)
})

/** Seconds of each unit. */
const UNITS = { s: 1, m: 60, h: 60 * 60, d: 24 * 60 * 60, w: 7 * 24 * 60 * 60 }

test('any number of any unit is so many of it, up to the longest', async () => {
  const units = fc.constantFrom(...(Object.keys(UNITS) as (keyof typeof UNITS)[]))
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e11 }), units, async (count, unit) => {
      const ms = BigInt(count) * BigInt(UNITS[unit]) * 1000n
      if (ms <= 9_000_000_000_000n) expect(BigInt(readDuration(`${count}${unit}`))).toBe(ms)
      else await failure(() => readDuration(`${count}${unit}`), 'InvalidArgument')
    }),
  )
})

describe('refused', () => {
  test.each<[unknown, string]>([
    ['', 'an empty text'],
    ['10', '10'],
    ['m', 'm'],
    ['10 m', '10 m'],
    [' 10m', ' 10m'],
    ['10m\n', '10m\\u{a}'],
    ['10M', '10M'],
    ['10ms', '10ms'],
    ['1h30m', '1h30m'],
    ['1.5h', '1.5h'],
    ['-1h', '-1h'],
    ['+1h', '+1h'],
    ['1e3s', '1e3s'],
    ['١٠m', '١٠m'],
    ['10y', '10y'],
    ['PT10M', 'PT10M'],
    ['10constructor', '10constructor'],
    ['9000000001s', '9000000001s'],
    ['99999999999999s', '99999999999999s'],
    ['x'.repeat(50), `${'x'.repeat(40)}…`],
    [600, 'of the type number'],
    [['10m'], 'of the type Array'],
    [new String('10m'), 'of the type String'],
    [undefined, 'of the type undefined'],
    [null, 'of the type null'],
    [Symbol('10m'), 'of the type symbol'],
  ])('%p', async (value, came) => {
    const { message } = await failure(() => readDuration(value as string), 'InvalidArgument')
    expect(message).toBe(`${EXPECTED}, not ${came}.`)
  })

  test('whatever else there is', async () => {
    const texts = fc.string({ unit: 'binary' }).filter((text) => !/^[0-9]+[smhdw]$/.test(text))
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        await failure(() => readDuration(text), 'InvalidArgument')
      }),
    )
  })
})
