import { afterEach, describe, expect, test } from '@jest/globals'
import { createSigner, parseAlgorithm, type SigningErrorCode } from '@signport/core'
import { type AlibabaKmsOpenApiOptions, createAlibabaKmsProvider } from '../../src/index.js'
import { emptyEnvironment } from '../support/environment.js'
import { everythingOf, failure } from '../support/failure.js'
import {
  CREDENTIALS,
  json,
  type OpenApiService,
  startOpenApi,
  TEMPORARY,
  versionOf,
} from '../support/openapi-service.js'
import { type Reply, rawBytes, startServer } from '../support/server.js'
import { OTHER_P256, P256 } from '../support/service-keys.js'

emptyEnvironment()
afterEach(() => {
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
})

const MESSAGE = Buffer.from('a message that is signed')
const DIGEST = P256.digest(MESSAGE)

const providerOf = (endpoint: string, options: Partial<AlibabaKmsOpenApiOptions> = {}) =>
  createAlibabaKmsProvider({ transport: 'openapi', endpoint, credentials: CREDENTIALS, ...options })

const requestOf = (keyId = P256.id) => ({
  keyId,
  algorithm: parseAlgorithm('ES256'),
  wireName: 'ECDSA_SHA_256',
  input: { kind: 'digest', digest: DIGEST } as const,
  parameters: {},
  pinned: false,
})

async function started(): Promise<OpenApiService> {
  const service = await startOpenApi()
  return service
}

describe('on the wire', () => {
  test('a signature is asked for as the service wants it, and its answer handed over as it came', async () => {
    const service = await started()
    const signature = await providerOf(service.url).sign(requestOf(), {})
    const asked = Object.fromEntries(service.last())
    expect(asked).toMatchObject({
      Action: 'AsymmetricSign',
      Version: '2016-01-20',
      Algorithm: 'ECDSA_SHA_256',
      Digest: DIGEST.toString('base64'),
      KeyId: P256.id,
      KeyVersionId: versionOf(P256.id),
    })
    expect(asked).not.toHaveProperty('SecurityToken')
    expect(signature).toMatchObject({ keyId: P256.id, keyVersion: versionOf(P256.id) })
    expect(P256.verify(MESSAGE, signature.bytes, 'ECDSA_SHA_256')).toBe(true)
  })

  test('only digests are taken', async () => {
    const provider = providerOf((await started()).url)
    expect(provider.support(parseAlgorithm('SM2'), P256.id)?.inputs).toEqual(['digest'])
    const signer = createSigner({ provider, keyId: P256.id, algorithm: 'ES256' })
    await failure(() => signer.sign(MESSAGE, { messageType: 'raw' }), 'UnsupportedAlgorithm')
    await signer.close()
  })

  test('an answer may take longer than the three seconds that the client of the vendor waits by itself', async () => {
    const server = await startServer(async () => {
      await new Promise((resolve) => setTimeout(resolve, 3500))
      return json({ Value: 'AAAA' })
    })
    const signature = await providerOf(server.url, { keyVersion: 'v1' }).sign(requestOf(), {})
    expect(signature.bytes).toEqual(new Uint8Array(3))
  })

  test('no more requests are under way at once, and no more connections open, than the option says', async () => {
    const service = await started()
    const options = { maxConcurrency: 2, keyVersion: versionOf(P256.id), maxPerSecond: 1_000_000 }
    const provider = providerOf(service.url, options)
    const signer = createSigner({ provider, keyId: P256.id, algorithm: 'ES256', check: 'never' })
    await Promise.all(Array.from({ length: 20 }, () => signer.sign(MESSAGE)))
    expect(service.requests).toHaveLength(20)
    expect(service.connections().all).toBe(2)
    await signer.close()
  })

  test('no more requests begin in a second than the option says', async () => {
    const service = await started()
    const provider = providerOf(service.url, { keyVersion: versionOf(P256.id), maxPerSecond: 20 })
    const signer = createSigner({ provider, keyId: P256.id, algorithm: 'ES256', check: 'never' })
    await signer.sign(MESSAGE)
    const before = performance.now()
    await Promise.all(Array.from({ length: 40 }, () => signer.sign(MESSAGE)))
    // A second's worth may go at once: the others have to wait for theirs.
    expect(performance.now() - before).toBeGreaterThan(900)
    await signer.close()
  })

  test('temporary credentials send their token', async () => {
    const service = await started()
    await providerOf(service.url, { credentials: TEMPORARY }).sign(requestOf(), {})
    expect(service.last().get('SecurityToken')).toBe(TEMPORARY.securityToken)
  })
})

