import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { systemClock } from '../src/clock.js'

test('the clock of the process goes on, and never back', async () => {
  const before = systemClock.now()
  await sleep(20)
  const after = systemClock.now()
  // Timers may be a millisecond early.
  expect(after - before).toBeGreaterThanOrEqual(18)
  expect(systemClock.now()).toBeGreaterThanOrEqual(after)
})

test('it calls back once, after the time that was asked for', async () => {
  const [start, calls]: [number, number[]] = [systemClock.now(), []]
  await new Promise<void>((resolve) => {
    systemClock.after(30, () => {
      calls.push(systemClock.now() - start)
      resolve()
    })
  })
  await sleep(40)
  expect(calls).toHaveLength(1)
  expect(calls[0]).toBeGreaterThanOrEqual(28)
})

test('what was taken back is not called', async () => {
  const calls: string[] = []
  const first = systemClock.after(5, () => calls.push('first'))
  systemClock.after(5, () => calls.push('second'))
  first()
  await sleep(30)
  expect(calls).toEqual(['second'])
  // It has been called: there is nothing left to take back, and nothing happens.
  first()
})
