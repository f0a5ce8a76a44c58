import { afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { assertTlsVerified, readEndpoint, regionalHost } from '../src/endpoint.js'
import { failure } from './support/failure.js'

afterEach(() => {
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
})

const read = (endpoint: unknown, insecure = false) => readEndpoint(endpoint, insecure, 'kms.example.com')

describe('a region has a host', () => {
  test.each<[string, 'public' | 'vpc', string]>([
    ['cn-hangzhou', 'public', 'kms.cn-hangzhou.aliyuncs.com'],
    ['cn-hangzhou', 'vpc', 'kms-vpc.cn-hangzhou.aliyuncs.com'],
    ['cn-beijing-finance-1', 'public', 'kms.cn-beijing-finance-1.aliyuncs.com'],
    ['rus-west-1', 'vpc', 'kms-vpc.rus-west-1.aliyuncs.com'],
  ])('%s, %s: %s', (region, network, host) => {
    expect(regionalHost(region, network)).toBe(host)
    expect(read(host).trusted).toBe(true)
  })

  test.each(['', 'hangzhou', 'cn-hangzhou.evil.example', 'cn-hangzhou/', 'CN-hangzhou', 'cn-a@b', 'cn-', 7])(
    'and %s is none',
    async (region) => {
      const error = await failure(() => regionalHost(region, 'public'), 'Configuration')
      expect(error.message).toContain('region must be a region such as cn-hangzhou')
    },
  )

  test('and nothing that is taken for a region leaves the domain of the vendor', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (region) => {
        try {
          expect(new URL(`https://${regionalHost(region, 'public')}`).hostname).toMatch(
            /^kms\..*\.aliyuncs\.com$/,
          )
        } catch (error) {
          expect(error).toMatchObject({ code: 'Configuration' })
        }
      }),
    )
  })
})

describe('an endpoint is read', () => {
  test.each<[string, string, boolean, boolean]>([
    ['kms.cn-hangzhou.aliyuncs.com', 'https://kms.cn-hangzhou.aliyuncs.com/', false, true],
    ['https://kms.cn-hangzhou.aliyuncs.com/', 'https://kms.cn-hangzhou.aliyuncs.com/', false, true],
    ['kms.cn-hangzhou.aliyuncs.com:8443', 'https://kms.cn-hangzhou.aliyuncs.com:8443/', false, true],
    [
      'kst-hzz1.cryptoservice.kms.aliyuncs.com',
      'https://kst-hzz1.cryptoservice.kms.aliyuncs.com/',
      false,
      true,
    ],
    ['http://127.0.0.1:4599', 'http://127.0.0.1:4599/', true, true],
    ['http://localhost:4599', 'http://localhost:4599/', true, true],
    ['https://[::1]:4599', 'https://[::1]:4599/', true, true],
    ['kms.example.com', 'https://kms.example.com/', false, false],
    ['127.0.0.1.example.com', 'https://127.0.0.1.example.com/', false, false],
    [
      'kms.cn-hangzhou.aliyuncs.com.example.com',
      'https://kms.cn-hangzhou.aliyuncs.com.example.com/',
      false,
      false,
    ],
    ['kms.oss-cn-hangzhou.aliyuncs.com', 'https://kms.oss-cn-hangzhou.aliyuncs.com/', false, false],
    ['bucket.oss-cn-hangzhou.aliyuncs.com', 'https://bucket.oss-cn-hangzhou.aliyuncs.com/', false, false],
  ])('%s', (endpoint, url, loopback, trusted) => {
    const { url: got, ofInstance, ...rest } = read(endpoint)
    expect({ url: got.href, ...rest }).toEqual({ url, loopback, trusted })
    expect(ofInstance).toBe(endpoint.startsWith('kst-'))
  })

  test.each([
    'kst-a.cryptoservice.kms.aliyuncs.com.example.com',
    'kst-a.b.cryptoservice.kms.aliyuncs.com',
    'cryptoservice.kms.aliyuncs.com',
    'kst-a.cryptoservice.kms.example.com',
  ])('and is that of no instance, only because it looks like one: %s', (endpoint) => {
    expect(read(endpoint)).toMatchObject({ ofInstance: false, trusted: false })
  })

  test.each([
    '',
    'https://',
    'ftp://kms.example.com',
    'user:password@kms.example.com',
    'https://user:password@kms.example.com',
    'kms.example.com/path',
    'kms.example.com?query',
    'kms.example.com#fragment',
    'kms.example.com:123456',
    'kms example.com',
    'kms.example.com\\@evil.example',
    7,
    undefined,
  ])('and not %s, which is not shown', async (endpoint) => {
    const error = await failure(() => read(endpoint), 'Configuration')
    expect(error.message).toContain('such as kms.example.com')
    expect(error.message).not.toContain('password@')
  })

  test('and http is for this machine, unless it is permitted', async () => {
    const error = await failure(() => read('http://kms.example.com'), 'Configuration')
    expect(error.message).toContain('use https')
    expect(read('http://kms.example.com', true).url.href).toBe('http://kms.example.com/')
  })
})

test('an environment that switches verification off is an error where there is something to verify', async () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  const error = await failure(
    () => assertTlsVerified(new URL('https://a.example'), 'name it'),
    'Configuration',
  )
  expect(error.message).toMatch(/unset it; name it\.$/)
  expect(() => assertTlsVerified(new URL('http://127.0.0.1'), 'name it')).not.toThrow()
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '1'
  expect(() => assertTlsVerified(new URL('https://a.example'), 'name it')).not.toThrow()
})
