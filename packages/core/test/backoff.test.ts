import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { backoff } from '../src/backoff.js'
import { SigningError } from '../src/index.js'

const unavailable = new SigningError('Unavailable', 'not now')
const throttled = new SigningError('Throttled', 'slower')

describe('the pause before a repetition', () => {
  test.each([
    ['Unavailable', [50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 20_000, 20_000]],
    ['Throttled', [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]],
  ] as const)('after %s is at most', (code, expected) => {
    const error = new SigningError(code, 'why')
    expect(expected.map((_, repetition) => backoff(error, repetition, () => 1))).toEqual(expected)
  })

  test('may be any part of that', () => {
    expect([0, 0.25, 0.5].map((part) => backoff(throttled, 1, () => part))).toEqual([0, 500, 1_000])
  })

  test('is never shorter than the service asks for', () => {
    const error = new SigningError('Unavailable', 'not now', { retryAfterMs: 30_000 })
    expect(backoff(error, 0, () => 1)).toBe(30_000)
    const early = new SigningError('Throttled', 'slower', { retryAfterMs: 100 })
    expect(backoff(early, 0, () => 1)).toBe(1_000)
  })

  test('is a number of milliseconds up to 20,000, for any repetition', () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.double({ min: 0, max: 1, noNaN: true }), (repetition, part) => {
        const pause = backoff(unavailable, repetition, () => part)
        expect(pause).toBeGreaterThanOrEqual(0)
        expect(pause).toBeLessThanOrEqual(20_000)
      }),
    )
  })
})
