import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { orderOf } from '../../src/harness/rounds.js'

describe('orderOf', () => {
  test.each([
    [0, 'abc'],
    [1, 'cba'],
    [2, 'bca'],
    [3, 'acb'],
    [4, 'cab'],
    [5, 'bac'],
    [6, 'abc'],
  ])('has round %d as %s', (round, order) => {
    expect(orderOf(['a', 'b', 'c'], round).join('')).toBe(order)
  })

  test('has everybody in every place equally often', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), (count) => {
        const contenders = [...Array(count).keys()]
        const orders = Array.from({ length: 2 * count }, (_, round) => orderOf(contenders, round))
        for (const place of contenders)
          expect(orders.map((order) => order[place]).toSorted((a = 0, b = 0) => a - b)).toEqual(
            contenders.flatMap((each) => [each, each]),
          )
      }),
    )
  })
})
