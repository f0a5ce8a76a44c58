import { expect, test } from '@jest/globals'
import { type ClockSkew, skewAdvice } from '../src/clock-skew.js'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
const behind = (span: string) => `the clock of this machine is ${span} behind the server's`

test.each<[ClockSkew, string | undefined]>([
  [{ corrected: false }, undefined],
  [{ aheadMs: 0, corrected: false }, undefined],
  [{ aheadMs: minute, corrected: false }, undefined],
  [{ aheadMs: -minute, corrected: true }, undefined],
  [{ aheadMs: minute + 1000, corrected: false }, `${behind('61 seconds')}: set it`],
  [
    { aheadMs: 7 * minute, corrected: true },
    `${behind('7 minutes')}: the next request allows for that, but set it`,
  ],
  [{ aheadMs: 90_000, corrected: false }, `${behind('90 seconds')}: set it`],
  [{ aheadMs: 100 * minute, corrected: false }, `${behind('100 minutes')}: set it`],
  [{ aheadMs: 30 * hour, corrected: false }, `${behind('30 hours')}: set it`],
  [{ aheadMs: 400 * day, corrected: false }, `${behind('400 days')}: set it`],
  [
    { aheadMs: -3 * hour, corrected: false },
    `the clock of this machine is 3 hours ahead of the server's: set it`,
  ],
])('the advice for %j is: %s', (skew, advice) => {
  expect(skewAdvice(skew)).toBe(advice)
})
