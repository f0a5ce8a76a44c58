import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { ManualClock } from '@signport/contract'
import { type Clock, createSigner, type SigningProvider } from '@signport/core'
import { createAlibabaKmsProvider } from '../src/index.js'
import { everythingOf, failure } from './support/failure.js'
import { CLIENT_KEY, refusal, startInstance } from './support/instance-service.js'
import { CREDENTIALS, json, startOpenApi, TEMPORARY, versionOf } from './support/openapi-service.js'
import { observed } from './support/output.js'
import { message as fieldsOf } from './support/protobuf.js'
import type { Reply, Seen } from './support/server.js'
import { P256 } from './support/service-keys.js'
import { until } from './support/until.js'

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

/** The error that a call ends with, and what was printed until then: nothing of the secrets may be in either. */
async function expectNothingTold(call: () => Promise<unknown>, secrets: () => readonly string[]) {
  const { result, printed } = await observed(() => failure(call))
  const all = `${everythingOf(result)}\n${printed}`
  // What is looked at is all that there is.
  expect(all.length).toBeGreaterThan(100)
  const forms = secrets().flatMap(encodings)
  expect(forms.every((form) => form.length > 7)).toBe(true)
  expect(forms.filter((form) => all.includes(form))).toEqual([])
  return result
}

interface Ending {
  readonly clock?: Clock
  readonly signal?: AbortSignal
}

/** What ends a call when its request is there and nobody answers. */
const ENDINGS: [string, () => { readonly ending: Ending; end(): void }, string][] = [
  [
    'when the time is over',
    () => {
      const clock = new ManualClock()
      return { ending: { clock }, end: () => clock.advance(30_000) }
    },
    'Timeout',
  ],
  [
    'when it is aborted',
    () => {
      const controller = new AbortController()
      return { ending: { signal: controller.signal }, end: () => controller.abort() }
    },
    'Aborted',
  ],
]

async function sign(provider: SigningProvider, keyId: string, kind: 'raw' | 'digest', given: Ending = {}) {
  const { signal, ...time } = given
  const signer = createSigner({
    provider,
    keyId,
    algorithm: 'ES256',
    check: 'never',
    messageType: kind,
    ...time,
  })
  const ending = signal ? { signal } : {}
  try {
    return await (kind === 'raw'
      ? signer.sign(MESSAGE, ending)
      : signer.signDigest(P256.digest(MESSAGE), ending))
  } finally {
    await signer.close()
  }
}

test('everything that is printed is seen', async () => {
  const { printed } = await observed(async () => {
    const { console: terminal } = globalThis
    terminal.log('by %s', 'console.log')
    terminal.error('by console.error')
    process.stdout.write('by stdout')
    process.stderr.write(Buffer.from('by stderr'))
  })
  for (const way of ['console.log', 'console.error', 'stdout', 'stderr'])
    expect(printed).toContain(`by ${way}`)
})

const parameterOf = (path: string, name: string) => new URLSearchParams(path.slice(2)).get(name) ?? ''

