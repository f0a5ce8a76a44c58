import { expect, test } from '@jest/globals'
import { createMemoryLog, growthDefects, mostGrowth } from '../src/memory.js'

const COUNT = 2_000
const ITEMS = Array.from({ length: COUNT }, (_, index) => index)

function growthWith(each: (index: number) => void) {
  const log = createMemoryLog(COUNT)
  for (const part of log.partsOf(ITEMS)) {
    part.forEach(each)
    log.look()
  }
  return log.growth()
}

test('what is thrown away does not count', () => {
  const growth = growthWith((index) => [new Array(1000).fill(index), Buffer.alloc(10_000)])
  expect(growth?.first).toBeGreaterThan(1024 * 1024)
  expect(growthDefects(growth)).toEqual([])
})

test.each<[string, (index: number) => unknown]>([
  ['objects', (index) => new Array(2_000).fill(index)],
  ['bytes outside of the heap', () => Buffer.alloc(10_000)],
  ['a little for each', (index) => new Array(1_300).fill(index)],
])('what is kept is noticed: %s', (_, make) => {
  const kept: unknown[] = []
  const growth = growthWith((index) => kept.push(make(index)))
  expect(kept).toHaveLength(COUNT)
  expect(growthDefects(growth)).toEqual([
    expect.stringMatching(/^\d+\.\d MB of memory more in the last quarter than in the first/),
  ])
})

test('the parts are all of a run', () => {
  expect(createMemoryLog(COUNT).partsOf(ITEMS).flat()).toEqual(ITEMS)
  expect(createMemoryLog(COUNT).partsOf(ITEMS)).toHaveLength(8)
  expect(createMemoryLog(5).partsOf([1, 2, 3, 4, 5])).toEqual([[1, 2, 3, 4, 5]])
})

test('a short run says nothing', () => {
  const log = createMemoryLog(100)
  log.look()
  expect(log.growth()).toBeUndefined()
  expect(growthDefects(undefined)).toEqual([])
})

test('what is just permitted is permitted, and less of it in a short run', () => {
  expect(growthDefects({ first: 0, last: mostGrowth(500), items: 500 })).toEqual([])
  expect(growthDefects({ first: 0, last: mostGrowth(500) + 1, items: 500 })).toHaveLength(1)
  expect(growthDefects({ first: 0, last: mostGrowth(12_500), items: 500 })).toHaveLength(1)
  expect(mostGrowth(12_500)).toBeLessThan(11 * 1024 * 1024)
})
