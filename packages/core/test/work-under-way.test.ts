import { describe, expect, test } from '@jest/globals'
import { WorkUnderWay } from '../src/work-under-way.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'

const providerOf = () => new NodeProvider(keyPair('ES256'))

/** Work that ends when it is told to. */
function task() {
  let end: (value: string) => void = () => undefined
  const ended = new Promise<string>((resolve) => {
    end = resolve
  })
  return { work: () => ended, end }
}

const settled = async (promise: Promise<unknown>) => {
  const state = { done: false }
  promise.finally(() => {
    state.done = true
  })
  await new Promise(setImmediate)
  return state.done
}

test('work has its outcome', async () => {
  const work = new WorkUnderWay(providerOf(), () => undefined)
  await expect(work.run(async () => 5)).resolves.toBe(5)
  await expect(work.run(() => Promise.reject(new Error('why')))).rejects.toThrow('why')
})

test('work begins at once', () => {
  let begun = false
  new WorkUnderWay(providerOf(), () => undefined).run(async () => {
    begun = true
  })
  expect(begun).toBe(true)
})

describe('close', () => {
  test('waits for all work, however it ends, and refuses new', async () => {
    const provider = providerOf()
    const work = new WorkUnderWay(provider, () => undefined)
    const [first, second] = [task(), task()]
    const running = [work.run(first.work), work.run(second.work)]
    const closing = work.close()
    await failure(() => work.run(async () => 5), 'Closed')
    first.end('one')
    expect(await settled(closing)).toBe(false)
    expect(provider.closed).toBe(0)
    second.end('two')
    await closing
    expect(await Promise.all(running)).toEqual(['one', 'two'])
    expect(provider.closed).toBe(1)
  })

  test('ends although the work failed', async () => {
    const work = new WorkUnderWay(providerOf(), () => undefined)
    const running = work.run(async () => {
      await new Promise(setImmediate)
      throw new Error('why')
    })
    const closing = work.close()
    await expect(running).rejects.toThrow('why')
    await closing
  })

  test('twice is once, and the second waits like the first', async () => {
    const provider = providerOf()
    const work = new WorkUnderWay(provider, () => undefined)
    const { work: run, end } = task()
    const running = work.run(run)
    const closing = [work.close(), work.close()]
    expect(await settled(Promise.race(closing))).toBe(false)
    end('done')
    await Promise.all([running, ...closing, work.close()])
    expect(provider.closed).toBe(1)
  })

  test('closes the provider with the last of those who share it', async () => {
    const provider = providerOf()
    const all = [
      new WorkUnderWay(provider, () => undefined),
      new WorkUnderWay(provider, () => undefined),
      new WorkUnderWay(provider, () => undefined),
    ]
    const [one, two, three] = all as [WorkUnderWay, WorkUnderWay, WorkUnderWay]
    await one.close()
    await one.close()
    expect(provider.closed).toBe(0)
    await two.close()
    expect(provider.closed).toBe(0)
    await expect(three.run(async () => 5)).resolves.toBe(5)
    await three.close()
    expect(provider.closed).toBe(1)
  })

  test('does without a provider that can be closed', async () => {
    const provider = Object.assign(providerOf(), { close: undefined as never })
    await new WorkUnderWay(provider, () => undefined).close()
  })

  test('fails as its provider does, for all who wait', async () => {
    const close = () => Promise.reject(new Error('the connection is stuck'))
    const work = new WorkUnderWay(Object.assign(providerOf(), { close }), () => undefined)
    const closing = [work.close(), work.close()]
    for (const each of closing) await expect(each).rejects.toThrow('stuck')
  })
})

test('what goes on without a caller is ended after the last call, and before the provider', async () => {
  const events: string[] = []
  const provider = Object.assign(providerOf(), { close: async () => void events.push('closed') })
  const work = new WorkUnderWay(provider, () => events.push('abandoned'))
  const call = work.run(async () => void events.push('called'))
  await Promise.all([work.close(), work.close(), call])
  expect(events).toEqual(['called', 'abandoned', 'closed'])
})
