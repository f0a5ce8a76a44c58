import { expect, test } from '@jest/globals'
import { quotaResults, type Turn } from '../../../src/cases/bulk/quota-results.js'

const PLACE = { bucket: 'A bucket of 100', perSecond: 1_000, isAimedAt: true }
const [subject, other] = [{ name: 'Signport' }, { name: 'SDK' }]

const turn = (parts: Partial<Turn>): Turn => ({
  seconds: 20,
  cpuSeconds: 10,
  idle: 0.5,
  offered: 20_000,
  failed: 0,
  signed: 20_000,
  throttled: 0,
  ...parts,
})

const turns = new Map([
  ['Signport', [turn({}), turn({ seconds: 25, throttled: 5_000 })]],
  ['SDK', [turn({ seconds: 40, failed: 4_000, signed: 16_000, throttled: 16_000 }), turn({ seconds: 50 })]],
])

test('goodput stands by the quota and by that of the other, round by round', () => {
  const [byQuota, row] = quotaResults(subject, [other], turns, PLACE)
  expect(byQuota).toEqual({
    group: 'A bucket of 100: goodput',
    subject: 'Signport',
    unit: '%',
    value: 90,
    target: { atLeast: 97 },
    note: '2 rounds, from 80.00 to 100.00; 1000 requests a second, 45 % of a processor',
  })
  expect(row).toMatchObject({
    subject: 'Signport',
    baseline: 'SDK',
    subjectMedian: 90,
    baselineMedian: 40,
    ratio: { median: 2.25, low: 2, high: 2.5 },
    pairs: 2,
    note: 'the latter: 600 requests a second, 23 % of a processor',
  })
})

test('what was throttled and what failed is told of everybody, with the range', () => {
  const results = quotaResults(subject, [other], turns, PLACE).slice(2)
  const range = (least: number, most: number) => `2 rounds, from ${least}.00 to ${most}.00`
  expect(results).toMatchObject([
    { subject: 'Signport', value: 10, target: { atMost: 1 }, note: range(0, 20) },
    { subject: 'SDK', value: 25, note: range(0, 50) },
    { subject: 'Signport', value: 0, note: range(0, 0) },
    { subject: 'SDK', value: 10, note: range(0, 20) },
  ])
  expect(results.filter(({ target }) => target)).toHaveLength(1)
})

test('where nothing is aimed at, there is no target', () => {
  const results = quotaResults(subject, [other], turns, { ...PLACE, isAimedAt: false })
  expect(results.filter(({ target }) => target)).toEqual([])
})

test('a machine that could not do more is said to be the reason', () => {
  const slow = turn({ seconds: 25, cpuSeconds: 24 })
  const [byQuota] = quotaResults(subject, [], new Map([['Signport', [slow]]]), PLACE)
  expect(byQuota?.note).toContain('96 % of a processor: for lack of processor time below the quota')
})