/** What the service may do with what it was told: undefined for an answer that never comes. */
const OPENAPI: [string, (seen: Seen) => Reply | undefined][] = [
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
  ...['Signature', 'SecurityToken', 'AccessKeyId', 'Digest'].flatMap(
    (name): [string, (seen: Seen) => Reply][] => [
      [
        `when its text has nothing but the ${name}`,
        ({ path }) => json({ Code: 'InvalidParameter', Message: parameterOf(path, name) }, 400),
      ],
      [
        `when its text has the ${name}, encoded in three ways`,
        ({ path }) => {
          const Message = `no ${encodings(parameterOf(path, name)).join(' and ')}.`
          return json({ Code: 'InvalidParameter', Message }, 400)
        },
      ],
      [`when its code is the ${name}`, ({ path }) => json({ Code: parameterOf(path, name) }, 400)],
      [
        `when the ${name} answers in place of the key, the version and the request`,
        ({ path }) => {
          const value = parameterOf(path, name)
          const KeyVersion = [{ KeyVersionId: value }, { KeyVersionId: 'v2' }]
          return json({
            RequestId: value,
            KeyId: value,
            KeyVersionId: value,
            KeyVersions: { KeyVersion },
            Value: 'AAAA',
          })
        },
      ],
    ],
  ),
  [
    'when it has it in the request id',
    ({ path }) => json({ Code: 'InternalFailure', RequestId: parameterOf(path, 'Signature') }, 500),
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
]

describe('of OpenAPI, nothing shows what a request held', () => {
  const told = (asked: URLSearchParams) => [
    ...Object.values(TEMPORARY),
    ...['Signature', 'Digest'].map((name) => asked.get(name)).filter((value) => value !== null),
  ]

  async function started(operation: string, reply: (seen: Seen) => Reply | undefined) {
    const service = await startOpenApi()
    service.aliases.set('alias/a', P256.id)
    service.instead = (asked, seen) =>
      asked.get('Action') === operation ? (reply(seen) ?? 'stall') : undefined
    const provider = createAlibabaKmsProvider({
      transport: 'openapi',
      endpoint: service.url,
      credentials: async () => TEMPORARY,
      keyVersion: operation === 'AsymmetricSign' ? versionOf(P256.id) : undefined,
    })
    const keyId = operation === 'DescribeKey' ? 'alias/a' : P256.id
    const call = (ending?: Ending) => sign(provider, keyId, 'digest', ending)
    return { service, call }
  }

  describe.each(['AsymmetricSign', 'ListKeyVersions', 'DescribeKey'])('of %s', (operation) => {
    // A description of a key has no version and no value: other answers than these are as good as any.
    const known = operation === 'AsymmetricSign' ? OPENAPI : OPENAPI.filter(([name]) => !/Digest/.test(name))
    test.each(known)('%s', async (_, reply) => {
      const { service, call } = await started(operation, reply)
      await expectNothingTold(call, () => told(service.last()))
      expect(service.last().get('Action')).toBe(operation)
      expect(service.last().get('SecurityToken')).toBe(TEMPORARY.securityToken)
    })

    test.each(ENDINGS)('%s', async (_, make, code) => {
      const { service, call } = await started(operation, () => undefined)
      const { ending, end } = make()
      const error = expectNothingTold(
        () => call(ending),
        () => told(service.last()),
      )
      await until(() => service.operations().includes(operation))
      end()
      expect((await error).code).toBe(code)
      expect(service.last().get('Action')).toBe(operation)
    })
  })

  test('nor when nobody answers', async () => {
    const options = { transport: 'openapi', endpoint: 'http://127.0.0.1:1', credentials: TEMPORARY } as const
    const provider = createAlibabaKmsProvider(options)
    const error = await expectNothingTold(
      () => sign(provider, P256.id, 'digest'),
      () => Object.values(TEMPORARY),
    )
    expect(error.code).toBe('Unavailable')
  })
})

describe('of an instance, nothing shows what a request held', () => {
  const told = ({ headers }: Seen) => [
    CLIENT_KEY.keyId,
    String(headers.authorization).slice('Bearer '.length),
    CLIENT_KEY.privateKey.slice(30, 80),
    MESSAGE.toString(),
    MESSAGE.toString('base64'),
    MESSAGE.toString('hex'),
  ]
  const bearer = ({ headers }: Seen) => String(headers.authorization).slice('Bearer '.length)

  async function started(reply: (seen: Seen) => Reply | undefined) {
    const service = await startInstance()
    service.instead = (seen) => reply(seen) ?? 'stall'
    const options = { transport: 'instance', endpoint: service.url, clientKey: CLIENT_KEY } as const
    const provider = createAlibabaKmsProvider({ ...options, keyVersion: 'v1' })
    const secrets = () => {
      const [seen] = service.requests
      if (!seen) throw new Error('There was no request.')
      return told(seen)
    }
    return { service, secrets, call: (ending?: Ending) => sign(provider, P256.id, 'raw', ending) }
  }

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
    ['when its text has nothing but the signature', (seen) => refusal(401, 'Unauthorized', bearer(seen))],
    ['when its code is the signature', (seen) => refusal(401, bearer(seen))],
    ['when its code is the id of the ClientKey', () => refusal(401, CLIENT_KEY.keyId)],
    ['when it has it in its code', ({ headers }) => refusal(500, String(headers.authorization))],
    ...[1, 3, 4, 5].map((number): [string, (seen: Seen) => Reply] => [
      `when field ${number} of its answer is the id of the ClientKey`,
      () => ({ body: fieldsOf({ 2: number === 3 ? '' : 'signature', [number]: CLIENT_KEY.keyId }) }),
    ]),
    ...[1, 3, 4, 5].map((number): [string, (seen: Seen) => Reply] => [
      `when field ${number} of its answer is the signature`,
      (seen) => ({ body: fieldsOf({ 2: number === 3 ? '' : 'signature', [number]: bearer(seen) }) }),
    ]),
    [
      'when the version that answers is the id of the ClientKey',
      () => ({
        headers: { 'x-kms-migrationkeyversionid': CLIENT_KEY.keyId },
        body: fieldsOf({ 2: 'signature' }),
      }),
    ],
    ['when it answers with the request', ({ body }) => ({ body })],
    [
      'when the connection breaks',
      ({ socket }) => {
        socket.destroy()
        return undefined
      },
    ],
  ])('%s', async (_, reply) => {
    const { call, secrets } = await started(reply)
    await expectNothingTold(call, secrets)
  })

  test.each(ENDINGS)('%s', async (_, make, code) => {
    const { service, call, secrets } = await started(() => undefined)
    const { ending, end } = make()
    const error = expectNothingTold(() => call(ending), secrets)
    await until(() => service.requests.length > 0)
    end()
    expect((await error).code).toBe(code)
  })
})

