import { expect, test } from '@jest/globals'
import { createAttemptMemory } from '../../src/faults/attempt-memory.js'

test('counts each thing for itself', () => {
  const memory = createAttemptMemory()
  expect(['a', 'b', 'a', 'a', 'b'].map(memory.next)).toEqual([0, 0, 1, 2, 1])
})

test('forgets what has not been asked for longest when there is no more room', () => {
  const memory = createAttemptMemory(2)
  expect(['a', 'b', 'a', 'c', 'a', 'b', 'c'].map(memory.next)).toEqual([0, 0, 1, 0, 2, 0, 0])
})

test('has room for a hundred thousand things', () => {
  const memory = createAttemptMemory()
  for (let index = 0; index < 100_000; index += 1) memory.next(`${index}`)
  expect(memory.next('0')).toBe(1)
  memory.next('one more')
  expect([memory.next('0'), memory.next('1')]).toEqual([2, 0])
})
