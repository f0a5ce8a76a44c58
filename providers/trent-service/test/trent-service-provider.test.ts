import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createSigner, parseAlgorithm, type SignerOptions } from '@signport/core'
import { type Emulator, type Fault, startEmulator } from '@signport/emulator'
import {
  createTrentServiceClient,
  createTrentServiceProvider,
  type TrentServiceClient,
  type TrentServiceOptions,
} from '../src/index.js'
import { everythingOf, failureOf } from './support/failure.js'

const MESSAGE = Buffer.from('a message')
const PLACE = 'arn:aws:kms:us-east-1:111122223333'

let emulator: Emulator
let client: TrentServiceClient
let id: string
const expired = {
  accessKeyId: 'ASIAEXPIREDEXAMPLE00',
  secretAccessKey: 'expired-secret',
  sessionToken: 'expired-token',
}

beforeAll(async () => {
  const current = { accessKeyId: 'AKIACURRENTEXAMPLE00', secretAccessKey: 'the-current-secret' }
  const past = { ...expired, expiration: new Date('2020-01-01') }
  emulator = await startEmulator({ credentials: [current, past] })
  client = createTrentServiceClient(connection())
  id = await createKey()
  await client.send('CreateAlias', { AliasName: 'alias/invoices', TargetKeyId: id })
})

afterAll(async () => {
  await client.close()
  await emulator.close()
})

const connection = () => ({ endpoint: emulator.url, credentials: emulator.credentials[0] })

async function createKey(members: object = {}): Promise<string> {
  const answer = await client.send('CreateKey', {
    KeySpec: 'ECC_NIST_P256',
    KeyUsage: 'SIGN_VERIFY',
    ...members,
  })
  return (answer.KeyMetadata as { KeyId: string }).KeyId
}

function signerOf(keyId: string, own: TrentServiceOptions = {}, more: Partial<SignerOptions> = {}) {
  const provider = createTrentServiceProvider({ ...connection(), ...own })
  return createSigner({ provider, keyId, algorithm: 'ES256', ...more })
}

async function signWith(keyId: string, own: TrentServiceOptions = {}, more: Partial<SignerOptions> = {}) {
  const signer = signerOf(keyId, own, more)
  try {
    return await signer.sign(MESSAGE)
  } finally {
    await signer.close()
  }
}

describe('a key', () => {
  test.each<[string, () => string]>([
    ['its id', () => id],
    ['its ARN', () => `${PLACE}:key/${id}`],
    ['an alias', () => 'alias/invoices'],
    ["an alias's ARN", () => `${PLACE}:alias/invoices`],
  ])('is found by %s', async (_, keyId) => {
    const signature = await signWith(keyId(), { region: 'us-east-1' })
    expect(signature.keyId).toBe(`${PLACE}:key/${id}`)
  })

  test('of several regions is found by its id', async () => {
    const many = await createKey({ MultiRegion: true })
    expect(many).toMatch(/^mrk-/)
    expect((await signWith(many)).keyId).toBe(`${PLACE}:key/${many}`)
  })
})

describe('a request is accepted', () => {
  test.each<[string, TrentServiceOptions]>([
    ['with all headers signed', { signedHeaders: 'all' }],
    ["with those that QKMS's client signs", { signedHeaders: 'minimal' }],
    ['with a list of headers', { signedHeaders: ['x-amz-target', 'content-type'] }],
    ['with credentials of a callback', { credentials: async () => emulator.credentials[0] }],
    ['with grant tokens', { grantTokens: ['a-token', 'another'] }],
    ['with no grant tokens', { grantTokens: [] }],
    ['over one connection', { maxConcurrency: 1 }],
  ])('%s', async (_, own) => {
    const credentials = own.credentials ?? emulator.credentials[0]
    expect((await signWith(id, { ...own, credentials })).algorithm).toBe('ES256')
  })

  test('with credentials of the environment', async () => {
    const before = { ...process.env }
    Object.assign(process.env, emulator.environment)
    try {
      expect((await signWith(id, { credentials: undefined })).algorithm).toBe('ES256')
    } finally {
      process.env = before
    }
  })

  test('without a signature by a server that asks for none', async () => {
    const open = await startEmulator({ auth: 'none' })
    const own = { endpoint: open.url, credentials: undefined, auth: 'none' } as const
    const unsigned = createTrentServiceClient(own)
    const { KeyMetadata } = await unsigned.send('CreateKey', {
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
    })
    expect((await signWith((KeyMetadata as { KeyId: string }).KeyId, own)).algorithm).toBe('ES256')
    await unsigned.close()
    await open.close()
  })
})

