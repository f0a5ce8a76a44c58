import { expect, test } from '@jest/globals'
import { digitsApart, intervalText, numberText } from '../../src/report/quantity.js'

test.each([
  [0, '0.00'],
  [0.0456, '0.046'],
  [0.16667, '0.167'],
  [0.9994, '0.999'],
  [0.9996, '1.00'],
  [1.4, '1.40'],
  [9.994, '9.99'],
  [9.996, '10.0'],
  [99.94, '99.9'],
  [99.96, '100'],
  [12345.6, '12,346'],
  [-2.5, '-2.50'],
])('%d is written %s', (value, text) => {
  expect(numberText(value)).toBe(text)
})

test('an interval is written with its median first', () => {
  expect(intervalText({ median: 1.2, low: 1, high: 10 })).toBe('1.20 (1.00–10.0)')
})

test('where it takes more digits, there are more', () => {
  expect(numberText(0.2004, 1)).toBe('0.2004')
  expect(intervalText({ median: 1.2004, low: 1, high: 10 }, 2)).toBe('1.2004 (1.00–10.0)')
})

test.each([
  [0.21, 0.2, 0],
  [0.2004, 0.2, 1],
  [0.1669, 1 / 6, 1],
  [1.40002, 1.4, 3],
  [100.2, 100, 1],
  [12345.001, 12345, 3],
])('%d and %d differ with %d digits more', (value, other, more) => {
  expect(digitsApart(value, other)).toBe(more)
  expect(numberText(value, more)).not.toBe(numberText(other, more))
})

test('what is the same never differs', () => {
  expect(digitsApart(0.2, 0.2)).toBe(15)
})
