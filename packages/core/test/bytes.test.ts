import { createContext, runInContext } from 'node:vm'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { assertBytes, equalBytes } from '../src/bytes.js'

const check = (value: unknown) => () => assertBytes(value, 'The message')

describe('assertBytes takes', () => {
  test.each([
    ['a Uint8Array', Uint8Array.of(1, 2)],
    ['an empty one', new Uint8Array()],
    ['a Buffer', Buffer.from('text')],
    ['a part of a larger buffer', new Uint8Array(16).subarray(3, 5)],
    ['a subclass', new (class extends Uint8Array {})(2)],
    ['one of another realm', runInContext('Uint8Array.of(1, 2)', createContext())],
  ])('%s', (_, value) => {
    expect(check(value)).not.toThrow()
  })
})

describe('assertBytes refuses', () => {
  test.each([
    ['text, and says how to make bytes of it', 'text', 'not string. For text, say which bytes you mean'],
    ['a String', new String('text'), 'not String'],
    ['an array', [1, 2], 'not Array'],
    ['an ArrayBuffer', new ArrayBuffer(2), 'not ArrayBuffer'],
    ['a DataView', new DataView(new ArrayBuffer(2)), 'not DataView'],
    ['another typed array', new Uint16Array(2), 'not Uint16Array'],
    ['the clamped one', new Uint8ClampedArray(2), 'not Uint8ClampedArray'],
    ['shared memory', new SharedArrayBuffer(2), 'not SharedArrayBuffer'],
    ['what only looks like one', { length: 2, 0: 1, 1: 2 }, 'not Object'],
    ['what only claims to be one', Object.create(Uint8Array.prototype), 'not Uint8Array'],
    ['null', null, 'not null'],
    ['undefined', undefined, 'not undefined'],
    ['a number', 2, 'not number'],
  ])('%s', (_, value, words) => {
    expect(check(value)).toThrow(TypeError)
    expect(check(value)).toThrow(`The message must be a Uint8Array, ${words}`)
  })

  test.each([
    ['a Uint8Array', new Uint8Array(new SharedArrayBuffer(2))],
    ['a Buffer', Buffer.from(new SharedArrayBuffer(2))],
    ['one of another realm', runInContext('new Uint8Array(new SharedArrayBuffer(2))', createContext())],
  ])('%s in shared memory', (_, value) => {
    expect(check(value)).toThrow(TypeError)
    expect(check(value)).toThrow('must not be in shared memory')
  })

  test('and its message holds nothing of what came', () => {
    expect(check('a secret')).not.toThrow('secret')
  })
})

test('equalBytes compares content and length', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      expect(equalBytes(a, b)).toBe(Buffer.from(a).toString('hex') === Buffer.from(b).toString('hex'))
      expect(equalBytes(a, Buffer.from(a))).toBe(true)
      expect(equalBytes(a, Buffer.concat([a, Uint8Array.of(0)]))).toBe(false)
    }),
  )
})