describe('what the service refuses', () => {
  const [wrongSecret, unknown] = [
    { accessKeyId: 'AKIACURRENTEXAMPLE00', secretAccessKey: 'a-wrong-secret-of-somebody' },
    { accessKeyId: 'AKIAUNKNOWNEXAMPLE00', secretAccessKey: 'the-current-secret' },
  ]

  test.each<[string, () => Promise<string> | string, TrentServiceOptions, string, string, boolean]>([
    [
      'an unknown key',
      () => id.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      {},
      'KeyNotFound',
      'NotFoundException',
      false,
    ],
    ['an unknown alias', () => 'alias/unknown', {}, 'KeyNotFound', 'NotFoundException', false],
    [
      'a disabled key',
      async () => {
        const key = await createKey()
        await client.send('DisableKey', { KeyId: key })
        return key
      },
      {},
      'KeyDisabled',
      'DisabledException',
      false,
    ],
    [
      'a key that waits for its end',
      async () => {
        const key = await createKey()
        await client.send('ScheduleKeyDeletion', { KeyId: key })
        return key
      },
      {},
      'InvalidKeyState',
      'KMSInvalidStateException',
      false,
    ],
    [
      'a key for encryption',
      () => createKey({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }),
      {},
      'InvalidKeyUsage',
      'InvalidKeyUsageException',
      false,
    ],
    [
      'a wrong secret',
      () => id,
      { credentials: wrongSecret },
      'Unauthenticated',
      'InvalidSignatureException',
      false,
    ],
    [
      'an unknown access key',
      () => id,
      { credentials: unknown },
      'Unauthenticated',
      'UnrecognizedClientException',
      false,
    ],
    [
      'credentials that have expired',
      () => id,
      { credentials: expired },
      'Unauthenticated',
      'ExpiredTokenException',
      false,
    ],
    [
      'another region',
      () => id,
      { region: 'eu-west-1' },
      'Configuration',
      'InvalidSignatureException',
      false,
    ],
    [
      'headers that are not signed',
      () => id,
      { signedHeaders: [] },
      'Unauthenticated',
      'InvalidSignatureException',
      false,
    ],
    [
      'no credentials',
      () => id,
      { auth: 'none', credentials: undefined },
      'Unauthenticated',
      'MissingAuthenticationTokenException',
      false,
    ],
  ])('%s', async (_, keyId, own, code, providerCode, retryable) => {
    const key = await keyId()
    const signer = signerOf(key, own, { check: 'never' })
    const error = await failureOf(() => signer.sign(MESSAGE))
    expect(error).toMatchObject({ code, providerCode, retryable, provider: 'trent-service', keyId: key })
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(everythingOf(error)).not.toMatch(/a-wrong-secret|the-current-secret|expired-secret|expired-token/)
    await signer.close()
  })

  test.each<[Fault['kind'], string, string | undefined]>([
    ['throttle', 'Throttled', 'ThrottlingException'],
    ['internal', 'Internal', 'KMSInternalException'],
    ['unavailable', 'Unavailable', 'ServiceUnavailable'],
    ['dependencyTimeout', 'Unavailable', 'DependencyTimeoutException'],
    ['reset', 'Unavailable', undefined],
  ])('by the fault %s, which may pass', async (kind, code, providerCode) => {
    const provider = createTrentServiceProvider(connection())
    emulator.faults.add({ kind, operation: 'GetPublicKey' })
    const error = await failureOf(() => provider.getPublicKey({ keyId: id }, {}))
    expect(error).toMatchObject({ name: 'SigningError', code, retryable: true })
    if (providerCode) expect(error.providerCode).toMatch(new RegExp(`^${providerCode}`))
    await provider.getPublicKey({ keyId: id }, {})
    await provider.close?.()
  })

  test('to answer at all ends with the time of the call', async () => {
    emulator.faults.add({ kind: 'stall', operation: 'Sign' })
    const signer = signerOf(id)
    const error = await failureOf(() => signer.sign(MESSAGE, { timeoutMs: 200 }))
    expect(error).toMatchObject({ code: 'Timeout' })
    await signer.close()
  })

  test('but signs with another key, which is noticed', async () => {
    const own = await createKey()
    await createKey()
    emulator.faults.add({ kind: 'otherKey', keyId: own, times: null })
    const signer = signerOf(own)
    const error = await failureOf(() => signer.sign(MESSAGE))
    expect(error.code).toMatch(/^(KeyMismatch|SignatureCheckFailed)$/)
    emulator.faults.clear()
    await signer.close()
  })
})

