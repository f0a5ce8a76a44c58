import { describe, expect, test } from '@jest/globals'
import type { ClockSkew } from '@signport/core/kit'
import { isSkewed, timeAdvice } from '../../src/protocol/clock-skew.js'

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
  test.each<[ClockSkew, string]>([
    [{ corrected: false }, 'check the clock of this machine: the server does not say what time it has'],
    [
      { aheadMs: 400, corrected: false },
      'the clock of this machine agrees with the time that the server says',
    ],
    [{ aheadMs: -400, corrected: true }, 'the next request is signed with the time of the server'],
    [
      { aheadMs: -10_800_000, corrected: false },
      `the clock of this machine is 3 hours ahead of the server's: set it`,
    ],
  ])('for %j is: %s', (skew, advice) => {
    expect(timeAdvice(skew)).toBe(advice)
  })
})
