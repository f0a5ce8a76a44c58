import { describe, expect, test } from '@jest/globals'
import type { SigningErrorCode } from '@signport/core'
import { isExpired, type Refusal, refusalError } from '../../src/protocol/index.js'

const refused = (more: Partial<Refusal>) => refusalError({ provider: 'p', keyId: 'k', ...more })

describe('the code of a service', () => {
  test.each<[string, SigningErrorCode, boolean]>([
    ['NotFoundException', 'KeyNotFound', false],
    ['DisabledException', 'KeyDisabled', false],
    ['KMSInvalidStateException', 'InvalidKeyState', false],
    ['InvalidKeyUsageException', 'InvalidKeyUsage', false],
    ['UnsupportedOperationException', 'InvalidKeyUsage', false],
    ['KeyUnavailableException', 'KeyUnavailable', true],
    ['ValidationException', 'InvalidArgument', false],
    ['SerializationException', 'InvalidArgument', false],
    ['InvalidArnException', 'InvalidArgument', false],
    ['InvalidGrantTokenException', 'InvalidArgument', false],
    ['AccessDeniedException', 'AccessDenied', false],
    ['NotAuthorized', 'AccessDenied', false],
    ['NotAuthorizedException', 'Unauthenticated', false],
    ['UnrecognizedClientException', 'Unauthenticated', false],
    ['InvalidSignatureException', 'Unauthenticated', false],
    ['ExpiredTokenException', 'Unauthenticated', false],
    ['AlreadyExistsException', 'InvalidArgument', false],
    ['InvalidAliasNameException', 'InvalidArgument', false],
    ['TagException', 'InvalidArgument', false],
    ['ConflictException', 'InvalidKeyState', false],
    ['ThrottlingException', 'Throttled', true],
    ['LimitExceededException', 'Throttled', true],
    ['DependencyTimeoutException', 'Unavailable', true],
    ['KMSInternalException', 'Internal', true],
    ['UnknownOperationException', 'Configuration', false],
    ['SomethingNewException', 'Internal', false],
    ['__proto__', 'Internal', false],
  ])('%s is %s, whatever the status', (name, code, retryable) => {
    for (const status of [400, 404, 409, 412])
      expect(refused({ code: name, status })).toMatchObject({ code, retryable, providerCode: name })
  })
})

describe('the status', () => {
  test.each<[number | undefined, SigningErrorCode, boolean]>([
    [undefined, 'InvalidResponse', false],
    [400, 'InvalidResponse', false],
    [401, 'InvalidResponse', false],
    [403, 'InvalidResponse', false],
    [407, 'InvalidResponse', false],
    [408, 'Unavailable', true],
    [425, 'Unavailable', true],
    [413, 'MessageTooLarge', false],
    [429, 'Throttled', true],
    [500, 'Internal', true],
    [501, 'Internal', false],
    [502, 'Unavailable', true],
    [503, 'Unavailable', true],
    [504, 'Unavailable', true],
  ])('%s is %s where there is no code', (status, code, retryable) => {
    expect(refused({ status })).toMatchObject({ code, retryable })
    expect('providerCode' in refused({ status })).toBe(false)
  })

  test('of a code that is not known decides whether it may pass', () => {
    expect(refused({ code: 'NewException', status: 500 })).toMatchObject({
      code: 'Internal',
      retryable: true,
    })
    expect(refused({ code: 'NewException', status: 503 })).toMatchObject({
      code: 'Unavailable',
      retryable: true,
    })
  })
})

test.each(['ExpiredToken', 'ExpiredTokenException'])(
  '%s may pass where there are other credentials now, and nowhere else',
  (code) => {
    const renewed = refused({ code, renewed: true })
    expect(renewed).toMatchObject({ code: 'Unauthenticated', retryable: true })
    expect(renewed.message).toContain('(others have been fetched: try again)')
    const same = refused({ code, renewed: false })
    expect(same).toMatchObject({ code: 'Unauthenticated', retryable: false })
    expect(same.message).toContain('(there are no others than these: get new ones)')
    const unknown = refused({ code })
    expect(unknown).toMatchObject({ code: 'Unauthenticated', retryable: false })
    expect(unknown.message).toContain('(get new credentials)')
    expect(isExpired(refused({ code }))).toBe(true)
    expect(isExpired(refused({ code: 'AccessDeniedException' }))).toBe(false)
  },
)

