import { createHash, createPublicKey, createVerify } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import {
  type AlgorithmName,
  createSigner,
  type ProviderInput,
  parseAlgorithm,
  type Signer,
  type SigningErrorCode,
} from '@signport/core'
import type { FaultKind } from '@signport/emulator'
import { ALGORITHMS, startKms, type TestKey, type TestKms } from './support/kms.js'
import {
  bothOutcomes,
  keyOutcome,
  type Outcome,
  type SharedOptions,
  signatureOutcome,
} from './support/outcome.js'
import { json, type Raw, startRawServer } from './support/raw-server.js'
import { KEY_ID } from './support/requests.js'
import { strangerVerifies } from './support/stranger.js'

const MESSAGE = Buffer.from('a message that is signed')

let kms: TestKms
const keys = new Map<string, TestKey>()
const keyFor = (algorithm: AlgorithmName) =>
  keys.get(ALGORITHMS.find(([name]) => name === algorithm)?.[1] ?? '') as TestKey

beforeAll(async () => {
  kms = await startKms()
  for (const [, spec] of ALGORITHMS) if (!keys.has(spec)) keys.set(spec, await kms.createKey(spec))
  await kms.createAlias('alias/agreed', keyFor('ES256'))
})
afterEach(() => kms.emulator.faults.clear())
afterAll(() => kms.close())

/** What a signer of either provider comes to, which must be the same, and as expected. */
async function agree(
  run: (signer: Signer) => Promise<Outcome>,
  expected: Outcome,
  {
    algorithm = 'ES256' as AlgorithmName,
    keyId = keyFor(algorithm).id,
    options = kms.options as SharedOptions,
  } = {},
): Promise<void> {
  const [aws, trent] = await bothOutcomes(options, async (provider) => {
    // Layouts of one length, no key that must be fetched first, and each failure as it comes.
    const own = { encoding: 'ieee-p1363', check: 'never', maxAttempts: 1 } as const
    const signer = createSigner({ provider, keyId, algorithm, ...own })
    return run(signer)
  })
  expect(trent).toEqual(aws)
  expect(aws).toMatchObject(expected)
}

const signing = (message: Uint8Array, messageType?: 'raw' | 'digest') => async (signer: Signer) =>
  signatureOutcome(await signer.sign(message, messageType && { messageType }))

const OPERATIONS: Record<string, (signer: Signer) => Promise<Outcome>> = {
  sign: signing(MESSAGE),
  publicKey: async (signer) => keyOutcome(await signer.publicKey()),
  probe: async (signer) => ({ permission: (await signer.probe()).permission }),
}

const digestOf = (algorithm: AlgorithmName) => {
  const { digest } = parseAlgorithm(algorithm)
  return digest && { bytes: digest.bytes, options: digest.kind ? { digestKind: digest.kind } : {} }
}
const WITH_DIGEST = ALGORITHMS.filter(([name]) => digestOf(name))
const WITH_RAW = ALGORITHMS.filter(([name]) => name !== 'Ed25519ph-SHA512')

