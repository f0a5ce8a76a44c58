import { afterEach, describe, expect, test } from '@jest/globals'
import { createSigner, parseAlgorithm, type SigningErrorCode } from '@signport/core'
import { type AlibabaKmsInstanceOptions, createAlibabaKmsProvider } from '../../src/index.js'
import { everythingOf, failure } from '../support/failure.js'
import {
  CLIENT_KEY,
  type InstanceService,
  REQUEST_ID,
  refusal,
  startInstance,
} from '../support/instance-service.js'
import { message } from '../support/protobuf.js'
import { type Reply, rawBytes, startServer } from '../support/server.js'
import { CASES, OTHER_P256, P256 } from '../support/service-keys.js'

afterEach(() => {
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
})

const MESSAGE = Buffer.from('a message that is signed')

/** A message that nobody should read. */
const TOKEN = 'Zq8vXw2LkTn5RbYc7JdMfHsGpA4UeK'

const providerOf = (endpoint: string, options: Partial<AlibabaKmsInstanceOptions> = {}) =>
  createAlibabaKmsProvider({ transport: 'instance', endpoint, clientKey: CLIENT_KEY, ...options })

const requestOf = (keyId = P256.id) => ({
  keyId,
  algorithm: parseAlgorithm('ES256'),
  wireName: 'ECDSA_SHA_256',
  input: { kind: 'raw', message: MESSAGE } as const,
  parameters: {},
  pinned: false,
})

const signing = async (
  play: Parameters<typeof startServer>[0],
  options: Partial<AlibabaKmsInstanceOptions> = {},
) => {
  const server = await startServer(play)
  return providerOf(server.url, options).sign(requestOf(), {})
}

async function started(): Promise<InstanceService> {
  const service = await startInstance()
  return service
}

describe('a message itself is sent', () => {
  test.each(CASES)('for %s, and a stranger verifies the signature', async (algorithm, wireName, key) => {
    const service = await started()
    const signer = createSigner({ provider: providerOf(service.url), keyId: key.id, algorithm })
    const signature = await signer.sign(MESSAGE, { messageType: 'raw' })
    expect(signature).toMatchObject({ messageType: 'raw', keyId: key.id, requestId: REQUEST_ID })
    expect(key.verify(MESSAGE, signature.bytes, wireName)).toBe(true)
    await signer.close()
    const asked = service.requests.find(({ headers }) => headers['x-kms-apiname'] === 'Sign')
    expect(asked?.body.includes(MESSAGE)).toBe(true)
  })

  test('of one byte and of the greatest length, and no longer one', async () => {
    const service = await started()
    const provider = providerOf(service.url, { maxBodyBytes: 5000 })
    const { raw: { maxBytes = 0 } = {} } = provider.support(parseAlgorithm('ES256'), P256.id) ?? {}
    const signer = createSigner({ provider, keyId: P256.id, algorithm: 'ES256' })
    await signer.sign(new Uint8Array(1), { messageType: 'raw' })
    await signer.sign(new Uint8Array(maxBytes), { messageType: 'raw' })
    expect(
      service.requests.filter(({ headers }) => headers['x-kms-apiname'] === 'Sign').at(-1)?.body,
    ).toHaveLength(5000)
    const before = service.requests.length
    const error = await failure(
      () => signer.sign(new Uint8Array(maxBytes + 1), { messageType: 'raw' }),
      'MessageTooLarge',
    )
    expect(error.message).toContain(`larger than the ${maxBytes} bytes that alibaba-kms takes`)
    await failure(() => signer.sign(new Uint8Array(), { messageType: 'raw' }), 'InvalidArgument')
    expect(service.requests).toHaveLength(before)
    await signer.close()
  })

  test('of three megabytes', async () => {
    const service = await started()
    const signer = createSigner({ provider: providerOf(service.url), keyId: P256.id, algorithm: 'ES256' })
    const { bytes } = await signer.sign(new Uint8Array(3_000_000), { messageType: 'raw' })
    expect(P256.verify(new Uint8Array(3_000_000), bytes, 'ECDSA_SHA_256')).toBe(true)
    await signer.close()
  })
})

