import { getEventListeners } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Slots } from '../src/slots.js'
import { failure } from './support/failure.js'
import { settled } from './support/manual-clock.js'

/** A piece of work that ends when it is told to. */
function work() {
  let end: (outcome?: Error) => void = () => undefined
  const over = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve())
  })
  const state = { begun: false }
  const run = () => {
    state.begun = true
    return over
  }
  return { run, end: (error?: Error) => end(error), state }
}

describe('slots', () => {
  test('are given at once while there are some', () => {
    const slots = new Slots(2)
    const works = [work(), work(), work()]
    for (const { run } of works) slots.run(run)
    expect(works.map(({ state }) => state.begun)).toEqual([true, true, false])
  })

  test('are handed on in the order in which callers came, also past who comes just then', async () => {
    const slots = new Slots(1)
    const begun: string[] = []
    const named = (name: string) => {
      const { run, end } = work()
      const done = slots.run(() => {
        begun.push(name)
        return run()
      })
      return { end, done }
    }
    const [first, second, third] = [named('first'), named('second'), named('third')]
    first.end()
    await first.done
    const late = named('late')
    for (const each of [second, third, late]) {
      await settled()
      each.end()
      await each.done
    }
    expect(begun).toEqual(['first', 'second', 'third', 'late'])
  })

  test('come back from work that fails', async () => {
    const slots = new Slots(1)
    await expect(slots.run(() => Promise.reject(new Error('why')))).rejects.toThrow('why')
    await expect(
      slots.run(() => {
        throw new Error('at once')
      }),
    ).rejects.toThrow('at once')
    expect(await slots.run(async () => 'done')).toBe('done')
  })

  test('are not taken by who gave up while waiting, and nothing of him stays', async () => {
    const slots = new Slots(1)
    const first = work()
    const running = slots.run(first.run)
    const controller = new AbortController()
    const second = work()
    const waiting = failure(() => slots.run(second.run, controller.signal), 'Aborted')
    const third = work()
    const next = slots.run(third.run)
    controller.abort(new Error('enough'))
    expect((await waiting).cause).toEqual(new Error('enough'))
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    first.end()
    await running
    await settled()
    expect([second.state.begun, third.state.begun]).toEqual([false, true])
    third.end()
    await next
    await failure(() => slots.run(second.run, controller.signal), 'Aborted')
    expect(second.state.begun).toBe(false)
  })

  test('come back although their turn and the abort come together', async () => {
    const slots = new Slots(1)
    const first = work()
    const running = slots.run(first.run)
    const controller = new AbortController()
    const second = slots.run(async () => 'signed', controller.signal)
    first.end()
    await running
    controller.abort()
    await second.catch(() => undefined)
    expect(await slots.run(async () => 'next')).toBe('next')
  })

  test('are never more than there are, none is lost and nobody is forgotten, whatever happens', async () => {
    const step = fc.record({
      ticks: fc.nat(3),
      fails: fc.boolean(),
      gives: fc.option(fc.nat(3), { nil: undefined }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(step, { maxLength: 40 }),
        async (count, steps) => {
          const slots = new Slots(count)
          let underWay = 0
          let most = 0
          const calls = steps.map(async ({ ticks, fails, gives }) => {
            const controller = new AbortController()
            const call = slots.run(async () => {
              most = Math.max(most, ++underWay)
              for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
              underWay--
              if (fails) throw new Error('why')
            }, controller.signal)
            for (let tick = 0; tick < (gives ?? 0); tick++) await Promise.resolve()
            if (gives !== undefined) controller.abort()
            return call
          })
          await Promise.allSettled(calls)
          expect(most).toBeLessThanOrEqual(count)
          expect(underWay).toBe(0)
          const after = Array.from({ length: count }, work)
          for (const { run } of after) slots.run(run)
          expect(after.every(({ state }) => state.begun)).toBe(true)
        },
      ),
    )
  })
})
