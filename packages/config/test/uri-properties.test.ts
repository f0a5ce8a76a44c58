import { describe, expect, test } from '@jest/globals'
import { SigningError } from '@signport/core'
import fc from 'fast-check'
import { parseUri } from '../src/uri.js'
import { type Read, uriOf } from './support/uri-builder.js'
import { objections } from './support/uri-examples.js'

/** Text that a name can be: whatever Unicode has, but for control characters and halves of characters. */
const word = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text))

/** Names of keys, with what separates, encodes and quotes far more often than chance would. */
const name = fc.oneof(
  word,
  fc.string({
    unit: fc.constantFrom('a', 'Z', '0', '/', ':', '?', '#', '%', '&', '=', '+', '@', '.', ' ', 'é'),
    minLength: 1,
  }),
)

const alias = name.map((text) => `alias/${text}`)
const arn = name.map((text) => `arn:aws:kms:eu-west-1:111122223333:${text}`)
const id = name.filter((text) => !/^(?:alias\/$|arn:)/.test(text))
const plainId = name.filter((text) => !text.includes('/'))

const variable = fc.stringMatching(/^[A-Za-z_]\w{0,20}$/)
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

const label = fc
  .stringMatching(/^[a-z](?:[a-z0-9-]{0,10}[a-z0-9])?$/)
  .filter((text) => !text.startsWith('xn-'))
const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
const notKey = domain.filter((host) => host !== 'alias')
const port = fc.option(
  fc.integer({ min: 1, max: 65_535 }).map((number) => `:${number}`),
  { nil: '' },
)
const ipv6 = fc.ipV6().map((address) => new URL(`http://[${address}]`).hostname)

const https = fc
  .tuple(fc.oneof(notKey, fc.ipV4(), ipv6), port)
  .map(([host, suffix]) => `https://${host}${suffix}`)
const loopback = fc
  .tuple(fc.constantFrom('localhost', '127.0.0.1', '127.9.8.7', '[::1]'), port)
  .map(([host, suffix]) => `http://${host}${suffix}`)
const endpoint = fc.oneof(https, loopback)

const prefix = fc
  .array(
    fc.stringMatching(/^[\w.~-]{1,8}$/).filter((segment) => !/^(?:\.{1,2}|alias)$/.test(segment)),
    { maxLength: 3 },
  )
  .map((segments) => segments.map((segment) => `/${segment}`).join(''))

const common = {
  algorithm: optional(word),
  encoding: optional(fc.constantFrom('der', 'ieee-p1363')),
  thumbprint: optional(word),
}

const CONFIGURATIONS: Record<string, fc.Arbitrary<Read>> = {
  local: fc
    .record({
      ...common,
      key: name.filter((path) => !path.startsWith('//')),
      generate: optional(fc.constantFrom(true, false, 'always')),
      allowGroupRead: optional(fc.boolean()),
      passphrase: optional(fc.record({ passphraseEnv: variable })),
      file: optional(word),
    })
    .map(({ passphrase, file, ...rest }) => ({
      provider: 'local',
      ...rest,
      ...(passphrase ?? { passphraseFile: file }),
    })),
  'public-key': fc.record({ ...common, provider: fc.constant('public-key'), key: name }),
  'aws-kms': fc.record({
    ...common,
    provider: fc.constant('aws-kms'),
    key: fc.oneof(plainId, alias, arn),
    endpoint: optional(endpoint),
    region: optional(word),
    profile: optional(word),
  }),
  'trent-service': fc
    .record({
      ...common,
      key: fc.oneof(id, alias, arn),
      endpoint,
      prefix,
      region: optional(word),
      auth: optional(fc.constantFrom('sigv4', 'none')),
      caFile: optional(word),
    })
    .map(({ prefix: path, endpoint: origin, ...rest }) => ({
      provider: 'trent-service',
      ...rest,
      endpoint: `${origin}${path}`,
    })),
  'alibaba-kms by OpenAPI': fc.record({
    ...common,
    provider: fc.constant('alibaba-kms'),
    key: fc.oneof(plainId, alias),
    transport: fc.constant('openapi'),
    endpoint: optional(endpoint),
    region: optional(word),
    network: optional(fc.constantFrom('public', 'vpc')),
    keyVersion: optional(word),
  }),
  'alibaba-kms by an instance': fc.record({
    ...common,
    provider: fc.constant('alibaba-kms'),
    key: fc.oneof(plainId, alias),
    transport: fc.constant('instance'),
    endpoint,
    clientKeyFile: word,
    passwordFile: optional(word),
    passwordEnv: optional(variable),
    caFile: optional(word),
    keyVersion: optional(word),
  }),
}

