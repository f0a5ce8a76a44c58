import { describe, expect, test } from '@jest/globals'
import { type AwsKmsOptions, createAwsKmsProvider } from '../src/index.js'
import { everythingOf, failure } from './support/failure.js'
import { CREDENTIALS } from './support/requests.js'

const SECRET = 'hunter2-hunter2'
const client = { send: async () => ({ $metadata: {} }) } as never

describe('options that cannot be right are refused before anything is loaded', () => {
  test.each<[string, object, string]>([
    [
      'a region that is empty',
      { region: '' },
      "region must be the name of a region such as eu-west-1, not ''",
    ],
    ['a region that is no text', { region: 5 }, 'not 5'],
    [
      'a region that would be another host',
      { region: 'eu-west-1.example.com/' },
      "not 'eu-west-1.example.com/'",
    ],
    ['a region with capitals', { region: 'EU-WEST-1' }, "not 'EU-WEST-1'"],
    ['a region that is no label of a host', { region: 'a'.repeat(64) }, 'region must be'],
    ['a region that means FIPS', { region: 'fips-us-east-1' }, 'use the option useFipsEndpoint'],
    ['another one', { region: 'us-east-1-fips' }, 'use the option useFipsEndpoint'],
    ['a region with control characters', { region: 'eu\u001b[2J' }, 'eu\\u{1b}[2J'],
    ['a profile that is empty', { profile: '' }, "profile must be text that is not empty, not ''"],
    ['a flag that is text', { useFipsEndpoint: 'yes' }, "useFipsEndpoint must be true or false, not 'yes'"],
    ['another one', { useDualstackEndpoint: 1 }, 'useDualstackEndpoint must be true or false, not 1'],
    ['a third one', { allowInsecureHttp: null }, 'allowInsecureHttp must be true or false, not null'],
    [
      'no request at once',
      { maxConcurrency: 0 },
      'maxConcurrency must be a whole number from 1 to 10000, not 0',
    ],
    ['half a request', { maxConcurrency: 1.5 }, 'not 1.5'],
    ['requests in words', { maxConcurrency: 'many' }, "not the text 'many'"],
    ['requests without end', { maxConcurrency: Number.POSITIVE_INFINITY }, 'not Infinity'],
    ['no request in a second', { maxPerSecond: 0 }, 'maxPerSecond must be a number above 0'],
    ['a rate that is none', { maxPerSecond: Number.NaN }, 'not NaN'],
    [
      'grant tokens that are no list',
      { grantTokens: SECRET },
      'grantTokens must be a list of at most 10 strings of 1 to 8192 characters',
    ],
    ['an empty grant token', { grantTokens: [SECRET, ''] }, 'grantTokens must be'],
    ['a grant token that is too long', { grantTokens: ['t'.repeat(8193)] }, 'grantTokens must be'],
    ['eleven grant tokens', { grantTokens: Array(11).fill(SECRET) }, 'grantTokens must be'],
    [
      'credentials that are text',
      { credentials: SECRET },
      'The accessKeyId of the option credentials must be a string, not undefined',
    ],
    [
      'no secret',
      { credentials: { accessKeyId: SECRET } },
      'The secretAccessKey of the option credentials must be a string',
    ],
    [
      'an empty secret',
      { credentials: { accessKeyId: SECRET, secretAccessKey: '' } },
      'none of them a control character',
    ],
    [
      'a line end in an id',
      { credentials: { ...CREDENTIALS, accessKeyId: `${SECRET}\n` } },
      'visible characters of ASCII, without spaces',
    ],
    [
      'a space in a token',
      { credentials: { ...CREDENTIALS, sessionToken: `${SECRET} x` } },
      'visible characters of ASCII, without spaces',
    ],
    [
      'a token that is no text',
      { credentials: { ...CREDENTIALS, sessionToken: 5 } },
      'The sessionToken of the option credentials must be a string, not number',
    ],
    ['a client that is none', { client: { sign: () => SECRET } }, 'client must be a KMSClient'],
    ['no client', { client: null }, 'client must be a KMSClient of @aws-sdk/client-kms, not null'],
    [
      'an endpoint for credentials that are found',
      { endpoint: 'https://kms.example.com' },
      'is not KMS of AWS',
    ],
  ])('%s', async (_, options, text) => {
    const error = await failure(() => createAwsKmsProvider(options as AwsKmsOptions), 'Configuration')
    expect(error.message).toContain(text)
    expect(error).toMatchObject({ provider: 'aws-kms', retryable: false })
    expect(everythingOf(error)).not.toContain(SECRET)
  })

  test.each<[string, AwsKmsOptions]>([
    ['region', { region: 'us-east-1' }],
    ['endpoint', { endpoint: 'http://127.0.0.1:4566' }],
    ['allowInsecureHttp', { allowInsecureHttp: false }],
    ['profile', { profile: 'p' }],
    ['credentials', { credentials: CREDENTIALS }],
    ['useFipsEndpoint', { useFipsEndpoint: true }],
    ['useDualstackEndpoint', { useDualstackEndpoint: true }],
  ])('a client together with %s', async (name, options) => {
    const error = await failure(() => createAwsKmsProvider({ client, ...options }), 'Configuration')
    expect(error.message).toContain(`client and ${name} cannot be given together`)
  })
})

describe('options that can be right', () => {
  test.each<[string, AwsKmsOptions | undefined]>([
    ['none', undefined],
    [
      'all that are undefined',
      { region: undefined, endpoint: undefined, credentials: undefined, client: undefined },
    ],
    ['a client with grant tokens', { client, grantTokens: ['t'] }],
    ['a client with limits', { client, maxConcurrency: 50, maxPerSecond: 0.5 }],
    ['ten grant tokens', { grantTokens: Array(10).fill('t') }],
    ['a grant token that is as long as any', { grantTokens: ['t'.repeat(8192)] }],
    ['no grant tokens', { grantTokens: [] }],
    ['a function for credentials', { credentials: async () => CREDENTIALS }],
    ['a region that only an emulator has', { region: 'local' }],
  ])('%s', (_, options) => {
    expect(createAwsKmsProvider(options).name).toBe('aws-kms')
  })

  test.each<[string, AwsKmsOptions, object]>([
    ['none where none are given', {}, {}],
    ['those that are given', { maxConcurrency: 5, maxPerSecond: 7 }, { maxConcurrency: 5, maxPerSecond: 7 }],
    [
      'one attempt with a client that repeats by itself',
      { client, maxPerSecond: 7 },
      { maxAttempts: 1, maxPerSecond: 7 },
    ],
  ])('give the provider its limits: %s', (_, options, limits) => {
    expect(createAwsKmsProvider(options).limits).toEqual(limits)
  })

  test('nothing of them shows in the provider', () => {
    const provider = createAwsKmsProvider({
      credentials: { ...CREDENTIALS, sessionToken: SECRET },
      grantTokens: [SECRET],
    })
    const shown = everythingOf(provider)
    for (const secret of [SECRET, ...Object.values(CREDENTIALS)]) expect(shown).not.toContain(secret)
  })
})
