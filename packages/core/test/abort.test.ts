import { getEventListeners } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { raceAbort, throwIfAborted } from '../src/abort.js'
import { SigningError } from '../src/index.js'
import { failure } from './support/failure.js'

const never = () => new Promise<never>(() => undefined)
const soon = (milliseconds = 1) => new Promise<string>((resolve) => setTimeout(resolve, milliseconds, 'done'))
const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

describe('throwIfAborted', () => {
  test('does nothing for a signal that has not, and for none', () => {
    expect(() => throwIfAborted(undefined)).not.toThrow()
    expect(() => throwIfAborted(new AbortController().signal)).not.toThrow()
  })

  test.each([
    ['the reason of the caller', new Error('enough')],
    ['a reason that is no error', 'enough'],
    ['a reason that is undefined', undefined],
  ])('throws an AbortError with %s as its cause', async (_, reason) => {
    const controller = new AbortController()
    controller.abort(reason)
    const error = await failure(() => throwIfAborted(controller.signal), 'Aborted')
    expect(error.name).toBe('AbortError')
    expect(error.retryable).toBe(false)
    // Without a reason the platform makes one.
    if (reason === undefined) expect(error.cause).toMatchObject({ name: 'AbortError' })
    else expect(error.cause).toBe(reason)
  })

  test("a signal of AbortSignal.timeout is the caller's, too", async () => {
    const signal = AbortSignal.timeout(1)
    await soon(10)
    const error = await failure(() => throwIfAborted(signal), 'Aborted')
    expect(error.cause).toMatchObject({ name: 'TimeoutError' })
  })

  test('names who was called, when that is told', async () => {
    const signal = AbortSignal.abort()
    expect(await failure(() => throwIfAborted(signal))).not.toHaveProperty('provider')
    expect(await failure(() => throwIfAborted(signal, 'house'))).toMatchObject({ provider: 'house' })
    expect(await failure(() => raceAbort(never(), signal, 'house'))).toMatchObject({ provider: 'house' })
  })

  test('throws the end of a time as it is, and no other error of ours', async () => {
    const [late, other] = [new SigningError('Timeout', 'Late.'), new SigningError('Closed', 'Closed.')]
    expect(await failure(() => throwIfAborted(AbortSignal.abort(late), 'house'))).toBe(late)
    const error = await failure(() => throwIfAborted(AbortSignal.abort(other), 'house'), 'Aborted')
    expect(error.cause).toBe(other)
  })
})

describe('raceAbort', () => {
  test('without a signal gives back what it got', () => {
    const promise = soon()
    expect(raceAbort(promise)).toBe(promise)
    expect(raceAbort('value')).toBe('value')
  })

  test('gives the outcome, and leaves no listener', async () => {
    const { signal } = new AbortController()
    await expect(raceAbort(soon(), signal)).resolves.toBe('done')
    await expect(raceAbort('value', signal)).resolves.toBe('value')
    await expect(raceAbort(Promise.reject(new Error('why')), signal)).rejects.toThrow('why')
    expect(listeners(signal)).toBe(0)
  })

  test('ends with the abort when that comes first, before or while it waits', async () => {
    const controller = new AbortController()
    const waiting = raceAbort(never(), controller.signal)
    expect(listeners(controller.signal)).toBe(1)
    controller.abort('enough')
    await failure(() => waiting, 'Aborted')
    await failure(() => raceAbort(soon(), controller.signal), 'Aborted')
    expect(listeners(controller.signal)).toBe(0)
  })

  test('a promise that fails after the abort troubles nobody', async () => {
    const controller = new AbortController()
    let fail: (reason: Error) => void = () => undefined
    const late = new Promise((_, reject) => {
      fail = reject
    })
    const waiting = raceAbort(late, controller.signal)
    controller.abort()
    await failure(() => waiting, 'Aborted')
    fail(new Error('too late'))
    // An unhandled rejection would end the test.
    await soon(5)
  })
})
