import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readJsonObject } from '../src/json-object.js'

const read = (text: string | Uint8Array) => readJsonObject(Buffer.from(text), 'claims.json', '{ "a": 1 }')
const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`

test.each([
  ['{}', {}],
  [' {"a" : [1, 2.50, -0.5e-3, true, null, "x"]}\n', { a: [1, 2.5, -0.0005, true, null, 'x'] }],
  ['{"a":{"a":{"a":"a"}},"b":[{"a":1},{"a":1}]}', { a: { a: { a: 'a' } }, b: [{ a: 1 }, { a: 1 }] }],
  ['{"a":"\\"a\\":1,\\"a\\":{[","b":"\\\\"}', { a: '"a":1,"a":{[', b: '\\' }],
  ['{"a":"12345678901234567890"}', { a: '12345678901234567890' }],
  ['{"a":9007199254740991,"b":-9007199254740991,"c":0.1}', { a: 2 ** 53 - 1, b: 1 - 2 ** 53, c: 0.1 }],
  ['\ufeff{"ü":"\u{1f511}"}', { ü: '\u{1f511}' }],
  ['{"a":1.0,"b":-0,"c":0.000e5,"d":1e2,"e":1.50000000000000000000}', { a: 1, b: -0, c: 0, d: 100, e: 1.5 }],
  ['{"a":0.30000000000000004,"b":5e-324,"c":1.7e-300}', { a: 0.1 + 0.2, b: 5e-324, c: 1.7e-300 }],
  [nested(64), JSON.parse(nested(64))],
])('%s', (text, value) => {
  expect(read(text)).toEqual(value)
})

const NO_JSON = 'claims.json is not JSON: it must hold an object such as { "a": 1 }.'
const noObject = (kind: string) => `claims.json must hold a JSON object such as { "a": 1 }, not ${kind}.`
const inexact = (number: string) =>
  `claims.json has the number ${number}, which few programs read as it is written: write it as text.`

test.each<[string | Uint8Array, string]>([
  ['', NO_JSON],
  ['iss: me', NO_JSON],
  ["{'iss':'me'}", NO_JSON],
  ['{"iss":"me",}', NO_JSON],
  ['{"iss":"me"} {}', NO_JSON],
  ['{"a":NaN}', NO_JSON],
  ['{"a":01}', NO_JSON],
  ['{"a":"\n"}', NO_JSON],
  ['[{"a":1}]', noObject('an array')],
  ['null', noObject('null')],
  ['"eyJhbGciOiJub25lIn0"', noObject('a string')],
  ['4711', noObject('a number')],
  [Buffer.from('{"a":"\xe9"}', 'latin1'), 'claims.json is not UTF-8, which JSON must be.'],
  [Buffer.from('{"a":1}', 'utf16le').subarray(0, 5), NO_JSON],
  ['{"a":1,"b":2,"a":3}', 'claims.json has the member "a" twice: leave out one.'],
  ['{"a":1,"\\u0061":1}', 'claims.json has the member "a" twice: leave out one.'],
  ['{"b":[{"a":[],"a":{}}]}', 'claims.json has the member "a" twice: leave out one.'],
  ['{"a":{"__proto__":1,"__proto__":2}}', 'claims.json has the member "__proto__" twice: leave out one.'],
  ['{"a":9007199254740993}', inexact('9007199254740993')],
  ['{"a":[-12345678901234567890]}', inexact('-12345678901234567890')],
  ['{"a":1e999}', inexact('1e999')],
  ['{"a":12345678901234567890.0}', inexact('12345678901234567890.0')],
  ['{"a":9007199254740992.5}', inexact('9007199254740992.5')],
  ['{"a":1e20}', inexact('1e20')],
  ['{"a":1e-400}', inexact('1e-400')],
  ['{"a":[{"b":-0.10000000000000000001}]}', inexact('-0.10000000000000000001')],
  ['{"a":4503599627370496.000000001}', inexact('4503599627370496.000000001')],
  [nested(65), 'claims.json is nested more than 64 deep.'],
])('%s is refused', (text, message) => {
  expect(() => read(text)).toThrow(message)
})

test('what is nested far too deep is refused, too', () => {
  expect(() => read(nested(400_000))).toThrow('claims.json is nested more than 64 deep.')
})

test('what is not JSON is not quoted', () => {
  expect(() => read('{"password":"hunter2"')).toThrow(expect.not.stringContaining('hunter2'))
})

describe('whatever the object is', () => {
  const exact = (_: string, value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? 0 : value
  const values = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value), exact))
  const objects = fc.dictionary(fc.string({ unit: 'grapheme' }), values)
  const spaces = fc.constantFrom(undefined, 1, '\t')

  test('it is read as it is written', () => {
    fc.assert(
      fc.property(objects, spaces, (object, space) => {
        const text = JSON.stringify(object, undefined, space)
        expect(read(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  test('a member that stands in it twice is found', () => {
    fc.assert(
      fc.property(objects, fc.string({ unit: 'grapheme' }), values, (object, name, value) => {
        const [quoted, json] = [JSON.stringify(name), JSON.stringify(value)]
        const members = JSON.stringify({ ...object, [name]: null }).slice(1, -1)
        expect(() => read(`{${members},${quoted}:${json}}`)).toThrow('twice: leave out one.')
        expect(() => read(`{"outer":[1,{${members},${quoted}:${json}}]}`)).toThrow('twice: leave out one.')
      }),
    )
  })
})

test('a mebibyte of escapes is read in passing', () => {
  const text = `{"a":"${'\\n'.repeat(500_000)}"}`
  expect(read(text)).toEqual({ a: '\n'.repeat(500_000) })
})
