import { expect, test } from '@jest/globals'
import { enough, type Seen, seenDefects } from '../src/verdict.js'

test.each([
  ['the usual run', 20_000, 0.3, 100],
  ['one that is five times as long', 100_000, 0.3, 500],
  ['one with twice the faults', 20_000, 0.6, 200],
  ['one that is as long as 5 are to be expected', 1000, 0.3, 1],
  ['one of a quarter, where chance decides', 5000, 0.3, 10],
  ['one that is too short to say', 300, 0.3, 0],
  ['one without faults', 20_000, 0, 0],
])('%s must show each kind so often', (_, count, rate, least) => {
  expect(enough(count, rate)).toBe(least)
})

test('a kind that was not seen often enough is named', () => {
  const seen = { throttle: 100, drip: 99, refused: 0 } as Seen
  expect(seenDefects(seen, 20_000, 0.3)).toEqual([
    'the fault drip was seen 99 times, and should be 100 times',
    'the fault refused was seen 0 times, and should be 100 times',
  ])
})