describe('both providers agree on what they sign', () => {
  test.each(ALGORITHMS)('%s, as the signer plans it', (algorithm, _, messageType) =>
    agree(
      async (signer) => {
        const signature = await signer.sign(MESSAGE, { encoding: 'der' })
        const spki = (await signer.publicKey()).toSpki()
        expect(strangerVerifies(algorithm, spki, MESSAGE, signature.bytes)).toBe(true)
        return signatureOutcome(await signer.sign(MESSAGE))
      },
      { algorithm, messageType, keyId: keyFor(algorithm).arn, requestId: true },
      { algorithm },
    ),
  )

  test.each(WITH_RAW)('%s, from the message itself', (algorithm) =>
    agree(signing(MESSAGE, 'raw'), { algorithm, messageType: 'raw' }, { algorithm }),
  )

  test.each(WITH_DIGEST)('%s, from a digest of the caller', (algorithm, _, messageType) => {
    const { bytes = 0, options } = digestOf(algorithm) ?? {}
    const digest = Buffer.alloc(bytes, 7)
    const run = async (signer: Signer) => signatureOutcome(await signer.signDigest(digest, options))
    return agree(run, { algorithm, messageType, digest: digest.toString('hex') }, { algorithm })
  })

  test.each(ALGORITHMS)("%s, and on the key's public half", async (algorithm) => {
    const pem = createPublicKeyPem(await kms.publicKey(keyFor(algorithm)))
    await agree(async (signer) => keyOutcome(await signer.publicKey()), { pem }, { algorithm })
  })

  test.each(ALGORITHMS)('%s, and on whether it could be signed', (algorithm) =>
    agree(
      async (signer) => ({ ...(await signer.probe()), publicKey: true }),
      { permission: 'confirmed' },
      { algorithm },
    ),
  )

  test.each<[string, () => string]>([
    ['an ARN', () => keyFor('ES256').arn],
    ['an alias', () => 'alias/agreed'],
    ["an alias's ARN", () => keyFor('ES256').arn.replace(/key\/.*/, 'alias/agreed')],
  ])('with the key called by %s', (_, keyId) =>
    agree(OPERATIONS.sign as never, { keyId: keyFor('ES256').arn }, { keyId: keyId() }),
  )

  test('with grant tokens', () =>
    agree(signing(MESSAGE), { algorithm: 'ES256' }, { options: { ...kms.options, grantTokens: ['a', 'b'] } }))
})

function createPublicKeyPem(spki: Uint8Array): string {
  const base64 = Buffer.from(spki).toString('base64')
  return `-----BEGIN PUBLIC KEY-----\n${base64.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PUBLIC KEY-----\n`
}

describe('both providers agree on messages of any size', () => {
  const CHUNK = Buffer.alloc(1024 * 1024, 'signport')
  async function* stream(chunks: number) {
    for (let chunk = 0; chunk < chunks; chunk++) yield CHUNK
  }
  test.each([
    ['1 byte', 0, 1],
    ['64 MiB', 64, 0],
  ])('%s', async (_, chunks, rest) => {
    async function* message() {
      yield* stream(chunks)
      yield CHUNK.subarray(0, rest)
    }
    const hash = createHash('sha256')
    for await (const chunk of message()) hash.update(chunk)
    await agree(
      async (signer) => {
        const signature = await signer.sign(message(), { encoding: 'der' })
        const verify = createVerify('sha256')
        for await (const chunk of message()) verify.update(chunk)
        const key = createPublicKey((await signer.publicKey()).toPem())
        expect(verify.verify(key, signature.bytes)).toBe(true)
        return signatureOutcome(signature)
      },
      { messageType: 'digest', digest: hash.digest('hex') },
    )
  })
})