describe('a version of the key', () => {
  test('is named in a signed header, and what the instance says of it is handed over', async () => {
    const service = await started()
    const provider = providerOf(service.url, { keyVersion: 'v-2' })
    expect(await provider.sign(requestOf(), {})).toMatchObject({ keyId: P256.id, keyVersion: 'v-2' })
    expect(await provider.getPublicKey({ keyId: P256.id }, {})).toMatchObject({ keyVersion: 'v-2' })
    expect(service.requests[0]?.headers['x-kms-migrationkeyversionid']).toBe('v-2')
  })

  test('that is another one than asked for is KeyMismatch', async () => {
    const reply: Reply = {
      headers: { 'x-kms-migrationkeyversionid': 'v-3' },
      body: message({ 2: 'signature' }),
    }
    await failure(() => signing(() => reply, { keyVersion: 'v-2' }), 'KeyMismatch')
  })

  test('that the instance says nothing of is not claimed', async () => {
    const answer = await signing(() => ({ body: message({ 2: 'signature' }) }), { keyVersion: 'v-2' })
    expect(answer).toEqual({ bytes: Uint8Array.from(Buffer.from('signature')) })
  })
})

describe('what the instance says of its answer', () => {
  test.each<[string, Record<number, string>, SigningErrorCode, string]>([
    ['another key', { 1: OTHER_P256.id }, 'KeyMismatch', `answered for the key ${OTHER_P256.id}`],
    [
      'another algorithm',
      { 4: 'SM2DSA' },
      'InvalidResponse',
      'with the algorithm SM2DSA instead of ECDSA_SHA_256',
    ],
    ['another message type', { 5: 'RAW' }, 'InvalidResponse', 'with the message type raw instead of digest'],
    [
      'a message type that nobody knows',
      { 5: 'EXTERNAL_MU' },
      'InvalidResponse',
      'a message of the type EXTERNAL_MU',
    ],
    ['no signature', { 2: '' }, 'InvalidResponse', 'without a signature'],
  ])('is compared with what was asked: %s', async (_, changed, code, text) => {
    const service = await started()
    service.changed = changed
    const signer = createSigner({ provider: providerOf(service.url), keyId: P256.id, algorithm: 'ES256' })
    const error = await failure(() => signer.sign(MESSAGE), code)
    expect(error.message).toContain(text)
    await signer.close()
  })

  test.each<[string, Record<number, string>, Record<string, string>]>([
    ['control characters', { 1: 'key-a\u001b[2J' }, {}],
    ['a name without an end', { 1: 'k'.repeat(200) }, {}],
    ['the message', { 1: TOKEN }, {}],
    ['the ClientKey', { 1: CLIENT_KEY.keyId }, {}],
    ['the message for a version', { 1: P256.id }, { 'x-kms-migrationkeyversionid': TOKEN }],
  ])('names a key, or is refused, also with an alias: %s', async (_, fields, headers) => {
    const server = await startServer(() => ({
      headers,
      body: message({ 2: Buffer.alloc(70, 1), ...fields }),
    }))
    const provider = providerOf(server.url)
    const input = { kind: 'raw', message: Buffer.from(TOKEN) } as const
    const error = await failure(
      () => provider.sign({ ...requestOf('alias/a'), input }, {}),
      'InvalidResponse',
    )
    expect(error.message).toContain('with something else than the name of a key, for the key alias/a')
    for (const secret of [TOKEN, CLIENT_KEY.keyId, '\u001b'])
      expect(everythingOf(error)).not.toContain(secret)
  })

  test.each([P256.id, 'key-hzz62f1cb66fa42qo5l1x', '2ab1a983-7072-4bbc-a582-584b5bd8ffd3'])(
    'may be the id of a key that is also the message: %s',
    async (id) => {
      const server = await startServer(() => ({ body: message({ 1: id, 2: Buffer.alloc(70, 1) }) }))
      const request = { ...requestOf(id), input: { kind: 'raw', message: Buffer.from(id) } as const }
      expect(await providerOf(server.url).sign(request, {})).toMatchObject({ keyId: id })
      const other = { ...request, keyId: 'alias/a' }
      if (id !== P256.id) expect(await providerOf(server.url).sign(other, {})).toMatchObject({ keyId: id })
    },
  )

  test('may be nothing but the signature', async () => {
    const service = await started()
    service.changed = { 1: undefined, 3: undefined, 4: undefined, 5: undefined }
    const signer = createSigner({ provider: providerOf(service.url), keyId: P256.id, algorithm: 'ES256' })
    const signature = await signer.sign(MESSAGE)
    expect(signature).toMatchObject({ keyId: P256.id, messageType: 'digest' })
    expect(signature).not.toHaveProperty('requestId')
    await signer.close()
  })
})

