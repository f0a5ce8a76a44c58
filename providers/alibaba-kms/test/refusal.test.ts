import { describe, expect, test } from '@jest/globals'
import type { SigningErrorCode } from '@signport/core'
import { correctable, type Refusal, type Renewal, refusalError } from '../src/refusal.js'

const refused = (what: Partial<Refusal>) =>
  refusalError({ keyId: 'key-a', secrets: [], tooLarge: 'send less', ...what })

const RETRYABLE = new Set<SigningErrorCode>(['Throttled', 'Unavailable', 'Internal'])

describe('a code of the service is understood', () => {
  test.each<[string, number, SigningErrorCode]>([
    ['Forbidden.KeyNotFound', 404, 'KeyNotFound'],
    ['Forbidden.AliasNotFound', 404, 'KeyNotFound'],
    ['Forbidden.KeyVersionNotFound', 404, 'KeyNotFound'],
    ['Rejected.Disabled', 409, 'KeyDisabled'],
    ['Rejected.PendingDeletion', 409, 'InvalidKeyState'],
    ['Rejetced.PendingDeletion', 409, 'InvalidKeyState'],
    ['Rejected.PendingImport', 409, 'InvalidKeyState'],
    ['Rejected.Enabled', 409, 'InvalidKeyState'],
    ['Rejected.StateModifiedFailed', 409, 'InvalidKeyState'],
    ['UnsupportedOperation', 400, 'InvalidKeyUsage'],
    ['Rejected.UnsupportedOperation', 400, 'InvalidKeyUsage'],
    ['Unsupported.Alias', 400, 'InvalidArgument'],
    ['Unsupported.Origin', 400, 'InvalidKeyUsage'],
    ['Unsupported.ProtectionLevel', 400, 'InvalidKeyUsage'],
    ['MissingParameter', 400, 'InvalidArgument'],
    ['InvalidParameter', 400, 'InvalidArgument'],
    ['InvalidParam', 400, 'Unauthenticated'],
    ['ParseRequestParameterException', 400, 'InvalidArgument'],
    ['Forbidden.NoPermission', 403, 'AccessDenied'],
    ['Forbidden.KmsServiceNotEnabled', 403, 'AccessDenied'],
    ['Forbidden.InDebt', 403, 'AccessDenied'],
    ['Forbidden.InDebtOverdue', 403, 'AccessDenied'],
    ['Forbidden.ProhibitedByRiskControl', 403, 'AccessDenied'],
    ['Forbidden.UbsmsInvalidUserid', 403, 'AccessDenied'],
    ['Forbidden.UbsmsInvalidBid', 403, 'AccessDenied'],
    ['Rejected.LimitExceeded', 400, 'AccessDenied'],
    ['InvalidAccessKeyId.NotFound', 404, 'Unauthenticated'],
    ['InvalidAccessKeyId.Inactive', 400, 'Unauthenticated'],
    ['InvalidSecurityToken.Malformed', 400, 'Unauthenticated'],
    ['InvalidSecurityToken.MismatchWithAccessKey', 400, 'Unauthenticated'],
    ['MissingSecurityToken', 400, 'Unauthenticated'],
    ['IncompleteSignature', 400, 'Unauthenticated'],
    ['SignatureDoesNotMatch', 400, 'Unauthenticated'],
    ['SignatureNotMatch', 401, 'Unauthenticated'],
    ['Unauthorized', 401, 'Unauthenticated'],
    ['IllegalTimestamp', 400, 'Unauthenticated'],
    ['InvalidTimeStamp.Expired', 400, 'Unauthenticated'],
    ['RequestTimeTooSkewed', 400, 'Unauthenticated'],
    ['Forbidden.AccessKey', 403, 'Unauthenticated'],
    ['Rejected.Throttling', 429, 'Throttled'],
    ['Throttling', 400, 'Throttled'],
    ['Throttling.User', 400, 'Throttled'],
    ['Throttling.Api', 400, 'Throttled'],
    ['ServiceUnavailableTemporary', 503, 'Unavailable'],
    ['SerivceUnavailableTemporary', 503, 'Unavailable'],
    ['ServiceUnavailable', 503, 'Unavailable'],
    ['InternalFailure', 500, 'Internal'],
    ['InternalError', 500, 'Internal'],
    ['InvalidApiName', 400, 'Configuration'],
    ['InvalidApiVersion', 400, 'Configuration'],
    ['UnsupportedHTTPMethod', 403, 'Configuration'],
  ])('%s with %d is %s', (code, status, ours) => {
    const error = refused({ code, status, message: 'Because.' })
    expect(error).toMatchObject({
      code: ours,
      provider: 'alibaba-kms',
      providerCode: code,
      keyId: 'key-a',
      retryable: RETRYABLE.has(ours),
    })
    expect(error.message).toMatch(`alibaba-kms refused the key key-a: ${code}: Because`)
    // The status alone would say something else, or nothing.
    expect(refused({ code, status: 400 }).code).toBe(ours)
  })

  test.each<[string, ReturnType<typeof correctable>]>([
    ['InvalidSecurityToken.Expired', 'credentials'],
    ['InvalidAccessKeyId.NotFound', 'credentials'],
    ['InvalidAccessKeyId.Inactive', 'credentials'],
    ['RequestTimeTooSkewed', 'time'],
    ['IllegalTimestamp', 'time'],
    ['InvalidTimeStamp.Expired', 'time'],
    ['InvalidParam', 'time'],
    ['SignatureDoesNotMatch', undefined],
    ['InvalidParameter', undefined],
    ['constructor', undefined],
  ])('of what %s says, this could be put right: %p', (code, what) => {
    expect(correctable(code)).toBe(what)
  })

  test('the next request is worth a try where it will have other credentials, or another time', () => {
    const code = 'InvalidSecurityToken.Expired'
    expect(refused({ code })).toMatchObject({ code: 'Unauthenticated', retryable: false })
    expect(refused({ code, renewal: { renewed: false } }).retryable).toBe(false)
    expect(refused({ code, renewal: { renewed: true } }).retryable).toBe(true)
    const skew = { aheadMs: 7_200_000, corrected: true }
    expect(refused({ code: 'IllegalTimestamp', skew }).retryable).toBe(true)
    expect(refused({ code: 'IllegalTimestamp', skew: { ...skew, corrected: false } }).retryable).toBe(false)
    expect(refused({ code: 'Forbidden.NoPermission', renewal: { renewed: true } }).retryable).toBe(false)
  })

  test.each<[Renewal, string]>([
    [{ renewed: true }, '(there are others since, for the next request).'],
    [{ renewed: false }, '(there are no others than these: get new ones).'],
    [
      { renewed: false, why: 'The vault of a-secret-that-is-long is sealed.' },
      '(others could not be had: The vault of [removed] is sealed).',
    ],
  ])('the error says of credentials whether there are others: %p', (renewal, text) => {
    const secrets = ['a-secret-that-is-long']
    const { message } = refused({ code: 'InvalidSecurityToken.Expired', renewal, secrets })
    expect(message).toMatch(/^alibaba-kms refused the key key-a: InvalidSecurityToken\.Expired \(/)
    expect(message.endsWith(text)).toBe(true)
  })

  test('the error says how far the clock of this machine is off, if it is', () => {
    const messageOf = (aheadMs: number) =>
      refused({ code: 'RequestTimeTooSkewed', skew: { aheadMs, corrected: false } }).message
    expect(messageOf(7_200_000)).toContain(
      "(the clock of this machine is 2 hours behind the server's: set it).",
    )
    expect(messageOf(-61_000)).toContain("is 61 seconds ahead of the server's")
    expect(messageOf(-60_000)).toContain('(check the credentials and the clock of this machine)')
  })
})

describe('without a known code the status decides', () => {
  test.each<[string | undefined, number | undefined, SigningErrorCode, boolean]>([
    [undefined, 429, 'Throttled', true],
    ['Rejected.New', 429, 'Throttled', true],
    [undefined, 502, 'Unavailable', true],
    [undefined, 503, 'Unavailable', true],
    [undefined, 504, 'Unavailable', true],
    [undefined, 500, 'Internal', true],
    ['Forbidden.New', 403, 'Internal', false],
    ['Unsupported.New', 400, 'Internal', false],
    ['Rejected.New', 500, 'Internal', true],
    ['constructor', 400, 'Internal', false],
    ['__proto__', 400, 'Internal', false],
    ['New', undefined, 'Internal', true],
    [undefined, 408, 'Unavailable', true],
    [undefined, 425, 'Unavailable', true],
    ['Rejected.New', 408, 'Unavailable', true],
    [undefined, 400, 'InvalidResponse', false],
    [undefined, 401, 'InvalidResponse', false],
    [undefined, 403, 'InvalidResponse', false],
    [undefined, 407, 'InvalidResponse', false],
    [undefined, undefined, 'InvalidResponse', false],
  ])('%s with %s is %s', (code, status, ours, retryable) => {
    const error = refused({ code, status })
    expect(error).toMatchObject({ code: ours, retryable })
    expect(error.providerCode).toBe(code)
  })

  test.each([400, 401, 403, 407])(
    'and %d, which may be of others, is told with what to look at',
    (status) => {
      expect(refused({ status }).message).toBe(
        `alibaba-kms refused the key key-a: HTTP ${status} (no refusal of KMS: check the endpoint, and what stands before the service, such as a proxy).`,
      )
    },
  )

  test.each([undefined, 'InvalidParameter', 'Rejected.Throttling'])(
    'a body that is too large is a message that is too large, whatever else is said: %s',
    (code) => {
      const error = refused({ code, status: 413 })
      expect(error).toMatchObject({ code: 'MessageTooLarge', retryable: false })
      expect(error.message).toMatch(/ \(send less\)\.$/)
    },
  )
})

test('what the service says is shown without secrets, in one line, with what to do', () => {
  const secrets = ['LTAI5tTestTestTestTestTest', 'a-secret-message-that-was-signed']
  const error = refused({
    code: 'Forbidden.NoPermission',
    status: 403,
    message: `User LTAI5tTestTestTestTestTest may not sign a-secret-message-that-was-signed.\nSecond line`,
    requestId: '475f1620-b9d3-4d35-b5c6-3fbdd941423d',
    retryAfterMs: 2000,
    secrets,
  })
  expect(error.message).toBe(
    'alibaba-kms refused the key key-a: Forbidden.NoPermission: User [removed] may not sign [removed] (permit the operation on this key to these credentials, and look at the state of the account).',
  )
  expect(error).toMatchObject({ requestId: '475f1620-b9d3-4d35-b5c6-3fbdd941423d', retryAfterMs: 2000 })
})
