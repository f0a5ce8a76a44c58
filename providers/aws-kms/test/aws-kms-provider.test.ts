import { KMSClient } from '@aws-sdk/client-kms'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createSigner, parseAlgorithm, type SigningErrorCode } from '@signport/core'
import { type AwsKmsOptions, createAwsKmsProvider } from '../src/index.js'
import { failure } from './support/failure.js'
import { ALGORITHMS, startKms, type TestKey, type TestKms } from './support/kms.js'
import { strangerVerifies } from './support/stranger.js'

const MESSAGE = Buffer.from('a message that is signed')

let kms: TestKms
const keys = new Map<string, TestKey>()
let p256: TestKey

beforeAll(async () => {
  kms = await startKms()
  for (const [, spec] of ALGORITHMS) if (!keys.has(spec)) keys.set(spec, await kms.createKey(spec))
  p256 = keys.get('ECC_NIST_P256') as TestKey
  await kms.createAlias('alias/invoices', p256)
})
afterEach(() => kms.emulator.faults.clear())
afterAll(() => kms.close())

const providerOf = (options: AwsKmsOptions = {}) => createAwsKmsProvider({ ...kms.options, ...options })

function signerOf(keyId: string, algorithm = 'ES256', options: AwsKmsOptions = {}) {
  return createSigner({ provider: providerOf(options), keyId, algorithm })
}

