import { expect, test } from '@jest/globals'
import { groupsOf, isMet, lineOf } from '../../src/report/line.js'
import { FIGURE, ROW } from './results.js'

test('a row says its ratio, its target and both sides', () => {
  expect(lineOf(ROW)).toEqual({
    subject: 'trent-service, check off',
    baseline: 'raw AWS SDK',
    ratio: '0.150 (0.146–0.151)',
    target: '≤ 0.200 ✔',
    absolute: '84.4 : 563 µs CPU',
    note: '15',
  })
})

test('a figure has no other side', () => {
  const line = {
    subject: 'core',
    baseline: '',
    ratio: '',
    target: '',
    absolute: '1.23 MB',
    note: '4 | 5 packages',
  }
  expect(lineOf(FIGURE)).toEqual(line)
})

test.each([
  [{ ...ROW, target: { atMost: 0.15 } }, true],
  [{ ...ROW, target: { atMost: 0.149 } }, false],
  [{ ...ROW, target: { atLeast: 0.15 } }, true],
  [{ ...ROW, target: { atLeast: 0.151 } }, false],
  [{ ...FIGURE, target: { atMost: 2 } }, true],
  [{ ...FIGURE, target: { atLeast: 2 } }, false],
  [FIGURE, undefined],
])('whether %j is as it should be', (result, met) => {
  expect(isMet(result)).toBe(met)
})

test.each([
  [{ ...ROW, ratio: { ...ROW.ratio, median: 0.2004 } }, '0.2004 (0.146–0.151)', '≤ 0.2000 ✘'],
  [{ ...ROW, ratio: { ...ROW.ratio, median: 0.1996 } }, '0.200 (0.146–0.151)', '≤ 0.200 ✔'],
  [
    { ...ROW, ratio: { ...ROW.ratio, median: 0.1669 }, target: { atMost: 1 / 6 } },
    '0.1669 (0.146–0.151)',
    '≤ 0.1667 ✘',
  ],
])('what is missed by little has the digits that say so', (row, ratio, target) => {
  expect(lineOf(row)).toMatchObject({ ratio, target })
})

test('of a figure, too', () => {
  const figure = { ...FIGURE, value: 96.96, target: { atLeast: 97 } }
  expect(lineOf(figure)).toMatchObject({ absolute: '96.96 MB', target: '≥ 97.00 ✘' })
})

test('in a quick run nothing is met or missed', () => {
  expect(lineOf(ROW, true)).toMatchObject({ target: '≤ 0.200' })
})

test('what has the same heading stands together, in the order in which it came', () => {
  const other = { ...ROW, group: 'other' }
  const again = { ...ROW, subject: 'again' }
  expect([...groupsOf([ROW, other, again])]).toEqual([
    ['RS256, TLS off', [ROW, again]],
    ['other', [other]],
  ])
})
