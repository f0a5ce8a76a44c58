import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isKmsHost, isLoopback, mayHaveFoundCredentials } from '../../src/protocol/index.js'

describe('a host of AWS KMS', () => {
  test.each([
    'kms.eu-west-1.amazonaws.com',
    'kms-fips.us-gov-west-1.amazonaws.com',
    'kms.eu-west-1.api.aws',
    'kms.cn-north-1.amazonaws.com.cn',
    'kms.cn-north-1.api.amazonwebservices.com.cn',
    'kms.eusc-de-east-1.amazonaws.eu',
    'kms.us-iso-east-1.c2s.ic.gov',
    'vpce-0123-abc.kms.eu-west-1.vpce.amazonaws.com',
    'vpce-0123-abc-eu-west-1a.kms.eu-west-1.vpce.amazonaws.com',
  ])('is %s', (host) => {
    expect([isKmsHost(host), isLoopback(host), mayHaveFoundCredentials(host)]).toEqual([true, false, true])
  })

  test.each([
    'kms.s3.amazonaws.com',
    'kms-1.eu-west-1.elb.amazonaws.com',
    'kms.eu-west-1.notamazonaws.com',
    'kms.eu-west-1.amazonaws.com.example.com',
    'evil-kms.eu-west-1.amazonaws.com',
    'kms.eu-west-1.vpce.amazonaws.com',
    'vpce-0123.kms.eu-west-1.amazonaws.com',
    '127.0.0.1.example.com',
    'evil.localhost',
    '',
  ])('is not %j, and neither is that this machine', (host) => {
    expect([isKmsHost(host), isLoopback(host), mayHaveFoundCredentials(host)]).toEqual([false, false, false])
  })

  test('is none that anybody may have', () => {
    fc.assert(fc.property(fc.domain(), (host) => expect(mayHaveFoundCredentials(host)).toBe(false)))
  })
})

describe('this machine', () => {
  test.each(['localhost', '127.0.0.1', '127.255.1.2', '[::1]', '::1'])('is %s', (host) => {
    expect([isKmsHost(host), isLoopback(host), mayHaveFoundCredentials(host)]).toEqual([false, true, true])
  })

  test('has the addresses that begin with 127, and no others', () => {
    fc.assert(fc.property(fc.ipV4(), (host) => expect(isLoopback(host)).toBe(host.startsWith('127.'))))
  })
})
