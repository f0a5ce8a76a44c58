import { getEventListeners } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import type { CallOptions } from '../src/index.js'
import { assertCallOptions, withinTime } from '../src/kit.js'
import { failure } from './support/failure.js'

const never = () => new Promise<never>(() => undefined)
const soon = (milliseconds = 1) => new Promise<string>((resolve) => setTimeout(resolve, milliseconds, 'done'))
const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

describe('options', () => {
  test.each<[string, CallOptions]>([
    ['none', {}],
    ['undefined ones', { signal: undefined as never, timeoutMs: undefined as never }],
    ['a signal', { signal: new AbortController().signal }],
    ['the shortest time', { timeoutMs: 1 }],
    ['the longest time', { timeoutMs: 2 ** 31 - 1 }],
  ])('%s will do', (_, options) => {
    expect(() => assertCallOptions(options)).not.toThrow()
  })

  test.each([[0], [-1], [1.5], [Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 31], ['5'], [null], [{}]])(
    'timeoutMs of %p is refused',
    async (timeoutMs) => {
      const error = await failure(
        () => assertCallOptions({ timeoutMs: timeoutMs as number }),
        'InvalidArgument',
      )
      expect(error.message).toContain('timeoutMs must be a whole number from 1 to 2147483647')
    },
  )

  test.each([[null], [{}], ['abort'], [new AbortController()]])(
    'a signal that is %p is a TypeError',
    (signal) => {
      expect(() => assertCallOptions({ signal: signal as AbortSignal })).toThrow(TypeError)
    },
  )
})

describe('withinTime', () => {
  test('without options makes no signal', async () => {
    const given = await withinTime({}, async (signal) => [signal])
    expect(given).toEqual([undefined])
  })

  test("hands on the caller's signal when there is no deadline", async () => {
    const { signal } = new AbortController()
    expect(await withinTime({ signal }, async (given) => [given])).toEqual([signal])
    expect(listeners(signal)).toBe(0)
  })

  test('gives the outcome in time', async () => {
    const { signal } = new AbortController()
    expect(await withinTime({ timeoutMs: 60_000, signal }, () => soon())).toBe('done')
    await expect(
      withinTime({ timeoutMs: 60_000, signal }, () => Promise.reject(new Error('why'))),
    ).rejects.toThrow('why')
    expect(listeners(signal)).toBe(0)
  })

  test('ends with Timeout at the deadline, although the work goes on, and tells it so', async () => {
    const start = performance.now()
    let given: AbortSignal | undefined
    const call = () =>
      withinTime({ timeoutMs: 30 }, (signal) => {
        given = signal
        return never()
      })
    const error = await failure(call, 'Timeout')
    expect(error).toMatchObject({ retryable: true, name: 'SigningError' })
    expect(error.message).toBe('The call did not end within its 30 ms.')
    expect(performance.now() - start).toBeGreaterThan(25)
    expect(given?.aborted).toBe(true)
    expect(given?.reason).toBe(error)
  })

  test.each([[{}], [{ timeoutMs: 60_000 }]])(
    'an abort ends it at once with %j, and tells the work',
    async (options) => {
      const controller = new AbortController()
      const reason = new Error('enough')
      let given: AbortSignal | undefined
      const call = withinTime({ ...options, signal: controller.signal }, (signal) => {
        given = signal
        return never()
      })
      controller.abort(reason)
      const error = await failure(() => call, 'Aborted')
      expect(error.cause).toBe(reason)
      expect(given?.aborted).toBe(true)
      expect(given?.reason).toBe(reason)
      expect(listeners(controller.signal)).toBe(0)
    },
  )

  test('does not begin after an abort', async () => {
    let begun = false
    const work = async () => {
      begun = true
    }
    await failure(() => withinTime({ signal: AbortSignal.abort() }, work), 'Aborted')
    await failure(() => withinTime({ signal: AbortSignal.abort(), timeoutMs: 5 }, work), 'Aborted')
    expect(begun).toBe(false)
  })

  test('an abort after the end changes nothing', async () => {
    const controller = new AbortController()
    let given: AbortSignal | undefined
    const call = withinTime({ signal: controller.signal, timeoutMs: 20 }, async (signal) => {
      given = signal
      return 'done'
    })
    await expect(call).resolves.toBe('done')
    controller.abort()
    await soon(40)
    expect(given?.aborted).toBe(false)
  })

  test('a thousand calls on one long-lived signal leave no listener, and cause no warning', async () => {
    const { signal } = new AbortController()
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    for (let count = 0; count < 1000; count++)
      await withinTime({ signal, timeoutMs: 60_000 }, async () => count)
    for (let count = 0; count < 1000; count++) await withinTime({ signal }, async () => count)
    await soon(5)
    process.off('warning', onWarning)
    expect(listeners(signal)).toBe(0)
    expect(warnings).toEqual([])
  })

  test('no timer keeps the process when the call has ended', async () => {
    const active = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = active()
    await withinTime({ timeoutMs: 2 ** 31 - 1 }, async () => 'done')
    await failure(() => withinTime({ timeoutMs: 2 ** 31 - 1, signal: AbortSignal.abort() }, never))
    await withinTime({ timeoutMs: 2 ** 31 - 1 }, () => Promise.reject(new Error('why'))).catch(
      () => undefined,
    )
    expect(active()).toBe(before)
  })
})
