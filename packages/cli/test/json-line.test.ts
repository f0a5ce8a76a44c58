import { expect, test } from '@jest/globals'
import { jsonBlock, jsonLine } from '../src/json-line.js'

test.each([
  ['plain text', '"plain text"'],
  ['\u001b[2J\n', '"\\u001b[2J\\n"'],
  ['\u009b2J', '"\\u009b2J"'],
  ['gnp.\u202etxt', '"gnp.\\u202etxt"'],
  ['🔑', '"\\ud83d\\udd11"'],
])('%j', (value, line) => {
  expect(jsonLine(value)).toBe(`${line}\n`)
  expect(JSON.parse(jsonLine(value))).toBe(value)
})

test('several lines for people have line breaks of the layout alone', () => {
  const value = { list: ['one\ntwo', '\u202e'] }
  expect(jsonBlock(value)).toBe('{\n  "list": [\n    "one\\ntwo",\n    "\\u202e"\n  ]\n}\n')
  expect(JSON.parse(jsonBlock(value))).toEqual(value)
})
