import { getEventListeners, setMaxListeners } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { WaitingLine } from '../src/waiting-line.js'
import { failure } from './support/failure.js'

describe('a waiting line', () => {
  test('lets callers go on in their order, and says when there is none', async () => {
    const line = new WaitingLine()
    const gone: number[] = []
    for (const caller of [1, 2, 3]) line.join().then(() => gone.push(caller))
    expect(line.isEmpty).toBe(false)
    expect([line.next(), line.next(), line.next(), line.next()]).toEqual([true, true, true, false])
    await Promise.resolve()
    expect(gone).toEqual([1, 2, 3])
    expect(line.isEmpty).toBe(true)
  })

  test('lets who gives up leave from the middle', async () => {
    const line = new WaitingLine()
    const controller = new AbortController()
    const first = line.join()
    const second = failure(() => line.join(controller.signal), 'Aborted')
    const third = line.join()
    controller.abort()
    await second
    expect([line.next(), line.next(), line.next()]).toEqual([true, true, false])
    await Promise.all([first, third])
  })

  test('leaves no listener behind', async () => {
    const line = new WaitingLine()
    const { signal } = new AbortController()
    const turn = line.join(signal)
    line.next()
    await turn
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('is not joined by who has given up before', async () => {
    const line = new WaitingLine()
    await failure(async () => line.join(AbortSignal.abort()), 'Aborted')
    expect(line.isEmpty).toBe(true)
  })

  test('serves ten thousand who wait, of whom every second leaves', async () => {
    const line = new WaitingLine()
    const controller = new AbortController()
    setMaxListeners(10_000, controller.signal)
    const callers = Array.from({ length: 10_000 }, (_, index) =>
      line.join(index % 2 ? controller.signal : undefined).catch(() => 'left'),
    )
    controller.abort()
    let served = 0
    while (line.next()) served++
    expect(served).toBe(5_000)
    expect((await Promise.all(callers)).filter((each) => each === 'left')).toHaveLength(5_000)
  })
})
