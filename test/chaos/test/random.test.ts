import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createRandom } from '../src/random.js'

const drawn = (seed: string, count: number) => {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => random.next())
}

test('a seed gives the same numbers each time, and another seed others', () => {
  expect(drawn('a', 100)).toEqual(drawn('a', 100))
  expect(drawn('a', 100)).not.toEqual(drawn('b', 100))
  expect(new Set(drawn('a', 1000)).size).toBe(1000)
})

test('all numbers are from 0 up to 1, and as many in one tenth as in another', () => {
  fc.assert(fc.property(fc.string(), (seed) => drawn(seed, 20).every((number) => number >= 0 && number < 1)))
  const tenths = new Array<number>(10).fill(0)
  for (const number of drawn('tenths', 10_000)) {
    const tenth = Math.floor(number * 10)
    tenths[tenth] = (tenths[tenth] ?? 0) + 1
  }
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150)
})

test('a value is picked as often as its weight says, and never with none', () => {
  const random = createRandom('weights')
  const counts = { rare: 0, usual: 0, never: 0 }
  for (let each = 0; each < 10_000; each++)
    counts[
      random.pick<keyof typeof counts>([
        [1, 'rare'],
        [0, 'never'],
        [9, 'usual'],
      ])
    ]++
  expect(counts.never).toBe(0)
  expect(Math.abs(counts.rare - 1000)).toBeLessThan(150)
  expect(counts.rare + counts.usual).toBe(10_000)
})

test('there must be something to pick from', () => {
  expect(() => createRandom('a').pick([])).toThrow(TypeError)
})