/** Without the options that are left out. */
const compact = (config: Read) =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as unknown as Read

describe.each(Object.entries(CONFIGURATIONS))('%s', (_, configurations) => {
  test('is read back from the URI that is written for it', () => {
    fc.assert(
      fc.property(configurations.map(compact), (config) => {
        expect(parseUri(uriOf(config))).toEqual(config)
      }),
      { numRuns: 500 },
    )
  })
})

test.each(Object.entries(CONFIGURATIONS).filter(([provider]) => provider !== 'public-key'))(
  '%s: its schema takes whatever a URI gives',
  async (_, configurations) => {
    await fc.assert(
      fc.asyncProperty(configurations.map(compact), async (config) => {
        expect(await objections(uriOf(config))).toEqual([])
      }),
      { numRuns: 200 },
    )
  },
)

describe('whatever comes', () => {
  const pieces = fc.constantFrom(
    ...[
      '/',
      '//',
      '///',
      ':',
      '?',
      '&',
      '=',
      '%',
      '#',
      '@',
      '[',
      ']',
      '.',
      '..',
      '%2F',
      '%00',
      '%41',
      '\\',
      ' ',
    ],
    ...[
      'localhost',
      '127.0.0.1',
      '[::1]',
      'example.com',
      ':443',
      ':0',
      'alias',
      'alias/',
      'arn:aws:kms:',
      'key',
      'é',
    ],
    ...[
      'algorithm=ES256',
      'scheme=http',
      'scheme=https',
      'region=r',
      'transport=openapi',
      'transport=instance',
    ],
    ...[
      'clientKeyFile=c',
      'auth=none',
      'generate=true',
      'encoding=der',
      'thumbprint=t',
      'caFile=f',
      'password=p',
    ],
  )
  const schemes = fc.constantFrom('local', 'awskms', 'alikms', 'trent', 'trent+http', 'public-key')
  const puzzle = fc.oneof(
    fc.array(fc.oneof({ weight: 8, arbitrary: pieces }, word), { maxLength: 12 }).map((all) => all.join('')),
    fc
      .tuple(fc.constantFrom('', 'localhost', 'example.com'), name, fc.array(pieces, { maxLength: 4 }))
      .map(([host, key, query]) => `//${host}/${key}?${query.join('&')}`),
  )
  const text = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(schemes, puzzle).map(([scheme, rest]) => `${scheme}:${rest}`) },
    fc.tuple(schemes, fc.string({ unit: 'binary' })).map(([scheme, rest]) => `${scheme}:${rest}`),
    fc.string({ unit: 'binary' }),
  )

  test('there is the error that callers expect, or a configuration that means the same when it is written anew', () => {
    let configurations = 0
    fc.assert(
      fc.property(text, (uri) => {
        const read = readOrRefused(uri)
        if (!read) return
        configurations++
        expect(read.key).not.toBe('')
        expect(parseUri(uriOf(read))).toEqual(read)
      }),
      { numRuns: 5_000 },
    )
    // The generator is worth nothing when all that it makes is refused.
    expect(configurations).toBeGreaterThan(50)
  })

  test('plain http never leaves this machine, and no endpoint has more than origin and path', () => {
    fc.assert(
      fc.property(text, (uri) => {
        const found = readOrRefused(uri)?.endpoint
        if (found === undefined) return
        const url = new URL(String(found))
        expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', ''])
        expect(['https:', 'http:']).toContain(url.protocol)
        if (url.protocol === 'http:')
          expect(url.hostname).toMatch(/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/)
        expect(url.pathname === '/' || String(found).endsWith(url.pathname)).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })
})

function readOrRefused(uri: string): Read | undefined {
  try {
    return parseUri(uri)
  } catch (error) {
    expect(SigningError.is(error, 'Configuration')).toBe(true)
    return undefined
  }
}
