import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type ContextManager, context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api'
import { ContextStore } from '../src/context-store.js'
import { keepContexts, reset } from './support/telemetry.js'

const key = createContextKey('place')
const inside = ROOT_CONTEXT.setValue(key, 'inside')
const place = () => context.active().getValue(key)

beforeEach(keepContexts)
afterEach(reset)

test('what it runs is in the context, with its arguments and its result', () => {
  const store = new ContextStore()
  const run = (one: number, two: string) => [one, two, place()]
  expect(store.run(inside, run, 1, 'two')).toEqual([1, 'two', 'inside'])
  expect(place()).toBeUndefined()
})

test('without a context manager it runs all the same', () => {
  reset()
  expect(new ContextStore().run(inside, () => [5, place()])).toEqual([5, undefined])
})

describe('OpenTelemetry that fails', () => {
  const failing = (before: boolean, after: boolean): ContextManager => ({
    active: () => ROOT_CONTEXT,
    with(_, callback, self, ...args) {
      if (before) throw new Error('before')
      const result = callback.call(self as never, ...args)
      if (after) throw new Error('after')
      return result
    },
    bind: (_, target) => target,
    enable() {
      return this
    },
    disable() {
      return this
    },
  })

  test.each([
    [true, false],
    [false, true],
    [false, false],
  ])('before it runs something: %p, or afterwards: %p, has it run once all the same', (before, after) => {
    reset()
    context.setGlobalContextManager(failing(before, after))
    let runs = 0
    expect(new ContextStore().run(inside, () => ++runs)).toBe(1)
    expect(runs).toBe(1)
  })

  test('is not blamed for what is run', () => {
    reset()
    context.setGlobalContextManager(failing(false, true))
    let runs = 0
    const run = () => {
      runs++
      throw new Error('the caller')
    }
    expect(() => new ContextStore().run(inside, run)).toThrow('the caller')
    expect(runs).toBe(1)
  })
})

test('a store that is entered in another way leaves the context of the caller', () => {
  const store = new ContextStore()
  context.with(ROOT_CONTEXT.setValue(key, 'caller'), () => {
    store.enterWith(inside)
    expect(place()).toBe('caller')
    store.disable()
  })
})