describe('both providers agree on what goes wrong', () => {
  const faults: [FaultKind, SigningErrorCode, boolean, string | undefined][] = [
    ['throttle', 'Throttled', true, 'ThrottlingException'],
    ['internal', 'Internal', true, 'KMSInternalException'],
    ['unavailable', 'Unavailable', true, 'ServiceUnavailableException'],
    ['dependencyTimeout', 'Unavailable', true, 'DependencyTimeoutException'],
    ['expiredToken', 'Unauthenticated', false, 'ExpiredTokenException'],
    // The clocks agree, so that no other time would help.
    ['clockSkew', 'Unauthenticated', false, 'InvalidSignatureException'],
    ['hostileText', 'AccessDenied', false, 'AccessDeniedException'],
    ['resetDuring', 'Unavailable', true, undefined],
    ['html', 'Unavailable', true, undefined],
    ['htmlOk', 'InvalidResponse', false, undefined],
    ['empty', 'InvalidResponse', false, undefined],
    ['truncated', 'Unavailable', true, undefined],
    ['cut', 'InvalidResponse', false, undefined],
    ['oversized', 'InvalidResponse', false, undefined],
    ['redirect', 'Configuration', false, undefined],
    ['reset', 'Unavailable', true, undefined],
  ]
  test.each(
    faults.flatMap((fault) => Object.keys(OPERATIONS).map((operation) => [operation, ...fault] as const)),
  )('%s with the fault %s', (operation, kind, code, retryable, providerCode) => {
    kms.emulator.faults.add({ kind, times: null })
    return agree(OPERATIONS[operation] as never, { code, retryable, providerCode })
  })

  test.each(Object.keys(OPERATIONS))('%s with no answer at all', (operation) => {
    kms.emulator.faults.add({ kind: 'stall', times: null })
    const calls: Record<string, (signer: Signer) => Promise<unknown>> = {
      sign: (signer) => signer.sign(MESSAGE, { timeoutMs: 300 }),
      publicKey: (signer) => signer.publicKey({ timeoutMs: 300 }),
      probe: (signer) => signer.probe({ timeoutMs: 300 }),
    }
    return agree(async (signer) => ({ came: await calls[operation]?.(signer) }), {
      code: 'Timeout',
      retryable: true,
    })
  })

  test('an answer by another key', async () => {
    kms.emulator.faults.add({ kind: 'otherKey', times: null })
    const [aws, trent] = await bothOutcomes(kms.options, async (provider) => {
      const signer = createSigner({ provider, keyId: keyFor('ES256').id, algorithm: 'ES256' })
      return signatureOutcome(await signer.sign(MESSAGE))
    })
    expect(trent).toEqual(aws)
    expect(aws).toMatchObject({ code: 'SignatureCheckFailed', retryable: false })
  })

  const keyMistakes: [string, () => Promise<string>, SigningErrorCode, string | undefined][] = [
    ['disabled', () => inState((key) => kms.disable(key)), 'KeyDisabled', 'DisabledException'],
    [
      'waiting for its deletion',
      () => inState((key) => kms.scheduleDeletion(key)),
      'InvalidKeyState',
      'KMSInvalidStateException',
    ],
    [
      'for encryption',
      async () => (await kms.createKey('RSA_2048', { usage: 'ENCRYPT_DECRYPT' })).id,
      'InvalidKeyUsage',
      'InvalidKeyUsageException',
    ],
    [
      'for secrets that both sides know',
      async () => (await kms.createKey('HMAC_256', { usage: 'GENERATE_VERIFY_MAC' })).id,
      'InvalidKeyUsage',
      'InvalidKeyUsageException',
    ],
    ['on another curve', async () => keyFor('ES384').id, 'InvalidKeyUsage', 'InvalidKeyUsageException'],
    ['an alias that nobody made', async () => 'alias/nobody', 'KeyNotFound', 'NotFoundException'],
    ['not there', async () => '00000000-0000-4000-8000-000000000000', 'KeyNotFound', 'NotFoundException'],
    [
      "in somebody else's account",
      async () => 'arn:aws:kms:us-east-1:999999999999:alias/x',
      'KeyNotFound',
      'NotFoundException',
    ],
    ['a name without alias/', async () => 'agreed', 'KeyNotFound', 'NotFoundException'],
    ['empty', async () => '', 'InvalidArgument', undefined],
    ['with a line end', async () => 'alias/a\n', 'InvalidArgument', undefined],
    ['too long', async () => `alias/${'a'.repeat(2048)}`, 'InvalidArgument', undefined],
    [
      'the ARN of a queue',
      async () => 'arn:aws:sqs:us-east-1:111122223333:key/a',
      'InvalidArgument',
      undefined,
    ],
    [
      'in another region',
      async () => 'arn:aws:kms:eu-west-1:111122223333:alias/a',
      'Configuration',
      undefined,
    ],
    [
      'in another partition',
      async () => 'arn:aws-cn:kms:us-east-1:111122223333:alias/a',
      'Configuration',
      undefined,
    ],
  ]
  async function inState(change: (key: TestKey) => Promise<void>): Promise<string> {
    const key = await kms.createKey('ECC_NIST_P256')
    await change(key)
    return key.id
  }
  test.each(keyMistakes)('a key that is %s', async (_, keyIdOf, code, providerCode) => {
    const keyId = await keyIdOf()
    await agree(signing(MESSAGE), { code, providerCode, retryable: false }, { keyId })
    // Whoever asks whether a key could sign is told the same.
    await agree(async (signer) => ({ came: await signer.probe() }), { retryable: false }, { keyId })
  })

  test.each<[string, object, string]>([
    [
      'a wrong secret',
      { secretAccessKey: 'c2VjcmV0LXRlc3Qta2V5LW9mLWZvcnR5LWNoYXJz' },
      'InvalidSignatureException',
    ],
    ['an id that nobody has', { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }, 'UnrecognizedClientException'],
    ['a token that nobody gave out', { sessionToken: 'dG9rZW4=' }, 'UnrecognizedClientException'],
  ])('%s', (_, wrong, providerCode) => {
    const options = { ...kms.options, credentials: { ...kms.options.credentials, ...wrong } }
    return agree(signing(MESSAGE), { code: 'Unauthenticated', retryable: false, providerCode }, { options })
  })

  test('credentials that ran out and are followed by new ones', async () => {
    kms.emulator.faults.add({ kind: 'expiredToken', times: null })
    const credentials = async (request?: { forceRefresh?: boolean }) => ({
      ...kms.options.credentials,
      ...(request?.forceRefresh && { sessionToken: 'another' }),
    })
    const [aws, trent] = await bothOutcomes({ ...kms.options, credentials }, async (provider) => {
      // The provider's own answer: a signer would try again.
      const request = { keyId: keyFor('ES256').id, algorithm: parseAlgorithm('ES256') }
      const input = { kind: 'raw', message: MESSAGE } as const
      await provider.sign({ ...request, wireName: 'ECDSA_SHA_256', input, parameters: {}, pinned: false }, {})
      return {}
    })
    expect(trent).toEqual(aws)
    expect(aws).toMatchObject({ code: 'Unauthenticated', retryable: true })
  })

  test('credentials that ran out and are followed by the same', () => {
    kms.emulator.faults.add({ kind: 'expiredToken', times: null })
    const options = { ...kms.options, credentials: async () => kms.options.credentials }
    return agree(signing(MESSAGE), { code: 'Unauthenticated', retryable: false }, { options })
  })

  // By the code alone it differs from a wrong secret, above.
  test('a region that the service is not in', () =>
    agree(
      signing(MESSAGE),
      { code: 'Configuration', retryable: false, providerCode: 'InvalidSignatureException' },
      { options: { ...kms.options, region: 'eu-west-1' } },
    ))

  test.each<[string, string, Outcome, Outcome]>([
    [
      'of Sign, which trent-service then sends once more and the SDK does not',
      'sign',
      { code: 'Unavailable', retryable: true },
      { algorithm: 'ES256' },
    ],
    [
      'of GetPublicKey, which trent-service then sends once more and the SDK does not',
      'publicKey',
      { code: 'Unavailable', retryable: true },
      { pem: expect.any(String) },
    ],
  ])('a kept connection that breaks once under a request %s', async (_, operation, aws, trent) => {
    const outcomes = await bothOutcomes(kms.options as SharedOptions, async (provider) => {
      // The provider's own answer: a signer would try again.
      const request = { keyId: keyFor('ES256').id, algorithm: parseAlgorithm('ES256') }
      await provider.getPublicKey(request, {})
      kms.emulator.faults.add({ kind: 'reset', times: 1 })
      if (operation === 'publicKey') {
        const { publicKey } = await provider.getPublicKey(request, {})
        return { pem: createPublicKeyPem(publicKey as Uint8Array) }
      }
      const input = { kind: 'raw', message: MESSAGE } as const
      const whole = { ...request, wireName: 'ECDSA_SHA_256', input, parameters: {}, pinned: false }
      const { wireName } = await provider.sign(whole, {})
      return { algorithm: wireName === 'ECDSA_SHA_256' ? 'ES256' : wireName }
    })
    kms.emulator.faults.clear()
    expect(outcomes[0]).toMatchObject(aws)
    expect(outcomes[1]).toMatchObject(trent)
  })

  test('a service that is not there', () =>
    agree(
      signing(MESSAGE),
      { code: 'Unavailable', retryable: true, requestId: false },
      { options: { ...kms.options, endpoint: 'http://127.0.0.1:1' } },
    ))
})

