import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { intervalOf } from '../../src/harness/interval.js'

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe('intervalOf', () => {
  test.each([
    [1, { median: 1, low: 1, high: 1 }],
    [2, { median: 1.5, low: 1, high: 2 }],
    [3, { median: 2, low: 1, high: 3 }],
    [5, { median: 3, low: 1, high: 5 }],
    [6, { median: 3.5, low: 1, high: 6 }],
    [8, { median: 4.5, low: 1, high: 8 }],
    [9, { median: 5, low: 2, high: 8 }],
    [15, { median: 8, low: 4, high: 12 }],
    [20, { median: 10.5, low: 6, high: 15 }],
  ])('knows the ranks for %d values', (count, expected) => {
    expect(intervalOf(upTo(count))).toEqual(expected)
  })

  test('covers the true median with at least 95 %, and would not one step narrower', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 100 }), (count) => {
        const outside = intervalOf(upTo(count)).low - 1
        expect(coverage(count, outside)).toBeGreaterThanOrEqual(0.95)
        expect(coverage(count, outside + 1)).toBeLessThan(0.95)
      }),
    )
  })

  test('does not depend on the order, and changes nothing that it is given', () => {
    const values = fc.array(fc.integer(), { minLength: 1 })
    fc.assert(
      fc.property(values, (values) => {
        const before = [...values]
        const interval = intervalOf(values)
        expect(values).toEqual(before)
        expect(intervalOf(values.toReversed())).toEqual(interval)
        expect(interval.low).toBeLessThanOrEqual(interval.high)
      }),
    )
  })

  test.each([[[]], [[1, Number.NaN]], [[Number.POSITIVE_INFINITY]]])('throws for %j', (values) => {
    expect(() => intervalOf(values)).toThrow(RangeError)
  })
})

/** How probable it is that the true median lies between the values, when so many are left out at each end. */
function coverage(count: number, outside: number): number {
  const ways = (chosen: number) =>
    upTo(chosen).reduce((product, each) => (product * BigInt(count - each + 1)) / BigInt(each), 1n)
  const missed = upTo(outside + 1).reduce((sum, each) => sum + ways(each - 1), 0n)
  return 1 - (2 * Number((missed * 10n ** 15n) / 2n ** BigInt(count))) / 1e15
}
