import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { bounded, once } from '../src/wait.js'
import { failure } from './support/failure.js'

afterEach(() => {
  jest.useRealTimers()
})

const never = () => new Promise<string>(() => {})

describe('a wait with a limit', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['comes', async () => 'it'],
    ['fails', () => Promise.reject(new Error('no'))],
  ])('clears its timer when what is waited for %s', async (_, work) => {
    jest.useFakeTimers({ doNotFake: ['nextTick'] })
    const waiting = bounded(work(), 'It', 60_000).catch(() => undefined)
    expect(jest.getTimerCount()).toBe(1)
    await waiting
    expect(jest.getTimerCount()).toBe(0)
  })

  test('says what did not come, and that another try may help', async () => {
    const error = await failure(() => bounded(never(), 'The password', 20), 'Timeout')
    expect(error).toMatchObject({ retryable: true, provider: 'alibaba-kms' })
    expect(error.message).toBe('The password did not come within 20 ms.')
  })

  test('does not care how it ends later', async () => {
    let fail = (_: Error) => {}
    const late = new Promise<string>((_, reject) => {
      fail = reject
    })
    await failure(() => bounded(late, 'It', 20), 'Timeout')
    // Nobody is told: an unhandled rejection would end the process.
    fail(new Error('too late'))
    await new Promise((resolve) => setImmediate(resolve))
  })
})

describe('one reading for all', () => {
  test('is kept', async () => {
    let readings = 0
    const read = once(async () => ++readings, 'It')
    expect(await Promise.all([read(), read()])).toEqual([1, 1])
    expect(await read()).toBe(1)
  })

  test.each<[string, () => Promise<string>]>([
    ['that failed', () => Promise.reject(new Error('not there yet'))],
    ['that did not end', never],
  ])('%s is made again', async (_, first) => {
    const readings = [first, async () => 'there']
    const read = once(() => (readings.shift() ?? never)(), 'It', 20)
    await Promise.all([
      expect(read()).rejects.toHaveProperty('message'),
      expect(read()).rejects.toHaveProperty('message'),
    ])
    expect(await read()).toBe('there')
  })
})