describe('both providers agree on answers that are none', () => {
  const KEY = `arn:aws:kms:us-east-1:111122223333:key/${KEY_ID}`
  const signed = (members: object) => json(200, { KeyId: KEY, Signature: 'AAAA', ...members })
  test.each<[string, Raw, Outcome]>([
    ['a page', { body: '<html>Welcome</html>' }, { code: 'InvalidResponse' }],
    ['a page of a gateway', { status: 502, body: '<html>' }, { code: 'Unavailable', retryable: true }],
    ['a text that is not found', { status: 404, body: 'not found' }, { code: 'InvalidResponse' }],
    ['nothing', {}, { code: 'InvalidResponse' }],
    ['nothing but a failure', { status: 500 }, { code: 'Internal', retryable: true }],
    ['nothing but a refusal', { status: 403 }, { code: 'InvalidResponse' }],
    ['null', { body: 'null' }, { code: 'InvalidResponse' }],
    ['half of an object', { body: '{"Signature":"AA' }, { code: 'InvalidResponse' }],
    ['too many requests', { status: 429 }, { code: 'Throttled', retryable: true }],
    ['a message that is too large', { status: 413 }, { code: 'MessageTooLarge' }],
    ['a redirection', { status: 302, headers: { location: 'https://x.example' } }, { code: 'Configuration' }],
    ['more than any answer has', { body: Buffer.alloc(300 * 1024, ' ') }, { code: 'InvalidResponse' }],
    ['no signature', json(200, { KeyId: KEY }), { code: 'InvalidResponse' }],
    ['an empty signature', signed({ Signature: '' }), { code: 'InvalidResponse' }],
    ['a signature that is a number', signed({ Signature: 5 }), { code: 'InvalidResponse' }],
    ['a signature that is not base64', signed({ Signature: '*' }), { code: 'InvalidResponse' }],
    ['a key id that is a number', signed({ KeyId: 5 }), { code: 'InvalidResponse' }],
    ['an algorithm that is a list', signed({ SigningAlgorithm: ['a'] }), { code: 'InvalidResponse' }],
    ['another algorithm', signed({ SigningAlgorithm: 'ECDSA_SHA_384' }), { code: 'InvalidResponse' }],
    ['another key', signed({ KeyId: KEY.replace('1234abcd', '00000000') }), { code: 'KeyMismatch' }],
    ['a signature of another form', signed({}), { code: 'InvalidResponse' }],
    [
      'a code with a namespace',
      json(400, { __type: 'a.b#DisabledException' }),
      { code: 'KeyDisabled', providerCode: 'DisabledException' },
    ],
    [
      'a code with an address',
      json(400, { __type: 'DisabledException:http://x/' }),
      { code: 'KeyDisabled', providerCode: 'DisabledException' },
    ],
    [
      'a code in a header',
      { status: 400, headers: { 'x-amzn-errortype': 'DisabledException,x' } },
      { code: 'KeyDisabled', providerCode: 'DisabledException' },
    ],
    [
      'a code by another name',
      json(400, { code: 'DisabledException' }),
      { code: 'KeyDisabled', providerCode: 'DisabledException' },
    ],
    [
      'a refusal whose status says that all went well',
      json(200, { __type: 'DisabledException', message: 'Off.' }),
      { code: 'KeyDisabled', providerCode: 'DisabledException', retryable: false },
    ],
    [
      'a refusal in a header whose status says that all went well',
      { status: 200, headers: { 'x-amzn-errortype': 'ThrottlingException' } },
      { code: 'Throttled', providerCode: 'ThrottlingException', retryable: true },
    ],
    [
      'a type beside a signature, which is no refusal',
      signed({ __type: 'SignResponse' }),
      { code: 'InvalidResponse', providerCode: undefined },
    ],
    ['a message for the name of a key', signed({ KeyId: MESSAGE.toString() }), { code: 'InvalidResponse' }],
    ['a text for the name of an algorithm', signed({ SigningAlgorithm: 'a b' }), { code: 'InvalidResponse' }],
    [
      'a name that is taken, which only other operations say',
      json(400, { __type: 'AlreadyExistsException' }),
      { code: 'InvalidArgument', retryable: false },
    ],
    [
      'a code that nobody knows',
      json(400, { __type: 'NewException', message: 'new' }),
      { code: 'Internal', retryable: false, providerCode: 'NewException' },
    ],
    [
      'a code of JavaScript',
      json(500, { __type: '__proto__' }),
      { code: 'Internal', providerCode: '__proto__' },
    ],
  ])('%s', async (_, raw, expected) => {
    const server = await startRawServer(() => raw)
    const options = { ...kms.options, endpoint: server.url }
    await agree(signing(MESSAGE), expected, { keyId: KEY_ID, options })
    await server.close()
  })
})