describe('a request that was refused for its time', () => {
  const message = 'Signature expired: 20150830T123600Z is now earlier than 20150830T124000Z'
  test.each([
    [{ code: 'RequestExpired' }],
    [{ code: 'RequestInTheFuture' }],
    [{ code: 'RequestTimeTooSkewed' }],
    [{ code: 'InvalidSignatureException', message }],
    [{ code: 'SignatureDoesNotMatch', message }],
  ])('may pass where the next one has another time, and nowhere else: %j', (refusal) => {
    const corrected = refused({ ...refusal, skew: { aheadMs: 600_000, corrected: true } })
    expect(corrected).toMatchObject({ code: 'Unauthenticated', retryable: true })
    expect(corrected.message).toContain("10 minutes behind the server's: the next request allows for that")
    const not = refused({ ...refusal, skew: { aheadMs: 600_000, corrected: false } })
    expect(not).toMatchObject({ code: 'Unauthenticated', retryable: false })
    expect(not.message).toContain("(the clock of this machine is 10 minutes behind the server's: set it)")
    const unknown = refused(refusal)
    expect(unknown).toMatchObject({ code: 'Unauthenticated', retryable: false })
    expect(unknown.message).toContain('(check the clock of this machine: ')
  })

  test('is not told from another by what is known of the clocks', () => {
    const skew = { aheadMs: 600_000, corrected: true }
    const error = refused({ code: 'InvalidSignatureException', message: 'does not match', skew })
    expect(error).toMatchObject({ code: 'Unauthenticated', retryable: false })
  })
})

describe('a signature that is not right', () => {
  test.each<[string, string | undefined, SigningErrorCode, string]>([
    [
      'for another region',
      "Credential should be scoped to a valid region, not 'eu-west-1'.",
      'Configuration',
      '(check the region: ',
    ],
    [
      'for another day',
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP',
      'Unauthenticated',
      '(check the credentials, ',
    ],
    [
      'by another secret',
      'The request signature we calculated does not match the signature you provided.',
      'Unauthenticated',
      '(check the credentials, ',
    ],
    ['without a reason', undefined, 'Unauthenticated', '(check the credentials, '],
  ])('%s', (_, message, code, advice) => {
    const error = refused({ code: 'InvalidSignatureException', message })
    expect(error).toMatchObject({ code, retryable: false, providerCode: 'InvalidSignatureException' })
    expect(error.message).toContain(advice)
  })
})

describe('the code that is told', () => {
  test.each<[string, readonly string[], string]>([
    [
      'XksProxyVpcEndpointServiceInvalidConfigurationException',
      [],
      'XksProxyVpcEndpointServiceInvalidConfigurationException',
    ],
    ['KMSInvalidSignatureException', ['KMSInvalidSignatureException'], 'KMSInvalidSignatureException'],
    ['the-secret', ['the-secret'], '[removed]'],
    ['wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYxxx', [], '[removed]'],
  ])('for %s beside the secrets %j is %s', (code, secrets, expected) => {
    expect(refused({ code, secrets }).providerCode).toBe(expected)
  })
})

describe('the message', () => {
  test.each<[Partial<Refusal>, string]>([
    [
      { code: 'DisabledException', message: 'k is disabled.' },
      'p refused the key k: DisabledException: k is disabled (enable the key, or sign with another one).',
    ],
    [{ code: 'NewException' }, 'p refused the key k: NewException.'],
    [{ status: 502 }, 'p refused the key k: HTTP 502.'],
    [
      { status: 403 },
      'p refused the key k: HTTP 403 (there is no code of the service in it: check the endpoint, the credentials, and what proxies there are before it).',
    ],
    [{ keyId: undefined, code: 'NewException' }, 'p refused the request: NewException.'],
    [
      { code: 'NewException', message: 'with the-secret', secrets: ['the-secret'] },
      'p refused the key k: NewException: with [removed].',
    ],
  ])('of %j', (more, expected) => {
    expect(refused(more).message).toBe(expected)
  })
})

test('what else is known is in the error', () => {
  const error = refused({ code: 'ThrottlingException', requestId: 'id-1', retryAfterMs: 2000 })
  expect(error).toMatchObject({ provider: 'p', keyId: 'k', requestId: 'id-1', retryAfterMs: 2000 })
})
