import { expect, test } from '@jest/globals'
import { intervalText, numberText } from '../../src/report/quantity.js'

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