describe('signs with', () => {
  test.each(ALGORITHMS)('%s, so that a stranger verifies it', async (algorithm, spec, messageType) => {
    const key = keys.get(spec) as TestKey
    const signer = signerOf(key.id, algorithm)
    const signature = await signer.sign(MESSAGE)
    await signer.close()

    const spki = await kms.publicKey(key)
    expect(signature).toMatchObject({ algorithm, messageType, provider: 'aws-kms', keyId: key.arn })
    expect(signature.requestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(strangerVerifies(algorithm, spki, MESSAGE, signature.bytes)).toBe(true)
    expect(strangerVerifies(algorithm, spki, Buffer.from('another message'), signature.bytes)).toBe(false)
  })

  test.each(ALGORITHMS.filter(([algorithm]) => algorithm !== 'Ed25519ph-SHA512'))(
    '%s from the message itself',
    async (algorithm, spec) => {
      const key = keys.get(spec) as TestKey
      const signer = signerOf(key.id, algorithm)
      const { bytes, messageType } = await signer.sign(MESSAGE, { messageType: 'raw' })
      await signer.close()
      expect(messageType).toBe('raw')
      expect(strangerVerifies(algorithm, await kms.publicKey(key), MESSAGE, bytes)).toBe(true)
    },
  )

  test('no algorithm that KMS does not have', async () => {
    const error = await failure(() => signerOf(p256.id, 'Ed25519ph'), 'UnsupportedAlgorithm')
    expect(error.message).toContain('aws-kms has no Ed25519ph; it has RS256, ')
  })
})

describe('a key may be called by', () => {
  test.each<[string, (key: TestKey) => string]>([
    ['its id', ({ id }) => id],
    ['its ARN', ({ arn }) => arn],
    ['an alias', () => 'alias/invoices'],
    ["an alias's ARN", ({ arn }) => arn.replace(/key\/.*/, 'alias/invoices')],
  ])('%s', async (_, nameOf) => {
    const signer = signerOf(nameOf(p256))
    const signature = await signer.sign(MESSAGE)
    expect(signature.keyId).toBe(p256.arn)
    expect((await signer.publicKey()).toSpki()).toEqual(Uint8Array.from(await kms.publicKey(p256)))
    await signer.close()
  })

  test('the id of a multi-Region key', async () => {
    const key = await kms.createKey('ECC_NIST_P256', { multiRegion: true })
    expect(key.id).toMatch(/^mrk-/)
    const signer = signerOf(key.id)
    const { bytes, keyId } = await signer.sign(MESSAGE)
    await signer.close()
    expect(keyId).toBe(key.arn)
    expect(strangerVerifies('ES256', await kms.publicKey(key), MESSAGE, bytes)).toBe(true)
  })
})

describe('a key may be in', () => {
  test.each([
    ['aws', 'eu-west-1'],
    ['aws-cn', 'cn-northwest-1'],
    ['aws-us-gov', 'us-gov-west-1'],
    ['aws-eusc', 'eusc-de-east-1'],
    ['aws-iso', 'us-iso-east-1'],
    ['aws-iso-b', 'us-isob-east-1'],
    ['aws-iso-e', 'eu-isoe-west-1'],
    ['aws-iso-f', 'us-isof-south-1'],
  ])('the partition %s', (partition, region) => {
    const keyId = `arn:${partition}:kms:${region}:111122223333:key/${p256.id}`
    const provider = createAwsKmsProvider({ region })
    expect(createSigner({ provider, keyId, algorithm: 'ES256' }).keyId).toBe(keyId)
  })
})

describe('a key id is refused when the signer is made', () => {
  test.each<[string, string, SigningErrorCode, string]>([
    ['that is empty', '', 'InvalidArgument', 'keyId must be'],
    ['with a space', 'alias/in voices', 'InvalidArgument', 'keyId must be'],
    [
      'that is the ARN of something else',
      'arn:aws:s3:us-east-1:111122223333:key/x',
      'InvalidArgument',
      'keyId must be',
    ],
    [
      'of another region',
      'arn:aws:kms:eu-west-1:111122223333:alias/a',
      'Configuration',
      "is 'eu-west-1', but the provider's is 'us-east-1'",
    ],
    ['of another partition', 'arn:aws-cn:kms:us-east-1:111122223333:alias/a', 'Configuration', "is 'aws-cn'"],
  ])('%s', async (_, keyId, code, text) => {
    const before = kms.emulator.requests().length
    const error = await failure(() => signerOf(keyId), code)
    expect(error.message).toContain(text)
    expect(kms.emulator.requests()).toHaveLength(before)
  })
})

describe('a region that the SDK finds', () => {
  test('is compared with that of an ARN before anything is sent', async () => {
    const client = new KMSClient(kms.options)
    const provider = createAwsKmsProvider({ client })
    const keyId = p256.arn.replace('us-east-1', 'eu-west-1')
    const before = kms.emulator.requests().length
    const signer = createSigner({ provider, keyId, algorithm: 'ES256' })
    const error = await failure(() => signer.sign(MESSAGE), 'Configuration')
    expect(error.message).toContain("is 'eu-west-1', but the provider's is 'us-east-1'")
    expect(kms.emulator.requests()).toHaveLength(before)
    client.destroy()
  })
})

describe('fails as KMS says', () => {
  const states: [string, () => Promise<string>, SigningErrorCode, string][] = [
    [
      'for a key that is disabled',
      async () => {
        const key = await kms.createKey('ECC_NIST_P256')
        await kms.disable(key)
        return key.id
      },
      'KeyDisabled',
      'DisabledException',
    ],
    [
      'for a key that waits for its deletion',
      async () => {
        const key = await kms.createKey('ECC_NIST_P256')
        await kms.scheduleDeletion(key)
        return key.id
      },
      'InvalidKeyState',
      'KMSInvalidStateException',
    ],
    [
      'for a key that encrypts',
      async () => (await kms.createKey('RSA_2048', { usage: 'ENCRYPT_DECRYPT' })).id,
      'InvalidKeyUsage',
      'InvalidKeyUsageException',
    ],
    [
      'for a key on another curve',
      async () => (keys.get('ECC_NIST_P384') as TestKey).id,
      'InvalidKeyUsage',
      'InvalidKeyUsageException',
    ],
    ['for an alias that nobody made', async () => 'alias/nobody', 'KeyNotFound', 'NotFoundException'],
    [
      'for a key that is not there',
      async () => '00000000-0000-4000-8000-000000000000',
      'KeyNotFound',
      'NotFoundException',
    ],
  ]
  test.each(states)('%s', async (_, keyIdOf, code, providerCode) => {
    const keyId = await keyIdOf()
    const signer = createSigner({ provider: providerOf(), keyId, algorithm: 'ES256', check: 'never' })
    const error = await failure(() => signer.sign(MESSAGE), code)
    expect(error).toMatchObject({ provider: 'aws-kms', keyId, providerCode, retryable: false })
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/)
    await signer.close()
  })

  test.each([
    [
      'with a secret that is wrong',
      { secretAccessKey: 'c2VjcmV0LXRlc3Qta2V5LW9mLWZvcnR5LWNoYXJz' },
      'InvalidSignatureException',
    ],
    ['with an id that nobody has', { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }, 'UnrecognizedClientException'],
    ['with a token that was not given out', { sessionToken: 'dG9rZW4=' }, 'UnrecognizedClientException'],
  ])('%s', async (_, wrong, providerCode) => {
    const credentials = { ...kms.options.credentials, ...wrong }
    const signer = signerOf(p256.id, 'ES256', { credentials })
    const error = await failure(() => signer.sign(MESSAGE), 'Unauthenticated')
    expect(error).toMatchObject({ providerCode, retryable: false })
    await signer.close()
  })

  test('with credentials that ran out, which nothing replaces', async () => {
    const expired = await startKms({
      credentials: [
        {
          accessKeyId: 'ASIAAAAAAAAAAAAAAAAA',
          secretAccessKey: 'secret-of-what-ran-out',
          sessionToken: 'dG9rZW4=',
          expiration: new Date(0),
        },
      ],
    })
    const credentials = { ...expired.options.credentials, sessionToken: 'dG9rZW4=' }
    const provider = createAwsKmsProvider({ ...expired.options, credentials })
    const signer = createSigner({ provider, keyId: 'alias/any', algorithm: 'ES256' })
    const error = await failure(() => signer.sign(MESSAGE), 'Unauthenticated')
    expect(error).toMatchObject({ providerCode: 'ExpiredTokenException', retryable: false })
    await signer.close()
    await expired.close()
  })

  test.each<
    [Parameters<TestKms['emulator']['faults']['add']>[0]['kind'], SigningErrorCode, string | undefined]
  >([
    ['throttle', 'Throttled', 'ThrottlingException'],
    ['internal', 'Internal', 'KMSInternalException'],
    ['unavailable', 'Unavailable', 'ServiceUnavailableException'],
    ['dependencyTimeout', 'Unavailable', 'DependencyTimeoutException'],
    ['reset', 'Unavailable', undefined],
  ])('for now: %s, asked once', async (kind, code, providerCode) => {
    const provider = providerOf()
    const request = {
      keyId: p256.id,
      algorithm: parseAlgorithm('ES256'),
      wireName: 'ECDSA_SHA_256',
      input: { kind: 'raw', message: MESSAGE },
      parameters: {},
      pinned: false,
    } as const
    const before = kms.emulator.requests().length
    kms.emulator.faults.add({ kind, operation: 'Sign', times: null })
    const error = await failure(() => provider.sign(request, {}), code)
    expect(error.retryable).toBe(true)
    expect(error.providerCode).toBe(providerCode)
    // The SDK's own retries would be hidden from whoever keeps time.
    expect(kms.emulator.requests()).toHaveLength(before + 1)
    await provider.close?.()
  })

  test('by a signature of another key, which the check before release finds', async () => {
    kms.emulator.faults.add({ kind: 'otherKey', times: null })
    const signer = signerOf(p256.id)
    await failure(() => signer.sign(MESSAGE), 'SignatureCheckFailed')
    await signer.close()
  })
})

describe('probe', () => {
  test.each(ALGORITHMS)('says that %s would be signed, and signs nothing', async (algorithm, spec) => {
    const signer = signerOf((keys.get(spec) as TestKey).id, algorithm)
    expect((await signer.probe()).permission).toBe('confirmed')
    await signer.close()
    expect(kms.emulator.requests().at(-1)).toMatchObject({
      operation: 'Sign',
      code: 'DryRunOperationException',
    })
  })

  test('says why a key would not sign', async () => {
    const key = await kms.createKey('ECC_NIST_P256')
    const signer = signerOf(key.id)
    await signer.publicKey()
    await kms.disable(key)
    await failure(() => signer.probe(), 'KeyDisabled')
    await signer.close()
  })
})
