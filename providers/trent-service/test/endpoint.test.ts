import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type EndpointOptions, readEndpoint } from '../src/endpoint.js'
import { failureOf } from './support/failure.js'

describe('AWS itself', () => {
  test.each<[EndpointOptions, string]>([
    [{ region: 'eu-west-1' }, 'https://kms.eu-west-1.amazonaws.com/'],
    [{ region: 'ap-southeast-5' }, 'https://kms.ap-southeast-5.amazonaws.com/'],
    [{ region: 'us-east-1', fips: true }, 'https://kms-fips.us-east-1.amazonaws.com/'],
    [{ region: 'cn-northwest-1' }, 'https://kms.cn-northwest-1.amazonaws.com.cn/'],
    [{ region: 'us-gov-west-1' }, 'https://kms.us-gov-west-1.amazonaws.com/'],
    [{ region: 'us-gov-west-1', fips: true }, 'https://kms-fips.us-gov-west-1.amazonaws.com/'],
  ])('%j is %s', (options, url) => {
    const { region } = options
    expect(readEndpoint(options)).toEqual({ url: new URL(url), region, trusted: true })
  })

  test.each([
    '',
    'EU-WEST-1',
    'eu-west',
    'eu-west-1.evil.example',
    'x/y',
    'us-iso-east-1',
    'eusc-de-east-1',
    'eu-west-1\n',
    '__proto__',
  ])('has no region %j from which a host follows', async (region) => {
    const error = await failureOf(() => readEndpoint({ region }))
    expect(error).toMatchObject({ code: 'Configuration', provider: 'trent-service' })
    expect(error.message).toMatch(/^region must be a region of AWS such as eu-west-1, not '/)
  })

  test('needs a region', async () => {
    const error = await failureOf(() => readEndpoint({}))
    expect(error.message).toBe(
      'Set region for AWS, or endpoint for another server that speaks the protocol of AWS KMS.',
    )
  })

  test('no text makes a host of somebody else', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (region, fips) => {
        let host: string
        try {
          host = readEndpoint({ region, fips }).url.host
        } catch {
          return
        }
        expect(host).toMatch(/^kms(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/)
      }),
    )
  })
})

