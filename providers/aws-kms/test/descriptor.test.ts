import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createSigner } from '@signport/core'
import { type AwsKmsConfig, provider } from '../src/index.js'
import { failure } from './support/failure.js'
import { startKms, type TestKey, type TestKms } from './support/kms.js'
import { strangerVerifies } from './support/stranger.js'

let kms: TestKms
let key: TestKey
beforeAll(async () => {
  kms = await startKms()
  key = await kms.createKey('ECC_NIST_P256')
})
afterAll(() => kms.close())

const SECRET = 'a-secret-of-the-test'

async function validate(config: unknown) {
  const schema = await provider.configSchema()
  return schema['~standard'].validate(config)
}

const whole = (): AwsKmsConfig => ({
  ...kms.options,
  allowInsecureHttp: false,
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
  maxConcurrency: 2,
  maxPerSecond: 50,
  grantTokens: ['token'],
})

test('is found by its name and its scheme', () => {
  expect(provider).toMatchObject({ name: 'aws-kms', uriSchemes: ['awskms'] })
})

describe('a configuration', () => {
  test('with everything signs', async () => {
    const result = await validate(whole())
    if (result.issues) throw new Error('The configuration is refused.')
    const signer = createSigner({
      provider: provider.create(result.value),
      keyId: key.id,
      algorithm: 'ES256',
    })
    const message = Buffer.from('message')
    const { bytes } = await signer.sign(message)
    await signer.close()
    expect(strangerVerifies('ES256', await kms.publicKey(key), message, bytes)).toBe(true)
  })

  test('hands on a session token', async () => {
    const { accessKeyId, secretAccessKey } = kms.options.credentials
    const credentials = { accessKeyId, secretAccessKey, sessionToken: 'unknown-to-the-emulator' }
    const made = provider.create({ ...kms.options, credentials })
    const signer = createSigner({ provider: made, keyId: key.id, algorithm: 'ES256' })
    const error = await failure(() => signer.sign(Buffer.from('message')), 'Unauthenticated')
    expect(error.providerCode).toBe('UnrecognizedClientException')
    await signer.close()
  })

  test('may be empty, or have a profile alone', async () => {
    for (const config of [{}, { profile: 'signing' }]) {
      const result = await validate(config)
      expect(result.issues).toBeUndefined()
      expect(provider.create(config).name).toBe('aws-kms')
    }
  })

  test.each<[string, object, string]>([
    ['an option that nobody knows', { regoin: 'eu-west-1' }, 'regoin'],
    ['a client, which only code can give', { client: {} }, 'client'],
    ['a region that is a number', { region: 5 }, 'region'],
    ['an empty region', { region: '' }, 'region'],
    ['an empty profile', { profile: '' }, 'profile'],
    ['a flag that is text', { useFipsEndpoint: 'true' }, 'useFipsEndpoint'],
    ['no request at once', { maxConcurrency: 0 }, 'maxConcurrency'],
    ['half a request', { maxConcurrency: 1.5 }, 'maxConcurrency'],
    ['no request in a second', { maxPerSecond: 0 }, 'maxPerSecond'],
    ['a rate as text', { maxPerSecond: '5' }, 'maxPerSecond'],
    ['one grant token', { grantTokens: 'token' }, 'grantTokens'],
    ['eleven grant tokens', { grantTokens: Array(11).fill('t') }, 'grantTokens'],
    ['half of credentials', { credentials: { accessKeyId: 'a' } }, 'credentials.secretAccessKey'],
    [
      'credentials with more than that',
      { credentials: { accessKeyId: 'a', secretAccessKey: 'b', expiration: 'c' } },
      'credentials.expiration',
    ],
  ])('must not have %s', async (_, config, path) => {
    const { issues = [] } = await validate(config)
    const paths = issues.map((issue) =>
      (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part)).join('.'),
    )
    expect(paths).toEqual([path])
  })

  test.each<[string, object]>([
    ['credentials as text', { credentials: `AKIAIOSFODNN7EXAMPLE:${SECRET}` }],
    ['credentials as a list', { credentials: ['AKIAIOSFODNN7EXAMPLE', SECRET] }],
    ['credentials as a number', { credentials: 4711_4711 }],
    ['an accessKeyId that is a number', { credentials: { accessKeyId: 4711_4711, secretAccessKey: SECRET } }],
    ['a secretAccessKey that is a number', { credentials: { accessKeyId: 'A', secretAccessKey: 4711_4711 } }],
    ['a secretAccessKey in a list', { credentials: { accessKeyId: 'A', secretAccessKey: [SECRET] } }],
    [
      'a sessionToken that is a number',
      { credentials: { accessKeyId: 'A', secretAccessKey: SECRET, sessionToken: 4711_4711 } },
    ],
    ['more than credentials', { credentials: { accessKeyId: 'A', secretAccessKey: 'B', profile: SECRET } }],
    ['grant tokens as text', { grantTokens: SECRET }],
    ['grant tokens as a number', { grantTokens: 4711_4711 }],
    ['grant tokens in an object', { grantTokens: { token: SECRET } }],
    ['a grant token that is a number', { grantTokens: [4711_4711] }],
    ['eleven grant tokens', { grantTokens: Array(11).fill(SECRET) }],
  ])('never quotes a secret: %s', async (_, config) => {
    const { issues = [] } = await validate(config)
    expect(issues.length).toBeGreaterThan(0)
    const shown = issues.map(({ message }) => message).join()
    expect(shown).not.toMatch(/a-secret-of-the-test|AKIA|47114711/)
    expect(shown).toMatch(/must |there is no such option|is missing/)
  })

  test('that passes the schema and cannot be right fails when the provider is made', async () => {
    const error = await failure(
      () => provider.create({ endpoint: 'http://kms.example.com' }),
      'Configuration',
    )
    expect(error.message).toContain('plain http')
  })
})
