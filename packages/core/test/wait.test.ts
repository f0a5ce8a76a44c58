import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { bounded, stayAwakeFor } from '../src/wait.js'
import { failure } from './support/failure.js'

const wait = { what: 'The credentials', provider: 'house' }
const never = () => new Promise<never>(() => undefined)

test('what comes in time is given on', async () => {
  expect(await bounded(sleep(5, 'here'), wait)).toBe('here')
})

test('what fails in time fails as it does', async () => {
  const error = new TypeError('the file is missing')
  await expect(bounded(Promise.reject(error), wait)).rejects.toBe(error)
})

test('what does not come is Timeout, and says what was waited for', async () => {
  const error = await failure(() => bounded(never(), { ...wait, limitMs: 20 }), 'Timeout')
  expect(error).toMatchObject({
    message: 'The credentials did not come within 20 ms.',
    provider: 'house',
    retryable: true,
  })
})

test('what fails too late is nobody’s failure any more', async () => {
  const late = sleep(30).then(() => Promise.reject(new Error('too late')))
  await failure(() => bounded(late, { ...wait, limitMs: 5 }), 'Timeout')
  // A rejection that nobody handles would fail this test.
  await sleep(40)
})

test('without a limit of its own, it is half a minute', async () => {
  jest.useFakeTimers()
  try {
    const outcome = failure(() => bounded(never(), wait), 'Timeout')
    await jest.advanceTimersByTimeAsync(29_999)
    const pending = await Promise.race([outcome, Promise.resolve('pending')])
    expect(pending).toBe('pending')
    await jest.advanceTimersByTimeAsync(1)
    expect((await outcome).message).toBe('The credentials did not come within 30000 ms.')
    expect(jest.getTimerCount()).toBe(0)
  } finally {
    jest.useRealTimers()
  }
})

test.each<[string, () => Promise<unknown>]>([
  ['came', () => Promise.resolve()],
  ['failed', () => Promise.reject(new Error('no'))],
])('no timer is left when it %s', async (_, work) => {
  jest.useFakeTimers()
  try {
    await bounded(work(), wait).catch(() => undefined)
    expect(jest.getTimerCount()).toBe(0)
  } finally {
    jest.useRealTimers()
  }
})

test('what the process is kept alive for comes as it does, and leaves no timer', async () => {
  const error = new TypeError('the file is missing')
  expect(await stayAwakeFor(sleep(5, 'here'))).toBe('here')
  await expect(stayAwakeFor(Promise.reject(error))).rejects.toBe(error)
  jest.useFakeTimers()
  try {
    const coming = stayAwakeFor(Promise.resolve())
    expect(jest.getTimerCount()).toBe(1)
    await coming
    expect(jest.getTimerCount()).toBe(0)
  } finally {
    jest.useRealTimers()
  }
})