describe('another endpoint', () => {
  test.each<[string, string]>([
    ['https://qkms.example.com', 'https://qkms.example.com/'],
    ['https://qkms.example.com/', 'https://qkms.example.com/'],
    ['https://qkms.example.com///', 'https://qkms.example.com/'],
    ['https://example.com/kms', 'https://example.com/kms'],
    ['https://example.com/a/kms//', 'https://example.com/a/kms'],
    ['HTTPS://EXAMPLE.com:443/a b'.replace(' ', '%20'), 'https://example.com/a%20b'],
    ['http://127.0.0.1:4599', 'http://127.0.0.1:4599/'],
    ['http://127.1:8080/x', 'http://127.0.0.1:8080/x'],
    ['http://localhost:8080', 'http://localhost:8080/'],
    ['http://[::1]:8080', 'http://[::1]:8080/'],
  ])('%s posts to %s', (endpoint, url) => {
    expect(readEndpoint({ endpoint })).toMatchObject({ url: new URL(url), region: 'us-east-1' })
    expect(readEndpoint({ endpoint }).url.href).toBe(url)
  })

  test.each<[string, boolean]>([
    ['http://localhost:1', true],
    ['http://127.8.9.10', true],
    ['https://[::1]', true],
    ['https://kms.us-east-1.amazonaws.com', true],
    ['https://kms-fips.us-east-1.amazonaws.com', true],
    ['https://kms.cn-north-1.amazonaws.com.cn', true],
    ['https://kms.us-east-1.api.aws', true],
    ['https://vpce-0a1b-2c3d.kms.us-east-1.vpce.amazonaws.com', true],
    ['https://bucket.s3.amazonaws.com', false],
    ['https://kms.s3.us-east-1.amazonaws.com', false],
    ['https://ec2-1-2-3-4.compute-1.amazonaws.com', false],
    ['https://kms.us-east-1.amazonaws.com.evil.example', false],
    ['https://evil-kms.us-east-1.amazonaws.com', false],
    ['https://kms.us-east-1.evilamazonaws.com', false],
    ['https://localhost.evil.example', false],
    ['https://127.0.0.1.evil.example', false],
    ['https://qkms.example.com', false],
  ])('%s gets the credentials of the environment: %s', (endpoint, trusted) => {
    expect(readEndpoint({ endpoint, region: 'us-east-1' }).trusted).toBe(trusted)
  })

  test.each<[string, EndpointOptions, string]>([
    ['no URL', { endpoint: 'kms.example.com' }, 'must be a URL such as'],
    ['another scheme', { endpoint: 'ftp://kms.example.com' }, 'must be a URL such as'],
    ['no host', { endpoint: 'https://' }, 'must be a URL such as'],
    ['a space', { endpoint: 'https://kms.example.com /x' }, 'must be a URL such as'],
    ['a backslash', { endpoint: 'https://kms.example.com\\@evil.example' }, 'must be a URL such as'],
    ['a port that is none', { endpoint: 'https://kms.example.com:99999' }, 'must be a URL such as'],
    ['no text', { endpoint: 7 as unknown as string }, 'must be a URL such as'],
    ['a user', { endpoint: 'https://me@kms.example.com' }, 'must not hold a user or a password'],
    ['an empty user', { endpoint: 'https://@kms.example.com' }, 'must not hold a user or a password'],
    [
      'a password',
      { endpoint: 'https://me:secret-word@kms.example.com' },
      'must not hold a user or a password',
    ],
    ['a query', { endpoint: 'https://kms.example.com/?token=secret-word' }, 'must not have a query'],
    ['an empty query', { endpoint: 'https://kms.example.com?' }, 'must not have a query'],
    [
      'a fragment',
      { endpoint: 'https://kms.example.com/#secret-word' },
      'must not have a query or a fragment',
    ],
    ['http elsewhere', { endpoint: 'http://kms.example.com' }, 'is not this machine'],
    [
      'http elsewhere, in a region',
      { endpoint: 'http://kms.example.com', region: 'us-east-1' },
      'is not this machine',
    ],
    ['http to a private address', { endpoint: 'http://10.0.0.1' }, 'is not this machine'],
    [
      'http to what begins like this machine',
      { endpoint: 'http://127.0.0.1.example' },
      'is not this machine',
    ],
    ['fips', { endpoint: 'https://kms.example.com', fips: true }, 'leave it out'],
    [
      'an endpoint of AWS without its region',
      { endpoint: 'https://kms.eu-west-1.amazonaws.com' },
      'needs its region',
    ],
    [
      'a region that breaks the scope',
      { endpoint: 'https://kms.example.com', region: 'a/b' },
      'region must be made of',
    ],
    [
      'a region that is no text',
      { endpoint: 'https://x.example', region: 1 as unknown as string },
      'region must be made of',
    ],
  ])('is refused with %s', async (_, options, message) => {
    const error = await failureOf(() => readEndpoint(options))
    expect(error).toMatchObject({ code: 'Configuration', retryable: false })
    expect(error.message).toContain(message)
    expect(error.message).not.toContain('secret-word')
  })

  test('may use http elsewhere when that is permitted', () => {
    const { url } = readEndpoint({ endpoint: 'http://kms.example.com', allowInsecureHttp: true })
    expect(url.href).toBe('http://kms.example.com/')
  })

  test('has a region of its own', () => {
    expect(readEndpoint({ endpoint: 'https://kms.example.com', region: 'local' }).region).toBe('local')
  })

  test('no URL keeps a doubled slash at its end, or a secret', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (endpoint) => {
        let url: URL
        try {
          url = readEndpoint({ endpoint, allowInsecureHttp: true }).url
        } catch {
          return
        }
        expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', ''])
        expect(url.pathname).toMatch(/^\/$|[^/]$/)
      }),
    )
  })
})
