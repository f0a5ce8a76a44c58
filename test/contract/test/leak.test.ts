import { describe, expect, test } from '@jest/globals'
import { assertNothingLeaks } from '../src/leak.js'

const SECRET = 'wJalrXUtnFEMI/K7MDENG'
const BYTES = Buffer.from('the bytes that were signed')

describe('an error that shows a secret is found', () => {
  test.each<[string, unknown]>([
    ['in its text', new Error(`refused: ${SECRET}`)],
    ['in its cause', new Error('refused', { cause: new Error(SECRET) })],
    ['in a property', Object.assign(new Error('refused'), { headers: { authorization: SECRET } })],
    ['in a hidden property', Object.defineProperty(new Error('refused'), 'request', { value: { SECRET } })],
    ['deep in its causes', new Error('1', { cause: new Error('2', { cause: { body: SECRET } }) })],
    ['as base64', new Error(BYTES.toString('base64'))],
    ['as base64 within more', new Error(`${BYTES.toString('base64').replace(/=+$/, '')}AAA`)],
    ['as hexadecimal', new Error(BYTES.toString('hex'))],
    ['as text', new Error(BYTES.toString())],
    ['as a Uint8Array', Object.assign(new Error('refused'), { message: 'x', input: Uint8Array.from(BYTES) })],
    ['as a Buffer', Object.assign(new Error('refused'), { input: BYTES })],
    ['in its name', Object.assign(new Error('refused'), { name: SECRET })],
  ])('%s', (_, error) => {
    expect(() => assertNothingLeaks(error, [SECRET, BYTES])).toThrow('an error shows a secret')
  })
})

test('an error without a secret is none', () => {
  const circular = Object.assign(new Error('refused'), { self: {} as object, count: 1n })
  circular.self = circular
  expect(() => assertNothingLeaks(circular, [SECRET, BYTES])).not.toThrow()
  // Short ones are words that any text may hold.
  expect(() => assertNothingLeaks(new Error('refused'), ['refused'.slice(0, 4)])).not.toThrow()
})
