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
    [413, 'MessageTooLarge', false],
    [429, 'Throttled', true],
    [500, 'Internal', true],
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
  '%s may pass where new credentials can be had, and nowhere else',
  (code) => {
    expect(refused({ code, renewable: true })).toMatchObject({ code: 'Unauthenticated', retryable: true })
    expect(refused({ code, renewable: false }).retryable).toBe(false)
    expect(isExpired(refused({ code }))).toBe(true)
    expect(isExpired(refused({ code: 'AccessDeniedException' }))).toBe(false)
  },
)

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