describe('an answer that breaks the protocol is InvalidResponse', () => {
  const sign = (reply: Reply) => async () => {
    const server = await startServer(() => reply)
    return providerOf(server.url, { keyVersion: 'v1' }).sign(requestOf(), {})
  }
  const value = Buffer.alloc(70, 1).toString('base64')
  test.each<[string, Reply]>([
    ['a page for browsers', { body: '<html>Welcome</html>' }],
    ['nothing', { body: '' }],
    ['a success without a value', json({ KeyId: P256.id })],
    ['a success with an empty value', json({ Value: '' })],
    ['a value that is no base64', json({ Value: `${value}!` })],
    ['a value in base64 for URLs', json({ Value: '-_-_' })],
    ['a value that is an object', json({ Value: { a: 1 } })],
    ['a value that is a number', json({ Value: 7 })],
    ['JSON that is no object', { body: '"text"' }],
    ['JSON that is null', { body: 'null' }],
  ])('%s', async (_, reply) => {
    const error = await failure(sign(reply), 'InvalidResponse')
    expect(error).toMatchObject({ retryable: false, provider: 'alibaba-kms', keyId: P256.id })
    expect(error.message).toContain('check the endpoint')
  })

  test('what is no HTTP', async () => {
    const server = await startServer(rawBytes('SSH-2.0-OpenSSH\r\n\r\n'))
    await failure(() => providerOf(server.url, { keyVersion: 'v1' }).sign(requestOf(), {}), 'InvalidResponse')
  })

  test('a public key that is missing', async () => {
    const server = await startServer(() => json({ KeyId: P256.id }))
    const provider = providerOf(server.url, { keyVersion: 'v1' })
    const error = await failure(() => provider.getPublicKey({ keyId: P256.id }, {}), 'InvalidResponse')
    expect(error.message).toContain('its publicKey is missing')
    expect(error.requestId).toBe('475f1620-b9d3-4d35-b5c6-3fbdd941423d')
  })
})

describe('an answer for something else is KeyMismatch', () => {
  const Value = Buffer.alloc(70, 1).toString('base64')
  test.each<[string, string, object, string]>([
    ['another key', P256.id, { KeyId: OTHER_P256.id }, `answered for the key ${OTHER_P256.id}`],
    ['another version', P256.id, { KeyId: P256.id, KeyVersionId: 'v2' }, 'answered for the key version v2'],
    ['another version of an alias', 'alias/a', { KeyId: P256.id, KeyVersionId: 'v2' }, 'key version v2'],
  ])('%s', async (_, keyId, said, text) => {
    const server = await startServer(() => json({ Value, PublicKey: P256.publicKey, ...said }))
    const provider = providerOf(server.url, { keyVersion: 'v1' })
    for (const call of [
      () => provider.sign(requestOf(keyId), {}),
      () => provider.getPublicKey({ keyId }, {}),
    ])
      expect((await failure(call, 'KeyMismatch')).message).toContain(text)
  })

  test('but the same id in capitals, or none at all, is not', async () => {
    for (const said of [{ KeyId: P256.id.toUpperCase() }, {}]) {
      const server = await startServer(() => json({ Value, ...said }))
      const answer = await providerOf(server.url, { keyVersion: 'v1' }).sign(requestOf(), {})
      expect(answer.bytes).toHaveLength(70)
    }
  })
})