describe('before anything is sent', () => {
  async function listener() {
    let connections = 0
    const server = createServer((socket) => {
      connections++
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    return { url: `http://127.0.0.1:${port}`, connections: () => connections, stop: () => server.close() }
  }

  test.each<[number, string]>([
    [0, 'InvalidArgument'],
    [4097, 'MessageTooLarge'],
    [100_000, 'MessageTooLarge'],
  ])('a raw message of %d bytes is refused', async (length, code) => {
    const { url, connections, stop } = await listener()
    for (const algorithm of ['PS256', 'ES256', 'Ed25519', 'ML-DSA-65']) {
      const signer = signerOf(id, { endpoint: url }, { algorithm, messageType: 'raw' })
      expect(await failureOf(() => signer.sign(Buffer.alloc(length)))).toMatchObject({ code })
      await signer.close()
    }
    expect(connections()).toBe(0)
    stop()
  })

  test.each<[string, string, string]>([
    ['empty', '', 'InvalidArgument'],
    ['with a space', 'alias/a b', 'InvalidArgument'],
    ['with a line break', 'alias/a\nb', 'InvalidArgument'],
    ['of another service', 'arn:aws:s3:us-east-1:111122223333:key/x', 'InvalidArgument'],
    ['of another region', 'arn:aws:kms:eu-west-1:111122223333:key/x', 'Configuration'],
    ['of another partition', 'arn:aws-cn:kms:us-east-1:111122223333:key/x', 'Configuration'],
  ])('a key id is refused that is %s', async (_, keyId, code) => {
    const { url, connections, stop } = await listener()
    const own = { endpoint: url, region: 'us-east-1' }
    expect(await failureOf(() => signerOf(keyId, own))).toMatchObject({ code, provider: 'trent-service' })
    const provider = createTrentServiceProvider({ ...connection(), ...own })
    expect(await failureOf(() => provider.getPublicKey({ keyId }, {}))).toMatchObject({ code })
    expect(connections()).toBe(0)
    stop()
  })

  test('the region of an ARN counts only where one is configured', () => {
    const arn = 'arn:aws:kms:eu-west-1:111122223333:key/x'
    const support = createTrentServiceProvider(connection()).support(parseAlgorithm('ES256'), arn)
    expect(support).toMatchObject({ wireName: 'ECDSA_SHA_256' })
  })

  test.each<[string, unknown]>([
    ['eleven', Array(11).fill('t')],
    ['an empty one', ['']],
    ['no text', [7]],
    ['no list', 'token'],
  ])('grant tokens are refused that are %s', async (_, grantTokens) => {
    const own = { grantTokens: grantTokens as string[] }
    expect(await failureOf(() => signerOf(id, own))).toMatchObject({ code: 'Configuration' })
  })
})

test('nothing secret is in what can be seen of a provider and a client', () => {
  const provider = createTrentServiceProvider({ ...connection(), grantTokens: ['granted-token'] })
  const [{ accessKeyId, secretAccessKey }] = emulator.credentials
  for (const value of [provider, client, createSigner({ provider, keyId: id, algorithm: 'ES256' })]) {
    const seen = everythingOf(value)
    for (const secret of [accessKeyId, secretAccessKey, 'granted-token']) expect(seen).not.toContain(secret)
  }
})

describe('the limits of a provider', () => {
  const endpoint = 'http://127.0.0.1:1'
  test.each<[TrentServiceOptions, object]>([
    [{}, {}],
    [
      { maxConcurrency: 5, maxPerSecond: 0.5 },
      { maxConcurrency: 5, maxPerSecond: 0.5 },
    ],
  ])('are those of its options: %j', (own, limits) => {
    expect(createTrentServiceProvider({ endpoint, auth: 'none', ...own }).limits).toEqual(limits)
  })

  test.each([
    ['maxConcurrency', 0],
    ['maxConcurrency', 10_001],
    ['maxPerSecond', 0],
    ['maxPerSecond', '5'],
  ])('are refused with %s %j', async (name, value) => {
    const options = { endpoint, auth: 'none', [name]: value } as TrentServiceOptions
    const error = await failureOf(() => createTrentServiceProvider(options))
    expect(error).toMatchObject({ code: 'Configuration', provider: 'trent-service' })
    expect(error.message).toContain(`${name} must be`)
  })
})
