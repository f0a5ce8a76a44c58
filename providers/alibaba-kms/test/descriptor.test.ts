import { createPublicKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import { createSigner } from '@signport/core'
import { type AlibabaKmsConfig, provider } from '../src/index.js'
import { authorityAndServer } from './support/certificate.js'
import { failure } from './support/failure.js'
import { startInstance } from './support/instance-service.js'
import { CREDENTIALS, startOpenApi } from './support/openapi-service.js'
import { P256 } from './support/service-keys.js'

const MESSAGE = Buffer.from('a message that is signed')
const FILES = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/pkcs12.json'), 'utf8')) as Record<
  string,
  string
>
const { ca, tls } = authorityAndServer()

const baseFolder = mkdtempSync(join(tmpdir(), 'signport-alibaba-'))
writeFileSync(join(baseFolder, 'ca.pem'), ca)
writeFileSync(join(baseFolder, 'password.txt'), FILES.password ?? '', { mode: 0o600 })
writeFileSync(
  join(baseFolder, 'clientKey.json'),
  JSON.stringify({ KeyId: 'KAAP.file', PrivateKeyData: FILES.aes256 }),
  { mode: 0o600 },
)
afterAll(() => rmSync(baseFolder, { recursive: true }))
afterEach(() => {
  delete process.env.TEST_CLIENT_KEY_PASSWORD
})

async function read(config: unknown): Promise<AlibabaKmsConfig> {
  const result = await (await provider.configSchema())['~standard'].validate(config)
  if (result.issues) throw new Error(result.issues.map(({ message }) => message).join('; '))
  return result.value
}

/** One step of the way to a value, as whoever reports it shows it. */
const keyOf = (step: PropertyKey | { readonly key: PropertyKey }) =>
  String(typeof step === 'object' ? step.key : step)

test('it is found by its name and by its scheme', () => {
  expect({ ...provider }).toMatchObject({ name: 'alibaba-kms', uriSchemes: ['alikms'] })
})

test('a configuration of OpenAPI signs', async () => {
  const service = await startOpenApi()
  const config = await read({ transport: 'openapi', endpoint: service.url, credentials: CREDENTIALS })
  const signer = createSigner({ provider: provider.create(config), keyId: P256.id, algorithm: 'ES256' })
  expect((await signer.sign(MESSAGE)).provider).toBe('alibaba-kms')
  await signer.close()
})

test.each<[string, object]>([
  ['a file', { passwordFile: 'password.txt' }],
  ['the environment', { passwordEnv: 'TEST_CLIENT_KEY_PASSWORD' }],
])(
  'a configuration of an instance signs with files beside it, and its password from %s',
  async (_, password) => {
    process.env.TEST_CLIENT_KEY_PASSWORD = FILES.password
    const publicKey = createPublicKey(FILES.publicKey ?? '')
    const service = await startInstance({ tls, publicKey, clientKeyId: 'KAAP.file' })
    const files = { clientKeyFile: 'clientKey.json', caFile: './ca.pem', ...password }
    const config = await read({ transport: 'instance', endpoint: service.host, ...files })
    const created = provider.create(config, { baseFolder })
    const signer = createSigner({ provider: created, keyId: P256.id, algorithm: 'ES256' })
    expect((await signer.sign(MESSAGE)).keyId).toBe(P256.id)
    await signer.close()
  },
)

test('every option of a configuration is taken', async () => {
  const instance = {
    transport: 'instance',
    endpoint: 'kst-a.cryptoservice.kms.aliyuncs.com',
    clientKeyFile: 'clientKey.json',
    passwordFile: 'password.txt',
    allowGroupRead: true,
    caFile: 'ca.pem',
    keyVersion: 'v1',
    maxBodyBytes: 4096,
    maxConcurrency: 5,
    maxPerSecond: 0.5,
  }
  const openapi = {
    transport: 'openapi',
    region: 'cn-hangzhou',
    network: 'vpc',
    keyVersion: 'v1',
    allowInsecureHttp: true,
    maxConcurrency: 5,
    maxPerSecond: 900,
  }
  for (const config of [instance, openapi]) {
    expect(await read(config)).toEqual(config)
    await provider.create(await read(config), { baseFolder }).close?.()
  }
})

describe('a configuration is refused', () => {
  test.each<[string, object]>([
    ['with no connection', { transport: 'openapi', maxConcurrency: 0 }],
    ['with half a connection', { transport: 'openapi', maxConcurrency: 1.5 }],
    ['with no request in a second', { transport: 'openapi', maxPerSecond: 0 }],
    ['without a transport', { region: 'cn-hangzhou' }],
    ['with another transport', { transport: 'dkms' }],
    ['with an option that there is not', { transport: 'openapi', regoin: 'cn-hangzhou' }],
    ['with an option of the other transport', { transport: 'openapi', caFile: 'ca.pem' }],
    ['without the file of a ClientKey', { transport: 'instance', endpoint: 'a' }],
    [
      'with a password in it',
      { transport: 'instance', endpoint: 'a', clientKeyFile: 'b', password: 'Passw0rd~!' },
    ],
    [
      'with a secret that is a number',
      { transport: 'openapi', credentials: { accessKeyId: 'a', accessKeySecret: 12345678 } },
    ],
    ['with credentials that are one text', { transport: 'openapi', credentials: 'LTAIid:verysecret' }],
    ['with credentials that are a list', { transport: 'openapi', credentials: ['LTAIid', 'verysecret'] }],
    [
      'with credentials in place of a name',
      { transport: 'openapi', credentials: { 'LTAIid:verysecret': true } },
    ],
    [
      'with credentials that have more in them',
      {
        transport: 'openapi',
        credentials: { accessKeyId: 'a', accessKeySecret: 'b', verysecret: 'verysecret' },
      },
    ],
    [
      'with a password that is a number in place of a variable',
      { transport: 'instance', endpoint: 'a', clientKeyFile: 'b', passwordEnv: 12345678 },
    ],
    ...[
      'transport',
      'endpoint',
      'clientKeyFile',
      'passwordFile',
      'allowGroupRead',
      'caFile',
      'keyVersion',
      'maxBodyBytes',
      'maxConcurrency',
      'maxPerSecond',
    ].map((name): [string, object] => [
      `with a secret in place of ${name}`,
      { transport: 'instance', endpoint: 'a', clientKeyFile: 'b', [name]: ['verysecret'] },
    ]),
    ...['region', 'network', 'allowInsecureHttp', 'maxConcurrency', 'maxPerSecond'].map(
      (name): [string, object] => [
        `with a secret in place of ${name}`,
        { transport: 'openapi', [name]: name === 'region' ? { verysecret: 1 } : 'verysecret' },
      ],
    ),
  ])('%s, and nothing secret is shown', async (_, config) => {
    const { issues = [] } = await (await provider.configSchema())['~standard'].validate(config)
    expect(issues.length).toBeGreaterThan(0)
    expect(JSON.stringify(issues.map(({ message, path }) => [message, path?.map(keyOf)]))).not.toMatch(
      /Passw0rd|12345678|LTAIid|verysecret/,
    )
    for (const { message } of issues) expect(message).toMatch(/^(must|is missing|there is no such option)/)
  })

  test('with passwordEnv that is the password, when it is used, and it is not shown', async () => {
    const config = await read({
      transport: 'instance',
      endpoint: 'a.example',
      clientKeyFile: 'b',
      passwordEnv: 'Passw0rd~!',
    })
    const error = await failure(() => provider.create(config, { baseFolder }), 'Configuration')
    expect(error.message).not.toContain('Passw0rd')
  })

  test('without a password, when it is used', async () => {
    const config = await read({
      transport: 'instance',
      endpoint: 'a.example',
      clientKeyFile: 'clientKey.json',
    })
    const error = await failure(() => provider.create(config, { baseFolder }), 'Configuration')
    expect(error.message).toContain(
      'clientKey needs its password by one of passwordFile, passwordEnv and password',
    )
  })
})
