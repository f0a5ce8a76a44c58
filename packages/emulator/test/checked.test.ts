import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as v from 'valibot'
import { checked } from '../src/checked.js'

const schema = v.strictObject({ list: v.optional(v.array(v.strictObject({ name: v.optional(v.string()) }))) })

function messageOf(input: unknown): string {
  try {
    checked(schema, input, 'The document')
  } catch (error) {
    return (error as TypeError).message
  }
  throw new Error('It was accepted.')
}

describe('what is wrong', () => {
  test.each([
    [{ list: [{}, { name: 7 }] }, 'list[1].name: expected string'],
    [{ lists: [] }, 'lists: there is no such member'],
    [{ list: [{ 'a\u001b[2J': 1 }] }, 'list[0].a\\u{1b}[2J: there is no such member'],
    [{ 'a\u202eb\u2028c\ud800': 1 }, 'a\\u{202e}b\\u{2028}c\\u{d800}: there is no such member'],
    [{ ['x'.repeat(50)]: 1 }, `${'x'.repeat(40)}…: there is no such member`],
  ])('of %j is told with its place', (input, expected) => {
    expect(messageOf(input)).toBe(`The document cannot be used: ${expected}.`)
  })

  test.each([
    [5, '; list[4].name: expected string.'],
    [6, '; list[4].name: expected string; and 1 more.'],
    [20_000, '; list[4].name: expected string; and 19995 more.'],
  ])('%d times is told of five places at most', (count, end) => {
    const message = messageOf({ list: Array.from({ length: count }, () => ({ name: 7 })) })
    expect(message.endsWith(end)).toBe(true)
    expect(message.length).toBeLessThan(250)
  })

  test('may be shown in a terminal, whatever it is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const message = messageOf(JSON.parse(`{ ${JSON.stringify(`?${name}`)}: 1 }`))
        expect(message).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{1,500}$/u)
      }),
    )
  })
})