describe('an answer that breaks the protocol is refused', () => {
  test.each<[string, Reply, SigningErrorCode, string]>([
    ['a page for browsers', { body: '<html>Welcome</html>' }, 'InvalidResponse', 'no message of its API'],
    ['JSON', { body: '{"Signature":"AAAA"}' }, 'InvalidResponse', 'no message of its API'],
    ['nothing', { body: '' }, 'InvalidResponse', 'without a signature'],
    ['one that ends early', { body: Buffer.from('0a2061', 'hex') }, 'InvalidResponse', 'API: it ends early'],
    [
      'two signatures',
      { body: Buffer.concat([message({ 2: 'one' }), message({ 2: 'two' })]) },
      'InvalidResponse',
      'API: signature is there more than once',
    ],
    [
      'one that is too long',
      { body: Buffer.alloc(300_000, 0x12) },
      'InvalidResponse',
      'more than 262144 bytes',
    ],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://evil.example/x' } },
      'Configuration',
      'redirects to evil.example, which is not followed',
    ],
    ['a redirect without a target', { status: 307 }, 'Configuration', 'redirects'],
    ['a page with an error', { status: 503, body: '<html>Bad gateway</html>' }, 'Unavailable', 'HTTP 503'],
    ['a page with another error', { status: 400, body: 'no' }, 'InvalidResponse', 'HTTP 400'],
    ['an error that is too long', { status: 500, body: Buffer.alloc(300_000, 0x12) }, 'Internal', 'HTTP 500'],
  ])('%s', async (_, reply, code, text) => {
    const error = await failure(() => signing(() => reply), code)
    expect(error.message).toContain(text)
    expect(error).toMatchObject({ provider: 'alibaba-kms' })
  })

  test('a public key that is missing', async () => {
    const server = await startServer(() => ({ body: message({ 1: P256.id }) }))
    const call = () => providerOf(server.url).getPublicKey({ keyId: P256.id }, {})
    expect((await failure(call, 'InvalidResponse')).message).toContain('without a public key')
  })
})

