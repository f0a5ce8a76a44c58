import { describe, expect, test } from '@jest/globals'
import { type ClockSkew, isSkewed, skewAdvice } from '../../src/protocol/clock-skew.js'

const EXPIRED =
  'Signature expired: 20150830T123600Z is now earlier than 20150830T124000Z (20150830T124500Z - 5 min.)'
const EARLY =
  'Signature not yet current: 20150830T125600Z is still later than 20150830T125000Z (20150830T124500Z + 5 min.)'

describe('a refusal', () => {
  test.each<[string, string | undefined, boolean]>([
    ['RequestExpired', undefined, true],
    ['RequestInTheFuture', undefined, true],
    ['RequestTimeTooSkewed', 'whatever', true],
    ['InvalidSignatureException', EXPIRED, true],
    ['InvalidSignatureException', EARLY, true],
    ['SignatureDoesNotMatch', EXPIRED, true],
    ['SignatureDoesNotMatch', `\n${EARLY}`, true],
    ['InvalidSignatureException', undefined, false],
    ['InvalidSignatureException', 'The request signature we calculated does not match', false],
    ['InvalidSignatureException', `The key 'Signature expired' is not known`, false],
    ['ExpiredTokenException', 'The security token included in the request is expired', false],
    ['AccessDeniedException', EXPIRED, false],
  ])('by %s: %s; is about time: %s', (code, message, expected) => {
    expect(isSkewed(code, message)).toBe(expected)
  })

  test('without a code is about nothing', () => {
    expect(isSkewed(undefined, EXPIRED)).toBe(false)
  })
})

describe('the advice', () => {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
  const behind = (span: string) => `the clock of this machine is ${span} behind the server's`
  test.each<[ClockSkew, string]>([
    [{ corrected: false }, 'check the clock of this machine: the server does not say what time it has'],
    [
      { aheadMs: 400, corrected: false },
      'the clock of this machine agrees with the time that the server says',
    ],
    [{ aheadMs: -400, corrected: true }, 'the next request is signed with the time of the server'],
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
  ])('for %j is: %s', (skew, advice) => {
    expect(skewAdvice(skew)).toBe(advice)
  })
})
