import { setImmediate } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fewAtOnce } from '../src/few-at-once.js'

test('runs each once, never more at a time than it may, and keeps their order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(3), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (turns, most) => {
        let running = 0
        let seen = 0
        const runs: number[] = []
        const indexes = turns.map((_, index) => index)
        const results = await fewAtOnce(indexes, most, async (index) => {
          runs.push(index)
          running += 1
          seen = Math.max(seen, running)
          for (let turn = 0; turn < (turns[index] ?? 0); turn += 1) await setImmediate()
          running -= 1
          return index * 2
        })
        expect(results).toEqual(indexes.map((index) => index * 2))
        expect(runs).toEqual(indexes)
        expect(seen).toBe(Math.min(most, turns.length, Math.max(seen, 1)))
        expect(seen).toBeLessThanOrEqual(most)
      },
    ),
  )
})

test('does not wait for the first to begin with the second', async () => {
  let second = () => {}
  const begun = new Promise<void>((resolve) => {
    second = resolve
  })
  const results = await fewAtOnce(['first', 'second'], 2, async (name) => {
    if (name === 'second') second()
    await begun
    return name
  })
  expect(results).toEqual(['first', 'second'])
})

test('ends with the failure of one', async () => {
  const failing = fewAtOnce([1, 2], 1, async (number) => {
    throw new Error(`number ${number}`)
  })
  await expect(failing).rejects.toThrow('number 1')
})

test('after a failure takes no further item, and ends when nothing runs any more', async () => {
  const begun: string[] = []
  const ended: string[] = []
  const failing = fewAtOnce(['slow', 'failing', 'third', 'fourth'], 2, async (name) => {
    begun.push(name)
    if (name === 'failing') throw new Error('the first')
    for (let turn = 0; turn < 5; turn += 1) await setImmediate()
    ended.push(name)
    throw new Error('a later one')
  })
  await expect(failing).rejects.toThrow('the first')
  expect({ begun, ended }).toEqual({ begun: ['slow', 'failing'], ended: ['slow'] })
})