describe('a refusal', () => {
  test('has the code, the text and the request of the instance', async () => {
    const error = await failure(
      () => signing(() => refusal(403, 'Forbidden.NoPermission', 'Not you.')),
      'AccessDenied',
    )
    expect(error).toMatchObject({
      providerCode: 'Forbidden.NoPermission',
      requestId: REQUEST_ID,
      keyId: P256.id,
    })
    expect(error.message).toContain('Forbidden.NoPermission: Not you (permit')
  })

  test.each<[string, Reply]>([
    ['of KMS', refusal(413, 'InvalidParameter', 'too large')],
    ['of what stands in front of it', { status: 413, body: '<html>Request Entity Too Large</html>' }],
    ['without a word', { status: 413 }],
  ])('of a body that is too large is MessageTooLarge: %s', async (_, reply) => {
    const error = await failure(() => signing(() => reply), 'MessageTooLarge')
    expect(error.message).toContain('lower maxBodyBytes')
  })

  test.each<[string, string, number]>([
    ['in seconds', '7', 7000],
    ['as a date that is over', 'Mon, 27 Sep 2021 11:47:26 GMT', 0],
  ])('may say when to come again: %s', async (_, value, ms) => {
    const reply = refusal(429, 'Rejected.Throttling')
    const error = await failure(
      () => signing(() => ({ ...reply, headers: { 'retry-after': value } })),
      'Throttled',
    )
    expect(error.retryAfterMs).toBe(ms)
  })

  test('of what was signed with is Unauthenticated', async () => {
    await failure(() => signing(() => refusal(400, 'InvalidParam', 'Date')), 'Unauthenticated')
  })

  test('of a ClientKey that is not known is Unauthenticated', async () => {
    const service = await startInstance({ clientKeyId: 'KAAP.another' })
    const call = () => providerOf(service.url).sign(requestOf(), {})
    expect(await failure(call, 'Unauthenticated')).toMatchObject({ providerCode: 'SignatureNotMatch' })
  })
})

test('an answer that is no HTTP is refused', async () => {
  await failure(() => signing(rawBytes('SSH-2.0-OpenSSH\r\n\r\n')), 'InvalidResponse')
})

describe('options that cannot be right are refused', () => {
  const HOST = 'kst-a.cryptoservice.kms.aliyuncs.com'
  test.each<[string, object, string]>([
    ['no endpoint', { endpoint: undefined }, 'endpoint must be a host such as kst-'],
    ['http to elsewhere', { endpoint: `http://${HOST}` }, 'use https'],
    ['an option of OpenAPI', { region: 'cn-hangzhou' }, `transport 'instance' has no option region`],
    ['permission for http', { allowInsecureHttp: true }, 'has no option allowInsecureHttp'],
    ['a body of no size', { maxBodyBytes: 0 }, 'maxBodyBytes must be a whole number from 1024'],
    ['a body of half a byte', { maxBodyBytes: 2048.5 }, 'maxBodyBytes must be a whole number'],
    ['no request at a time', { maxConcurrency: 0 }, 'maxConcurrency must be a whole number from 1'],
    ['requests as text', { maxConcurrency: '5' }, 'maxConcurrency must be a whole number'],
    ['no request in a second', { maxPerSecond: 0 }, 'maxPerSecond must be a number above 0'],
    [
      'a version with a line break',
      { keyVersion: 'v\r\nx-kms-apiname: Decrypt' },
      'keyVersion must be the id',
    ],
    ['an authority that is no PEM', { ca: 'no' }, 'ca must hold certificates as PEM'],
    ['an authority that is no text', { ca: Buffer.from('no') }, 'ca must be a string of PEM, not Buffer'],
    ['a private key for an authority', { ca: CLIENT_KEY.privateKey }, 'ca must hold certificates as PEM'],
    [
      'a damaged authority',
      { ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' },
      'ca has a certificate that is damaged',
    ],
    ['an authority twice', { ca: 'a', caFile: 'b' }, 'leave one of them out'],
    ['a file that is no path', { caFile: 7 }, 'caFile must be a path, not number'],
    ['no ClientKey', { clientKey: undefined }, 'clientKey must have file'],
  ])('%s', async (_, options, text) => {
    const make = () => providerOf(HOST, options as never)
    const error = await failure(make, 'Configuration')
    expect(error.message).toContain(text)
    expect(error.message).not.toContain('PRIVATE')
  })

  test('and so is an environment that does not verify certificates, then and later', async () => {
    const provider = providerOf(HOST)
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    expect((await failure(() => providerOf(HOST), 'Configuration')).message).toContain('by ca or caFile')
    await failure(() => provider.sign(requestOf(), {}), 'Configuration')
  })
})
