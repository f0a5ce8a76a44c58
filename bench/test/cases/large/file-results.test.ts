import { expect, test } from '@jest/globals'
import { BARE, EMPTY, fileResults, OPENSSL } from '../../../src/cases/large/file-results.js'
import { Measured } from '../../../src/harness/measured.js'

const SIGNERS = [
  { name: 'ours', advised: true },
  { name: 'unadvised', advised: false },
]

// In milliseconds: 1,000 MB in 500, in 1,000, and by openssl in 800.
const measured = new Measured(
  new Map([
    [BARE, [40, 50]],
    ['ours', [540, 550]],
    ['unadvised', [1040, 1050]],
    [OPENSSL, [810, 810]],
    [EMPTY, [10, 10]],
  ]),
)
const peaks = new Map([
  [BARE, 40e6],
  ['ours', 60e6],
  ['unadvised', 120e6],
])
const measurements = { bytes: 1e9, pairs: 2, measured, peaks }

test('speeds are those without the start, and stand beside those of openssl', () => {
  const [ours, unadvised] = fileResults(SIGNERS, { ...measurements, openssl: 'OpenSSL 3' })
  expect(ours).toMatchObject({
    group: 'speed, 1000 MB',
    subject: 'ours',
    baseline: OPENSSL,
    unit: 'MB/s',
    subjectMedian: 2000,
    baselineMedian: 1250,
    ratio: { median: 1.6, low: 1.6, high: 1.6 },
    target: { atLeast: 0.95 },
    note: 'OpenSSL 3',
  })
  expect(unadvised).toMatchObject({ subjectMedian: 1000, ratio: { median: 0.8 } })
  expect(unadvised).not.toHaveProperty('target')
})

test('memory is told of all that run on Node, with a target for what is advised', () => {
  expect(fileResults(SIGNERS, { ...measurements, openssl: 'OpenSSL 3' }).slice(2)).toEqual([
    { group: 'memory', subject: BARE, unit: 'MB', value: 40 },
    { group: 'memory', subject: 'ours', unit: 'MB', value: 60, target: { atMost: 100 } },
    { group: 'memory', subject: 'unadvised', unit: 'MB', value: 120 },
  ])
})

test('without openssl, that is said, and nothing is compared', () => {
  const [ours] = fileResults(SIGNERS, { ...measurements, openssl: undefined })
  expect(ours).toEqual({
    group: 'speed, 1000 MB',
    subject: 'ours',
    unit: 'MB/s',
    value: 2000,
    note: 'not compared with openssl, which this machine does not have',
  })
})
