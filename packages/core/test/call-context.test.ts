import { describe, expect, test } from '@jest/globals'
import { contextOf, endingOf } from '../src/call-context.js'
import { Ending } from '../src/ending.js'

const clock = { pause() {}, restart() {} }
const turn = async () => {}

test('has nothing of what there is not', () => {
  expect(Object.keys(contextOf({ ending: undefined, clock: undefined, turn: undefined }))).toEqual([])
  expect(Object.keys(contextOf({ ending: undefined, clock, turn }))).toEqual(['clock', 'turn'])
  expect(endingOf({})).toBeUndefined()
})

describe('with an ending', () => {
  const ending = new Ending()
  const context = contextOf({ ending, clock, turn })

  test('has a signal that is made of it', () => {
    expect(Object.keys(context).sort()).toEqual(['clock', 'signal', 'turn'])
    expect(context.signal).toBe(ending.signal)
    expect(endingOf(context)).toBe(ending)
  })

  test('is copied with the signal, which can be replaced and left out', () => {
    const { signal: own } = new AbortController()
    const { signal, ...rest } = context
    expect(signal).toBe(ending.signal)
    expect(endingOf({ ...context })).toBe(ending.signal)
    expect(endingOf({ ...context, signal: own })).toBe(own)
    expect(endingOf(rest)).toBeUndefined()
    expect(rest).toEqual({ clock, turn })
  })

  test('is found through what stands before it, which may have a signal of its own', () => {
    const { signal: own } = new AbortController()
    for (const before of [Object.create(context), new Proxy(context, {})]) {
      expect(before.signal).toBe(ending.signal)
      expect(endingOf(before)).toBe(ending.signal)
    }
    expect(endingOf(Object.create(context, { signal: { value: own } }))).toBe(own)
    expect(endingOf(new Proxy(context, { get: () => own }))).toBe(own)
  })
})

test('with a signal of the caller is that signal', () => {
  const { signal } = new AbortController()
  expect(endingOf(contextOf({ ending: signal, clock: undefined, turn: undefined }))).toBe(signal)
  expect(endingOf({ signal })).toBe(signal)
})
