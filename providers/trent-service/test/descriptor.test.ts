import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parseAlgorithm } from '@signport/core'
import { provider, type TrentServiceConfig } from '../src/index.js'
import { authorityAndServer } from './support/certificate.js'
import { everythingOf, failureOf } from './support/failure.js'
import { withFile } from './support/folder.js'
import { EC, KEY_ANSWER } from './support/keys.js'
import { json, startServer } from './support/server.js'

const SECRET = 'a-secret-of-the-test'
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET }

test('its name and schemes are those of configurations', () => {
  expect([provider.name, provider.uriSchemes]).toEqual(['trent-service', ['trent', 'trent+http']])
})

async function validate(config: unknown) {
  const schema = await provider.configSchema()
  return schema['~standard'].validate(config)
}

describe('a configuration is valid', () => {
  test.each<[string, TrentServiceConfig]>([
    ['with nothing', {}],
    ['for AWS', { region: 'eu-west-1', fips: true }],
    [
      'with everything',
      {
        endpoint: 'https://kms.example.com/x',
        region: 'local',
        fips: false,
        auth: 'sigv4',
        credentials: { ...CREDENTIALS, sessionToken: 't' },
        signedHeaders: 'minimal',
        algorithmNames: { Ed25519: 'EDDSA_ED25519' },
        grantTokens: ['t'],
        caFile: './ca.pem',
        allowInsecureHttp: false,
        maxConcurrency: 5,
        maxPerSecond: 50,
      },
    ],
    ['with the credentials of the environment', { credentials: 'environment' }],
    ['with a list of headers', { signedHeaders: ['content-type', 'x-amz-target'] }],
    ['unsigned', { endpoint: 'http://127.0.0.1:1', auth: 'none' }],
  ])('%s', async (_, config) => {
    expect(await validate(config)).toMatchObject({ value: config })
  })
})

describe('a configuration is not valid', () => {
  test.each<[string, object, string]>([
    ['with an option that is unknown', { endpiont: 'x' }, 'endpiont'],
    ['with an option of code', { ca: 'x' }, 'ca'],
    ['with an empty endpoint', { endpoint: '' }, 'endpoint'],
    ['with fips as text', { fips: 'true' }, 'fips'],
    ['with another auth', { auth: 'basic' }, 'auth'],
    ['with credentials as text', { credentials: 'a-secret-of-the-test' }, 'credentials'],
    [
      'with half of the credentials',
      { credentials: { secretAccessKey: 'a-secret-of-the-test' } },
      'credentials.accessKeyId',
    ],
    [
      'with a secret that is a number',
      { credentials: { accessKeyId: 'A', secretAccessKey: 4711_4711 } },
      'credentials.secretAccessKey',
    ],
    [
      'with an empty secret',
      { credentials: { accessKeyId: 'A', secretAccessKey: '' } },
      'credentials.secretAccessKey',
    ],
    [
      'with more than credentials',
      { credentials: { ...CREDENTIALS, profile: 'a-secret-of-the-test' } },
      'credentials.profile',
    ],
    ['with credentials as a list', { credentials: ['a-secret-of-the-test'] }, 'credentials'],
    ['with a header that is not signed', { signedHeaders: ['accept'] }, 'signedHeaders'],
    ['with a name that is empty', { algorithmNames: { Ed25519: '' } }, 'algorithmNames.Ed25519'],
    ['with a grant token that is a number', { grantTokens: [4711_4711] }, 'grantTokens.0'],
    ['with no request at once', { maxConcurrency: 0 }, 'maxConcurrency'],
    ['with half a request', { maxConcurrency: 1.5 }, 'maxConcurrency'],
    ['with no request in a second', { maxPerSecond: 0 }, 'maxPerSecond'],
    ['with a rate as text', { maxPerSecond: '5' }, 'maxPerSecond'],
  ])('%s', async (_, config, path) => {
    const { issues = [] } = await validate(config)
    const places = issues.map((issue) =>
      (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.'),
    )
    expect(places).toContain(path)
    // The issues hold what came; what a configuration shows of them is their messages.
    expect(issues.map(({ message }) => message).join()).not.toMatch(/a-secret|47114711/)
  })
})

describe('a configuration with secrets', () => {
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
})

describe('a provider is made', () => {
  test('with its options', async () => {
    const server = await startServer(json(200, KEY_ANSWER))
    const made = provider.create({
      endpoint: server.url,
      credentials: CREDENTIALS,
      signedHeaders: 'minimal',
      grantTokens: ['t'],
      algorithmNames: { ES256: 'OWN' },
    })
    await made.getPublicKey({ keyId: 'k' }, {})
    expect(made.support(parseAlgorithm('ES256'), 'k')?.wireName).toBe('OWN')
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ KeyId: 'k', GrantTokens: ['t'] })
    expect(server.requests[0]?.headers.authorization).toContain(
      'SignedHeaders=content-type;host;x-amz-date;x-amz-target,',
    )
    await made.close?.()
  })

  test('with a file of certificates beside the configuration', async () => {
    const { ca, tls } = authorityAndServer()
    const server = await startServer(json(200, KEY_ANSWER), tls)
    await withFile('ca.pem', ca, async (baseFolder) => {
      const made = provider.create(
        { endpoint: server.url, credentials: CREDENTIALS, caFile: 'ca.pem' },
        { baseFolder },
      )
      expect((await made.getPublicKey({ keyId: 'k' }, {})).publicKey).toEqual(
        Uint8Array.from(EC.publicKey.export({ type: 'spki', format: 'der' })),
      )
      await made.close?.()
    })
  })

  test.each<[string, (path: string) => unknown, string]>([
    ['that is not there', () => undefined, 'cannot be read: ENOENT'],
    // Nobody writes to it: whoever waited would wait for ever.
    ['that is a pipe', (path) => execFileSync('mkfifo', [path]), 'is not a regular file'],
    ['that is a folder', (path) => mkdirSync(path), 'is not a regular file'],
    [
      'that is larger than any',
      (path) => writeFileSync(path, 'x'.repeat(1024 * 1024 + 1)),
      'has more than 1048576 bytes',
    ],
  ])('not with a file of certificates %s', async (_, make, why) => {
    await withFile('other', '', async (baseFolder) => {
      make(join(baseFolder, 'ca.pem'))
      const error = await failureOf(() =>
        provider.create({ region: 'eu-west-1', caFile: 'ca.pem' }, { baseFolder }),
      )
      expect(error).toMatchObject({ code: 'Configuration', message: `The caFile ca.pem ${why}.` })
    })
  })

  test('with the credentials of the environment for a stranger when the configuration says so', async () => {
    const before = { ...process.env }
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDENVIRONMENT', AWS_SECRET_ACCESS_KEY: 'x' })
    try {
      const endpoint = 'https://no-such-host.invalid'
      expect(await failureOf(() => provider.create({ endpoint }))).toMatchObject({ code: 'Configuration' })
      const made = provider.create({ endpoint, credentials: 'environment' })
      expect(await failureOf(() => made.getPublicKey({ keyId: 'k' }, {}))).toMatchObject({
        code: 'Unavailable',
      })
    } finally {
      process.env = before
    }
  })

  test('and shows nothing secret', () => {
    const made = provider.create({ region: 'eu-west-1', credentials: CREDENTIALS })
    expect(everythingOf(made)).not.toContain(CREDENTIALS.secretAccessKey)
  })
})