describe('no identifier of an answer is a secret, nor a piece of one', () => {
  const PIECES: [string, (secret: string) => string][] = [
    ['whole', (secret) => secret],
    ['all but a character', (secret) => secret.slice(0, -1)],
    ['half', (secret) => secret.slice(0, Math.max(16, secret.length / 2))],
    ['in capitals', (secret) => secret.toUpperCase()],
  ]
  const SIGNATURE = P256.sign(MESSAGE, 'ECDSA_SHA_256')
  const HEX = P256.digest(MESSAGE).toString('hex')

  /** A name of the request is left out of what is signed all the same; one of a key makes it none. */
  function expectRemoved(outcome: unknown, piece: string, ofRequest: boolean) {
    expect(piece.length).toBeGreaterThan(15)
    expect(outcome).toMatchObject(
      ofRequest ? { algorithm: 'ES256', requestId: '[removed]' } : { code: 'InvalidResponse' },
    )
    expect(everythingOf(outcome).toLowerCase()).not.toContain(piece.toLowerCase())
  }

  const TOLD: [string, (seen: Seen) => string][] = [
    ['the token', () => TEMPORARY.securityToken.replace(/\W/g, '')],
    ['the digest in hexadecimal', () => HEX],
    ['the digest as in a URL', () => Buffer.from(HEX, 'hex').toString('base64url')],
    ['the signature of the request', ({ path }) => parameterOf(path, 'Signature').slice(0, -1)],
  ]

  describe.each(PIECES)('%s', (_, cut) => {
    describe.each(TOLD)('of %s', (_, secretOf) => {
      test.each(['RequestId', 'KeyId', 'KeyVersionId'])('as %s', async (member) => {
        const service = await startOpenApi()
        let piece = ''
        const Value = Buffer.from(SIGNATURE).toString('base64')
        service.instead = (_, seen) => {
          piece = cut(secretOf(seen))
          return json({ KeyId: P256.id, KeyVersionId: 'v1', Value, [member]: piece })
        }
        const token = TEMPORARY.securityToken.replace(/\W/g, '')
        const provider = createAlibabaKmsProvider({
          transport: 'openapi',
          endpoint: service.url,
          credentials: { ...TEMPORARY, securityToken: token },
          keyVersion: 'v1',
        })
        const outcome = await sign(provider, 'alias/a', 'digest').catch((error: unknown) => error)
        expectRemoved(outcome, piece, member === 'RequestId')
      })
    })

    test.each([1, 3])('of the message, or of its signature, as field %d of an instance', async (field) => {
      for (const secretOf of [
        () => MESSAGE.toString('hex'),
        () => MESSAGE.toString('base64url'),
        ({ headers }: Seen) => String(headers.authorization).slice('Bearer '.length).replace(/=+$/, ''),
      ]) {
        const service = await startInstance()
        let piece = ''
        service.instead = (seen) => {
          piece = cut(secretOf(seen))
          return { body: fieldsOf({ 2: SIGNATURE, [field]: piece }) }
        }
        const options = { transport: 'instance', endpoint: service.url, clientKey: CLIENT_KEY } as const
        const provider = createAlibabaKmsProvider(options)
        const outcome = await sign(provider, 'alias/a', 'raw').catch((error: unknown) => error)
        expectRemoved(outcome, piece, field === 3)
      }
    })
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
  await failure(() => sign(instance, P256.id, 'raw'))
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
