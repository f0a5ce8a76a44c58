import { describe, expect, jest, test } from '@jest/globals'
import { Ending, signalOf } from '../src/ending.js'

describe('an ending', () => {
  test('tells each listener once, in order, with the reason there already', () => {
    const ending = new Ending()
    const told: unknown[] = []
    for (const name of ['first', 'second'])
      ending.addEventListener('abort', () => told.push([name, ending.reason]))
    ending.abort('enough')
    ending.abort('too late')
    expect(told).toEqual([
      ['first', 'enough'],
      ['second', 'enough'],
    ])
    expect(ending).toMatchObject({ aborted: true, reason: 'enough' })
  })

  test('tells all of them, also where one throws: that is uncaught', () => {
    const later = jest.spyOn(process, 'nextTick').mockImplementation(() => {})
    const ending = new Ending()
    const { signal } = ending
    let told = 0
    ending.addEventListener('abort', () => {
      throw new Error('of the listener')
    })
    ending.addEventListener('abort', () => told++)
    ending.abort('enough')
    const thrown = later.mock.calls.map(([throws]) => throws)
    later.mockRestore()
    expect([told, signal.aborted]).toEqual([1, true])
    expect(thrown).toHaveLength(1)
    expect(thrown[0]).toThrow('of the listener')
  })

  test('tells nobody who left, and nobody who came too late', () => {
    const ending = new Ending()
    let told = 0
    const listener = () => told++
    ending.addEventListener('abort', listener)
    ending.removeEventListener('abort', listener)
    ending.abort(undefined)
    ending.addEventListener('abort', listener)
    expect(told).toBe(0)
  })

  test.each([
    ['before', true],
    ['after', false],
  ])('becomes one real signal, asked for %s the abort', (_, before) => {
    const ending = new Ending()
    const early = before ? ending.signal : undefined
    ending.abort('enough')
    const { signal } = ending
    expect(signal).toBeInstanceOf(AbortSignal)
    expect(signal).toBe(early ?? ending.signal)
    expect(signal).toMatchObject({ aborted: true, reason: 'enough' })
  })
})

test('a real signal stays what it is', () => {
  const { signal } = new AbortController()
  expect(signalOf(signal)).toBe(signal)
  const ending = new Ending()
  expect(signalOf(ending)).toBe(ending.signal)
})