describe('both providers agree on limits', () => {
  const fits = (algorithm: AlgorithmName) => ({ algorithm, messageType: 'raw', requestId: true })
  test.each(WITH_RAW.flatMap(([algorithm]) => [1, 4096].map((bytes) => [algorithm, bytes] as const)))(
    '%s signs a message of %d bytes as it is',
    (algorithm, bytes) => agree(signing(Buffer.alloc(bytes), 'raw'), fits(algorithm), { algorithm }),
  )

  /** Counts who comes, and never answers. */
  async function withCounter(run: (endpoint: string) => Promise<void>): Promise<number> {
    let connections = 0
    const server = createServer((socket) => {
      connections += 1
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.close()
    await once(server, 'close')
    return connections
  }

  test.each(
    WITH_RAW.flatMap(
      ([algorithm]) =>
        [
          [algorithm, 0, 'InvalidArgument'],
          [algorithm, 4097, 'MessageTooLarge'],
        ] as const,
    ),
  )('%s refuses a message of %d bytes as it is, and asks nobody', async (algorithm, bytes, code) => {
    const connections = await withCounter((endpoint) =>
      agree(
        signing(Buffer.alloc(bytes), 'raw'),
        { code, requestId: false },
        { algorithm, options: { ...kms.options, endpoint } },
      ),
    )
    expect(connections).toBe(0)
  })

  test('the counter counts', async () => {
    const connections = await withCounter((endpoint) =>
      agree(signing(MESSAGE), { code: 'Unavailable' }, { options: { ...kms.options, endpoint } }),
    )
    expect(connections).toBe(2)
  })

  test.each(WITH_DIGEST.flatMap(([algorithm]) => [-1, 1].map((more) => [algorithm, more] as const)))(
    '%s refuses a digest that is longer by %d bytes',
    (algorithm, more) => {
      const { bytes = 0, options } = digestOf(algorithm) ?? {}
      const run = async (signer: Signer) =>
        signatureOutcome(await signer.signDigest(Buffer.alloc(bytes + more), options))
      return agree(run, { code: 'DigestLengthMismatch', requestId: false }, { algorithm })
    },
  )

  test.each<[string, AlgorithmName, string, ProviderInput]>([
    ['an empty message', 'ES256', 'ECDSA_SHA_256', { kind: 'raw', message: new Uint8Array() }],
    ['4,097 bytes', 'ES256', 'ECDSA_SHA_256', { kind: 'raw', message: new Uint8Array(4097) }],
    ['a short digest', 'ES256', 'ECDSA_SHA_256', { kind: 'digest', digest: new Uint8Array(31) }],
    ['a long digest', 'ES256', 'ECDSA_SHA_256', { kind: 'digest', digest: new Uint8Array(33) }],
    ['a digest of Ed25519', 'Ed25519', 'ED25519_SHA_512', { kind: 'digest', digest: new Uint8Array(64) }],
    ['a message of Ed25519ph', 'Ed25519ph-SHA512', 'ED25519_PH_SHA_512', { kind: 'raw', message: MESSAGE }],
    ['a short mu', 'ML-DSA-65', 'ML_DSA_SHAKE_256', { kind: 'external-mu', digest: new Uint8Array(63) }],
    [
      'a mu for RSA',
      'RS256',
      'RSASSA_PKCS1_V1_5_SHA_256',
      { kind: 'external-mu', digest: new Uint8Array(64) },
    ],
    ['an algorithm that nobody has', 'ES256', 'ECDSA_SHA_1', { kind: 'raw', message: MESSAGE }],
  ])('the service refuses %s, where nobody asked before', async (_, name, wireName, input) => {
    const keyId = keyFor(name).id
    const request = { keyId, algorithm: parseAlgorithm(name), wireName, input, parameters: {}, pinned: false }
    const [aws, trent] = await bothOutcomes(kms.options, async (provider) => ({
      came: await provider.sign(request, {}),
    }))
    expect(trent).toEqual(aws)
    expect(aws).toMatchObject({
      code: 'InvalidArgument',
      providerCode: 'ValidationException',
      retryable: false,
    })
  })
})
