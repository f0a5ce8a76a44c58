import { runInNewContext } from 'node:vm'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { jsonText, kindOf, readJsonObject } from '../src/json-value.js'
import { failureText } from './support/failure.js'

class Items extends Array<unknown> {}

const withIterator = Object.assign(['a'], { [Symbol.iterator]: () => ['b'].values() })
const withMember = Object.assign(['a'], { note: 'b' })
const hidden = Object.defineProperty({}, 'secret', { value: 1, enumerable: false })
const withToJson = Object.defineProperty([1], 'toJSON', { value: () => 'other' })

describe('what JSON would change', () => {
  test.each<[string, object, string]>([
    ['a class of arrays', { a: Items.of(1) }, 'a.a is an Items, which JSON does not have'],
    ['an array with an iterator of its own', { a: withIterator }, 'a.a has more than its items'],
    ['an array with a member', { a: withMember }, 'a.a has more than its items'],
    ['an array with toJSON', { a: withToJson }, 'a.a has more than its items'],
    ['a member that is hidden', { a: hidden }, 'a.a has a member that is not enumerable'],
    ['half a pair in a name', { 'x\ud800': 1 }, 'a["x\\u{d800}"] has half of a surrogate pair in its name'],
  ])('%s is refused', async (_, value, text) => {
    expect(await failureText(() => readJsonObject('a', value))).toMatch(
      new RegExp(`^InvalidArgument: ${text.replace(/[[\]\\{}.]/g, '\\$&')}`),
    )
  })

  test('an array of another realm is an array', () => {
    const value = runInNewContext('({ list: [1, [2]] })')
    expect(readJsonObject('a', value)).toEqual({ list: [1, [2]] })
    expect(kindOf(value.list)).toBe('an array')
  })
})

test('the place of an error is shortened to its two ends', async () => {
  const nested = (levels: number): object =>
    levels === 0 ? { last: 1n } : { [`${levels}`.padStart(60, 'n')]: nested(levels - 1) }
  const text = await failureText(() => readJsonObject('claims', nested(60)))
  expect(text).toMatch(/^InvalidArgument: claims\.n+\S+….+\.last is a bigint, which JSON does not have/)
  expect(text.length).toBeLessThan(400)
})

test('the text is that of JSON.stringify', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
      expect(jsonText(value as never)).toBe(JSON.stringify(value))
    }),
  )
})

test.each([Object.prototype, Array.prototype])('a toJSON that all objects have has no part in it', (all) => {
  const value = { a: [1, { b: 'c' }] }
  let text = ''
  Object.defineProperty(all, 'toJSON', { value: () => 'other', configurable: true })
  try {
    text = jsonText(value)
  } finally {
    Reflect.deleteProperty(all, 'toJSON')
  }
  expect(text).toBe('{"a":[1,{"b":"c"}]}')
})
