import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { createSigner, parseAlgorithm, type SigningProvider } from '@signport/core'
import { createAlibabaKmsProvider } from '../src/index.js'
import { everythingOf, failure } from './support/failure.js'
import { CLIENT_KEY, refusal, startInstance } from './support/instance-service.js'
import { CREDENTIALS, json, startOpenApi, TEMPORARY } from './support/openapi-service.js'
import type { Reply, Seen } from './support/server.js'
import { P256 } from './support/service-keys.js'

const MESSAGE = Buffer.from('a message that nobody else should read, of some length')

const FILES = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/pkcs12.json'), 'utf8')) as Record<
  string,
  string
>

/** Each as it is, and as it is in a URL or in what is signed of one. */
const encodings = (secret: string) => {
  const once = encodeURIComponent(secret)
  return [secret, once, encodeURIComponent(once)]
}

function expectNothingOf(secrets: readonly string[], value: unknown): void {
  const all = everythingOf(value)
  // What is looked at is all that there is.
  expect(all.length).toBeGreaterThan(100)
  expect(secrets.flatMap(encodings).filter((secret) => all.includes(secret))).toEqual([])
}

const sign = (provider: SigningProvider, kind: 'raw' | 'digest') =>
  provider.sign(
    {
      keyId: P256.id,
      algorithm: parseAlgorithm('ES256'),
      wireName: 'ECDSA_SHA_256',
      input: kind === 'raw' ? { kind, message: MESSAGE } : { kind, digest: P256.digest(MESSAGE) },
      parameters: {},
      pinned: false,
    },
    {},
  )

describe('of OpenAPI, no error shows what a request held', () => {
  const told = (parameters: URLSearchParams) => [
    ...Object.values(TEMPORARY),
    parameters.get('Signature') ?? '',
    parameters.get('Digest') ?? '',
  ]
  test.each<[string, (seen: Seen) => Reply | undefined]>([
    [
      'when the service repeats the URL',
      ({ path }) => json({ Code: 'IncompleteSignature', Message: path }, 400),
    ],
    [
      'when it repeats what was signed',
      ({ path }) =>
        json(
          { Code: 'SignatureDoesNotMatch', Message: `server string is:POST&%2F&${encodeURIComponent(path)}` },
          400,
        ),
    ],
    ['when it has it in its code', ({ path }) => json({ Code: path.slice(0, 300) }, 500)],
    [
      'when it has it in the request id',
      ({ path }) =>
        json({ Code: 'InternalFailure', RequestId: new URLSearchParams(path).get('Signature') }, 500),
    ],
    ['when it repeats it as text', ({ path }) => ({ status: 500, body: path })],
    [
      'when the connection breaks',
      ({ socket }) => {
        socket.destroy()
        return undefined
      },
    ],
    [
      'when the answer is no HTTP',
      ({ socket, path }) => {
        socket.end(`${path}\r\n\r\n`)
        return undefined
      },
    ],
    ['when the answer is for another key', () => json({ KeyId: 'key-b', Value: 'AAAA' })],
    ['when there is no value', () => json({})],
  ])('%s', async (_, reply) => {
    const service = await startOpenApi()
    service.instead = (__, seen) => reply(seen) ?? 'stall'
    const options = {
      transport: 'openapi',
      endpoint: service.url,
      credentials: TEMPORARY,
      keyVersion: 'v1',
    } as const
    const provider = createAlibabaKmsProvider(options)
    const error = await failure(() => sign(provider, 'digest'))
    expect(service.last().get('SecurityToken')).toBe(TEMPORARY.securityToken)
    expectNothingOf(told(service.last()), error)
  })

  test('nor when nobody answers', async () => {
    const options = { transport: 'openapi', endpoint: 'http://127.0.0.1:1', credentials: TEMPORARY } as const
    const error = await failure(() => sign(createAlibabaKmsProvider(options), 'digest'), 'Unavailable')
    expectNothingOf(Object.values(TEMPORARY), error)
  })
})

describe('of an instance, no error shows what a request held', () => {
  const told = ({ headers }: Seen) => [
    CLIENT_KEY.keyId,
    String(headers.authorization).slice('Bearer '.length),
    CLIENT_KEY.privateKey.slice(30, 80),
    MESSAGE.toString(),
    MESSAGE.toString('base64'),
    MESSAGE.toString('hex'),
  ]
  test.each<[string, (seen: Seen) => Reply | undefined]>([
    [
      'when it repeats the headers',
      ({ headers }) => refusal(401, 'SignatureNotMatch', Object.entries(headers).join(' ')),
    ],
    [
      'when it repeats the body',
      ({ body }) => refusal(400, 'InvalidParameter', body.subarray(60).toString()),
    ],
    [
      'when it repeats the message',
      () => refusal(400, 'InvalidParameter', `was: ${MESSAGE.toString('hex')}`),
    ],
    [
      'when it repeats a part of it',
      () => refusal(400, 'InvalidParameter', `was: ${MESSAGE.subarray(0, 30)}`),
    ],
    ['when it has it in its code', ({ headers }) => refusal(500, String(headers.authorization))],
    ['when it answers with the request', ({ body }) => ({ body })],
    [
      'when the connection breaks',
      ({ socket }) => {
        socket.destroy()
        return undefined
      },
    ],
  ])('%s', async (_, reply) => {
    const service = await startInstance()
    service.instead = (seen) => reply(seen) ?? 'stall'
    const options = { transport: 'instance', endpoint: service.url, clientKey: CLIENT_KEY } as const
    const error = await failure(() => sign(createAlibabaKmsProvider(options), 'raw'))
    const [seen] = service.requests
    if (!seen) throw new Error('There was no request.')
    expectNothingOf(told(seen), error)
  })
})

test('no provider and no signer shows its credentials', async () => {
  const service = await startInstance()
  const instance = createAlibabaKmsProvider({
    transport: 'instance',
    endpoint: service.url,
    clientKey: {
      KeyId: CLIENT_KEY.keyId,
      PrivateKeyData: FILES.rc2 ?? '',
      password: () => FILES.password ?? '',
    },
  })
  await failure(() => sign(instance, 'raw'))
  const pair = createAlibabaKmsProvider({
    transport: 'instance',
    endpoint: service.url,
    clientKey: CLIENT_KEY,
  })
  const openapi = createAlibabaKmsProvider({
    transport: 'openapi',
    region: 'cn-hangzhou',
    credentials: CREDENTIALS,
  })
  const secrets = [
    ...Object.values(CREDENTIALS),
    CLIENT_KEY.keyId,
    CLIENT_KEY.privateKey.slice(30, 80),
    FILES.password ?? 'missing',
    FILES.rc2?.slice(0, 40) ?? 'missing',
  ]
  for (const provider of [instance, pair, openapi]) {
    const signer = createSigner({ provider, keyId: P256.id, algorithm: 'ES256' })
    const shown =
      inspect([provider, signer], { depth: 20, showHidden: true, getters: true }) +
      JSON.stringify([provider, signer])
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([])
    await signer.close()
  }
})