describe('an answer that names no key is refused, also with an alias', () => {
  const Value = Buffer.alloc(70, 1).toString('base64')
  test.each<[string, object]>([
    ['control characters', { KeyId: 'key-a\u001b[2J' }],
    ['a name without an end', { KeyId: 'k'.repeat(200) }],
    ['the digest', { KeyId: DIGEST.toString('hex') }],
    ['the secret', { KeyId: CREDENTIALS.accessKeySecret }],
    ['the digest for a version', { KeyId: P256.id, KeyVersionId: DIGEST.toString('hex') }],
  ])('%s', async (_, said) => {
    const server = await startServer(() => json({ Value, ...said }))
    const provider = providerOf(server.url, { keyVersion: 'v1' })
    const error = await failure(() => provider.sign(requestOf('alias/a'), {}), 'InvalidResponse')
    expect(error.message).toMatch(/its key(?:Version)?Id is missing or damaged/)
    for (const secret of [DIGEST.toString('hex'), CREDENTIALS.accessKeySecret, '\u001b'])
      expect(everythingOf(error)).not.toContain(secret)
  })
})

describe('a failure', () => {
  const failing = (status: number, body: string) => async () => {
    const server = await startServer(() => ({ status, body }))
    return providerOf(server.url, { keyVersion: 'v1' }).sign(requestOf(), {})
  }
  test.each<[string, number, object, SigningErrorCode, string | undefined]>([
    [
      'of the service',
      429,
      { HttpStatus: 429, Code: 'Rejected.Throttling' },
      'Throttled',
      'Rejected.Throttling',
    ],
    ['that names no status', 500, { Code: 'Something' }, 'Internal', 'Something'],
    ['in lower case', 404, { code: 'Forbidden.KeyNotFound' }, 'KeyNotFound', 'Forbidden.KeyNotFound'],
    ['whose code ends like a suffix', 500, { Code: 'InternalError' }, 'Internal', 'InternalError'],
    ['without a code', 503, { Message: 'Wait.' }, 'Unavailable', undefined],
    ['with a code that is no text', 429, { Code: 7 }, 'Throttled', '7'],
    ['of a body that is too large', 413, {}, 'MessageTooLarge', undefined],
  ])(
    '%s is told by its code, and by its status where there is none',
    async (_, status, body, code, providerCode) => {
      const error = await failure(failing(status, JSON.stringify(body)), code)
      expect(error.providerCode).toBe(providerCode)
    },
  )

  test('of what is too large does not advise what only an instance can do', async () => {
    const error = await failure(failing(413, '{}'), 'MessageTooLarge')
    expect(error.message).not.toMatch(/maxBodyBytes|messageType/)
    expect(error.message).toContain('must take a URL of some kilobytes')
  })

  test('of the connection may pass', async () => {
    const server = await startServer(({ socket }) => {
      socket.destroy()
      return undefined
    })
    const error = await failure(
      () => providerOf(server.url, { keyVersion: 'v1' }).sign(requestOf(), {}),
      'Unavailable',
    )
    expect(error).toMatchObject({ retryable: true })
    expect(error.message).toContain(`There is no answer from ${server.host}: ECONNRESET`)
    expect(server.requests).toHaveLength(1)
  })
})

test('an answer that leaves HTTP ends the call at once, and may pass', async () => {
  const server = await startServer(({ socket }) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')
    return undefined
  })
  const error = await failure(
    () => providerOf(server.url, { keyVersion: 'v1' }).sign(requestOf(), {}),
    'Unavailable',
  )
  expect(error).toMatchObject({ retryable: true })
  expect(error.message).toContain(`There is no answer from ${server.host}: ECONNRESET`)
  expect(server.requests).toHaveLength(1)
})

