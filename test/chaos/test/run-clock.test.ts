import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { createRunClock, type Look, type RunClock } from '../src/run-clock.js'

let clock: RunClock
// It would let some time pass on a machine that is held up for long.
beforeEach(() => void jest.spyOn(performance, 'now').mockReturnValue(0))
afterEach(() => {
  clock.stop()
  jest.restoreAllMocks()
})

const QUIET: Look = { started: 0, underWay: 0 }

/** A look takes a turn of the event loop, as a question to another process does. */
const looking = (look: () => Look) => async () => {
  await new Promise((resolve) => setImmediate(resolve))
  return look()
}

test('while nothing goes on, an hour is over soon, and each wait as long as it should be', async () => {
  clock = createRunClock(looking(() => QUIET))
  const ended: number[] = []
  await Promise.all(
    [1_000, 120, 10_000, 0].map(
      (milliseconds) =>
        new Promise<void>((resolve) => {
          clock.after(milliseconds, () => {
            ended.push(clock.now())
            resolve()
          })
        }),
    ),
  )
  expect(ended).toEqual([50, 150, 1_000, 10_000])
})

test.each<[string, () => Look]>([
  ['the server answers somebody', () => ({ started: 1, underWay: 1 })],
  ['requests come between two looks', ((started) => () => ({ started: started++, underWay: 0 }))(0)],
])('no time passes while %s', async (_, look) => {
  clock = createRunClock(looking(look))
  let over = false
  clock.after(50, () => {
    over = true
  })
  await wait(300)
  expect(clock.now()).toBe(0)
  expect(over).toBe(false)
})

test('no time passes while the server is too busy to say what goes on', async () => {
  clock = createRunClock(() => wait(400, QUIET))
  await wait(300)
  expect(clock.now()).toBe(0)
})

test('what is taken back is not called, also by another one at the same time', async () => {
  clock = createRunClock(looking(() => QUIET))
  const called: string[] = []
  await new Promise<void>((resolve) => {
    clock.after(50, () => {
      called.push('first')
      takeBack()
    })
    const takeBack = clock.after(50, () => called.push('second'))
    clock.after(100, resolve)
  })
  expect(called).toEqual(['first'])
})

test('nobody waits for a server that is gone', async () => {
  clock = createRunClock(async () => {
    throw new Error('gone')
  })
  await new Promise<void>((resolve) => clock.after(500, resolve))
  expect(clock.now()).toBe(500)
})
