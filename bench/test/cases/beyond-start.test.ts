import { expect, test } from '@jest/globals'
import { beyondStart } from '../../src/cases/beyond-start.js'
import { Measured } from '../../src/harness/measured.js'

const times = (taken: readonly number[], starts: readonly number[]) =>
  new Measured(
    new Map([
      ['somebody', taken],
      ['nothing', starts],
    ]),
  )
const beyond = (measured: Measured, quick = false) =>
  beyondStart(measured, 'somebody', { start: 'nothing', quick })

test('the start is taken off, round by round', () => {
  expect(beyond(times([50, 60], [40, 30]))).toEqual([10, 30])
})

test.each([
  ['nothing', [40, 60], [40, 30]],
  ['less than nothing', [30, 60], [40, 30]],
])('%s more than a start is said to be no measurement', (_, taken, starts) => {
  expect(() => beyond(times(taken, starts))).toThrow('somebody took')
})

test('a round that went wrong, of many, is none of the interval', () => {
  const taken = [30, ...Array<number>(14).fill(60)]
  const starts = Array<number>(15).fill(40)
  expect(beyond(times(taken, starts))).toEqual(taken.map((time) => time - 40))
})

test('where figures mean nothing, nothing is taken off', () => {
  expect(beyond(times([30, 60], [40, 30]), true)).toEqual([30, 60])
})