describe('an abort ends a call at once', () => {
  test.each<[string, Partial<AlibabaKmsOpenApiOptions>]>([
    ['about the version of the key', {}],
    ['about the signature', { keyVersion: 'v1' }],
  ])('while the service says nothing %s', async (_, options) => {
    const service = await started()
    service.instead = () => 'stall'
    const controller = new AbortController()
    const { signal } = controller
    const call = failure(() => providerOf(service.url, options).sign(requestOf(), { signal }), 'Aborted')
    setTimeout(() => controller.abort(new Error('enough')), 50)
    const before = performance.now()
    const error = await call
    expect(performance.now() - before).toBeLessThan(4000)
    expect(error).toMatchObject({ name: 'AbortError', cause: { message: 'enough' } })
  })

  test('while credentials are waited for, and nothing is sent when they come', async () => {
    const service = await started()
    let give = () => {}
    const coming = new Promise<void>((resolve) => {
      give = resolve
    })
    const credentials = () => coming.then(() => CREDENTIALS)
    const provider = providerOf(service.url, { credentials, keyVersion: versionOf(P256.id) })
    await failure(() => provider.sign(requestOf(), { signal: AbortSignal.timeout(50) }), 'Aborted')
    give()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(service.requests).toHaveLength(0)
  })

  test('before anything is sent', async () => {
    const service = await started()
    await failure(() => providerOf(service.url).sign(requestOf(), { signal: AbortSignal.abort() }), 'Aborted')
    await failure(
      () => providerOf(service.url, { keyVersion: 'v' }).sign(requestOf(), { signal: AbortSignal.abort() }),
      'Aborted',
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(service.operations()).not.toContain('AsymmetricSign')
  })
})

describe('options that cannot be right are refused', () => {
  test.each<[string, object, string]>([
    ['neither region nor endpoint', {}, 'Set region, such as cn-hangzhou, or endpoint.'],
    ['a region that is none', { region: 'evil.example/' }, 'region must be a region'],
    [
      'a region that is none beside an endpoint',
      { region: '-', endpoint: 'a.example' },
      'region must be a region',
    ],
    [
      'a network that is none',
      { region: 'cn-hangzhou', network: 'lan' },
      "network must be public or vpc, not 'lan'",
    ],
    [
      'a network and an endpoint',
      { endpoint: 'a.example', network: 'vpc' },
      'network chooses the host of a region',
    ],
    ['http to elsewhere', { endpoint: 'http://kms.example.com' }, 'use https'],
    [
      'a flag that is text',
      { region: 'cn-hangzhou', allowInsecureHttp: 'yes' },
      'allowInsecureHttp must be true or false',
    ],
    [
      'a version with a line break',
      { region: 'cn-hangzhou', keyVersion: 'a\nb' },
      'keyVersion must be the id of a version',
    ],
    ['no request at a time', { region: 'cn-hangzhou', maxConcurrency: 0 }, 'maxConcurrency must be a whole'],
    [
      'a rate that is text',
      { region: 'cn-hangzhou', maxPerSecond: '9' },
      'maxPerSecond must be a number above 0',
    ],
    [
      'an option of instances',
      { region: 'cn-hangzhou', caFile: 'ca.pem' },
      `transport 'openapi' has no option caFile`,
    ],
    [
      'credentials that are text',
      { region: 'cn-hangzhou', credentials: 'LTAI' },
      'accessKeyId of the option credentials must be a string, not undefined',
    ],
    [
      'a secret that is missing',
      { region: 'cn-hangzhou', credentials: { accessKeyId: 'LTAI' } },
      'accessKeySecret of the option credentials must be a string',
    ],
    [
      'an id with a line break',
      { region: 'cn-hangzhou', credentials: { ...CREDENTIALS, accessKeyId: 'a\nb' } },
      'accessKeyId of the option credentials is empty, or has characters that none has',
    ],
  ])('%s', async (_, options, text) => {
    const make = () =>
      createAlibabaKmsProvider({ transport: 'openapi', credentials: CREDENTIALS, ...options } as never)
    expect((await failure(make, 'Configuration')).message).toContain(text)
  })

  test('and so are credentials that are only found, where the endpoint is anybody', async () => {
    const make = () => createAlibabaKmsProvider({ transport: 'openapi', endpoint: 'kms.example.com' })
    const error = await failure(make, 'Configuration')
    expect(error.message).toContain('not sent to kms.example.com, which is neither KMS nor this machine')
  })

  test('and an environment that does not verify certificates', async () => {
    const provider = createAlibabaKmsProvider({
      transport: 'openapi',
      region: 'cn-hangzhou',
      credentials: CREDENTIALS,
    })
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    const error = await failure(() => provider.getPublicKey({ keyId: P256.id }, {}), 'Configuration')
    expect(error.message).toContain('a private authority is named in NODE_EXTRA_CA_CERTS')
  })
})
