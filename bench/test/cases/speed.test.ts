import { expect, test } from '@jest/globals'
import { speedOf, speedsOf } from '../../src/cases/speed.js'
import { Measured } from '../../src/harness/measured.js'

const measured = new Measured(
  new Map([
    ['fast', [100, 200, 400]],
    ['slow', [200, 400, 1_000]],
  ]),
)

test('is how many there are in a second', () => {
  expect(speedOf(measured, 'fast')).toBe(5_000)
})

test('is beside another the more, the less time it took', () => {
  expect(speedsOf(measured, 'fast', 'slow')).toEqual({
    baseline: 'slow',
    unit: '1/s',
    subjectMedian: 5_000,
    baselineMedian: 2_500,
    ratio: { median: 2, low: 2, high: 2.5 },
  })
})
