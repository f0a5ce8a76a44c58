import { expect, test } from '@jest/globals'
import { BARE, EMPTY, fileResults, OPENSSL } from '../../../src/cases/large/file-results.js'
import { LOCAL } from '../../../src/cases/large/file-signers.js'
import { Measured } from '../../../src/harness/measured.js'

const SIGNERS = [
  { name: 'ours', advised: true },
  { name: 'unadvised', advised: false },
  { name: LOCAL, advised: true },
]

// In milliseconds: 1,000 MB in 500, in 1,000, and by openssl in 800.
const measured = new Measured(
  new Map([
    [BARE, [40, 50]],
    ['ours', [540, 550]],
    ['unadvised', [1040, 1050]],
    [LOCAL, [540, 550]],
    [OPENSSL, [810, 810]],
    [EMPTY, [10, 10]],
  ]),
)
const cpu = new Map([
  [BARE, [30, 40]],
  ['ours', [430, 440]],
  ['unadvised', [630, 640]],
  [LOCAL, [530, 540]],
])
const peaks = new Map([
  [LOCAL, 70e6],
  [BARE, 40e6],
  ['ours', 60e6],
  ['unadvised', 120e6],
])
const measurements = {
  bytes: 1e9,
  available: 2e9,
  pairs: 2,
  quick: false,
  measured,
  cpu: new Measured(cpu),
  peaks,
}

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
    note: 'OpenSSL 3; in the page cache: 2.0 GB of memory available',
  })
  expect(unadvised).toMatchObject({
    subjectMedian: 1000,
    ratio: { median: 0.8 },
    note: expect.stringContaining('no target: not what the README advises'),
  })
  expect(unadvised).not.toHaveProperty('target')
})

test('memory is told of all that run on Node, with a target for what is advised', () => {
  const group = 'memory, the most'
  expect(fileResults(SIGNERS, { ...measurements, openssl: 'OpenSSL 3' }).slice(-4)).toEqual([
    { group, subject: BARE, unit: 'MB', value: 40 },
    { group, subject: 'ours', unit: 'MB', value: 60, target: { atMost: 100 } },
    { group, subject: 'unadvised', unit: 'MB', value: 120, note: 'no target: not what the README advises' },
    { group, subject: LOCAL, unit: 'MB', value: 70, target: { atMost: 100 } },
  ])
})

test('without openssl, that is said, and nothing is compared', () => {
  const [ours] = fileResults(SIGNERS, { ...measurements, openssl: undefined })
  expect(ours).toEqual({
    group: 'speed, 1000 MB',
    subject: 'ours',
    unit: 'MB/s',
    value: 2000,
    note: 'not compared with openssl, which this machine does not have; in the page cache: 2.0 GB of memory available',
  })
})

test('CPU time is that without the start, beside that of the API', () => {
  const results = fileResults(SIGNERS, { ...measurements, openssl: undefined })
  const rows = results.filter(({ unit }) => unit === 'ms CPU')
  const ratio = (value: number) => ({ median: value, low: value, high: value })
  expect(rows).toMatchObject([
    {
      subject: 'ours',
      baseline: LOCAL,
      subjectMedian: 400,
      baselineMedian: 500,
      ratio: ratio(0.8),
      pairs: 2,
    },
    { subject: 'unadvised', baseline: LOCAL, subjectMedian: 600, baselineMedian: 500, ratio: ratio(1.2) },
  ])
})

test('a file that the memory has no room for is said to lie elsewhere', () => {
  const [ours] = fileResults(SIGNERS, { ...measurements, available: 0.5e9, openssl: 'OpenSSL 3' })
  expect(ours?.note).toBe('OpenSSL 3; not all in the page cache: 0.5 GB of memory available')
})
