import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { Roll } from '../src/roll.js'

/** Of all who were ever added, by their number: who comes, and whose turn it is to go, perhaps once more. */
const steps = fc.array(fc.oneof(fc.constant('add' as const), fc.nat({ max: 20 })), { maxLength: 100 })

test('holds whom a Set would hold', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const [roll, set, leaving] = [new Roll<number>(), new Set<number>(), [] as (() => void)[]]
      for (const step of taken) {
        if (step === 'add') {
          set.add(leaving.length)
          leaving.push(roll.add(leaving.length))
        } else {
          leaving[step]?.()
          if (step < leaving.length) set.delete(step)
        }
      }
      expect([...roll].sort((a, b) => a - b)).toEqual([...set])
    }),
  )
})

test('goes through those who were there when it began, whoever leaves', () => {
  const roll = new Roll<string>()
  const leave = ['a', 'b', 'c'].map((name) => roll.add(name))
  const told: string[] = []
  for (const name of roll) {
    told.push(name)
    for (const each of leave) each()
  }
  expect(told).toEqual(['a', 'b', 'c'])
  expect([...roll]).toEqual([])
})
