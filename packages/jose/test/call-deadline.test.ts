import { describe, expect, test } from '@jest/globals'
import { withinDeadline } from '../src/call-deadline.js'
import { failure } from './support/failure.js'

const stuck = ({ signal }: { signal?: AbortSignal }) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason))
  })

describe('a deadline over several calls', () => {
  test('of no time is none, and the options go on as they are', async () => {
    const { signal } = new AbortController()
    expect(await withinDeadline({}, async (given) => given)).toEqual({})
    expect((await withinDeadline({ signal }, async (given) => given)).signal).toBe(signal)
  })

  test.each([0, 1.5, '5' as never, 2 ** 31])('of %j is refused', async (timeoutMs) => {
    let ran = false
    const work = async () => {
      ran = true
    }
    const error = await failure(() => withinDeadline({ timeoutMs }, work), 'InvalidArgument')
    expect(error.message).toMatch(/^timeoutMs must be a whole number from 1 to 2147483647, not /)
    expect(ran).toBe(false)
  })

  test('ends the signal with the error for it', async () => {
    const error = await failure(() => withinDeadline({ timeoutMs: 20 }, stuck), 'Timeout')
    expect(error.message).toBe('The call did not end within its 20 ms.')
  })

  test("ends when the caller's signal does, with its reason", async () => {
    const controller = new AbortController()
    const pending = withinDeadline({ timeoutMs: 5_000, signal: controller.signal }, stuck)
    controller.abort('gone')
    expect((await failure(() => pending, 'Aborted')).cause).toBe('gone')
  })

  test('has ended at once where the signal had', async () => {
    const options = { timeoutMs: 5_000, signal: AbortSignal.abort('gone') }
    const error = await failure(() => withinDeadline(options, stuck), 'Aborted')
    expect(error.cause).toBe('gone')
  })

  test('leaves no timer and no listener behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    const listeners = new Set<unknown>()
    const { signal } = new AbortController()
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (type: string, listener: never, options?: never) => {
      listeners.add(listener)
      add(type, listener, options)
    }
    signal.removeEventListener = (type: string, listener: never) => {
      listeners.delete(listener)
      remove(type, listener)
    }
    await withinDeadline({ timeoutMs: 60_000, signal }, async () => undefined)
    expect(listeners.size).toBe(0)
    expect(timers()).toBe(before)
  })
})
