import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  algorithms,
  createSigner,
  parseAlgorithm,
  type SigningErrorCode,
  type SigningProvider,
} from '@signport/core'
import { createAlibabaKmsProvider } from '../src/index.js'
import { failure } from './support/failure.js'
import { CLIENT_KEY, startInstance } from './support/instance-service.js'
import { CREDENTIALS, startOpenApi } from './support/openapi-service.js'
import { CASES, OTHER_P256, P256 } from './support/service-keys.js'

const MESSAGE = Buffer.from('a message that is signed')

/** What both transports are asked alike. */
interface Started {
  readonly service: { readonly aliases: Map<string, string> }
  readonly provider: SigningProvider
}

const TRANSPORTS: readonly [string, () => Promise<Started>][] = [
  [
    'openapi',
    async () => {
      const service = await startOpenApi()
      const options = { transport: 'openapi', endpoint: service.url, credentials: CREDENTIALS } as const
      return { service, provider: createAlibabaKmsProvider(options) }
    },
  ],
  [
    'instance',
    async () => {
      const service = await startInstance()
      const options = { transport: 'instance', endpoint: service.url, clientKey: CLIENT_KEY } as const
      return { service, provider: createAlibabaKmsProvider(options) }
    },
  ],
]

describe.each(TRANSPORTS)('by %s', (_, start) => {
  let { service, provider } = {} as Started
  beforeEach(async () => {
    ;({ service, provider } = await start())
  })

  test.each(CASES)('%s is signed so that a stranger verifies it', async (algorithm, wireName, key) => {
    const signer = createSigner({ provider, keyId: key.id, algorithm })
    const signature = await signer.sign(MESSAGE)
    await signer.close()
    expect(signature).toMatchObject({
      algorithm,
      messageType: 'digest',
      provider: 'alibaba-kms',
      keyId: key.id,
    })
    expect(signature.digest).toEqual(Uint8Array.from(key.digest(MESSAGE)))
    expect(signature.requestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(key.verify(MESSAGE, signature.bytes, wireName)).toBe(true)
    expect(key.verify(Buffer.from('another message'), signature.bytes, wireName)).toBe(false)
  })

  test.each(CASES)('the public key for %s is the one that the service has', async (algorithm, _, key) => {
    const signer = createSigner({ provider, keyId: key.id, algorithm })
    expect((await signer.publicKey()).toPem()).toBe(key.publicKey)
    expect((await signer.probe()).permission).toBe('unknown')
    await signer.close()
  })

  test('exactly the algorithms of the service are supported', () => {
    const supported = algorithms.filter((each) => provider.support(each, P256.id)).map((each) => each.name)
    expect(supported).toEqual(CASES.map(([algorithm]) => algorithm))
    const wireNames = CASES.map(
      ([algorithm]) => provider.support(parseAlgorithm(algorithm), P256.id)?.wireName,
    )
    expect(wireNames).toEqual(CASES.map(([, wireName]) => wireName))
  })

  test('an algorithm that the service does not have is refused when the signer is made', async () => {
    const make = () => createSigner({ provider, keyId: P256.id, algorithm: 'ES384' })
    const error = await failure(make, 'UnsupportedAlgorithm')
    expect(error.message).toContain('alibaba-kms has no ES384; it has RS256, PS256, ES256, ES256K or SM2')
  })

  test('an alias signs with its key, and with another one when it has been moved', async () => {
    service.aliases.set('alias/invoices', P256.id)
    const changes: unknown[] = []
    const signer = createSigner({
      provider,
      keyId: 'alias/invoices',
      algorithm: 'ES256',
      onKeyChange: (change) => void changes.push(change),
    })
    const before = await signer.sign(MESSAGE)
    expect(before.keyId).toBe(P256.id)
    service.aliases.set('alias/invoices', OTHER_P256.id)
    const after = await signer.sign(MESSAGE)
    expect(after.keyId).toBe(OTHER_P256.id)
    expect(OTHER_P256.verify(MESSAGE, after.bytes, 'ECDSA_SHA_256')).toBe(true)
    expect(changes).toHaveLength(1)
    await signer.close()
  })

  test('twenty signatures at once are twenty valid signatures', async () => {
    const signer = createSigner({ provider, keyId: P256.id, algorithm: 'ES256' })
    const all = await Promise.all(Array.from({ length: 20 }, () => signer.sign(MESSAGE)))
    await signer.close()
    expect(all.every(({ bytes }) => P256.verify(MESSAGE, bytes, 'ECDSA_SHA_256'))).toBe(true)
  })

  test.each<[string, string, SigningErrorCode, string]>([
    ['that is empty', '', 'InvalidArgument', "not ''"],
    ['with a space', 'alias/in voices', 'InvalidArgument', 'or alias/NAME, not'],
    ['that is a path', '../key', 'InvalidArgument', 'or alias/NAME, not'],
    [
      'that is a name for policies',
      'acs:kms:cn-hangzhou:1234567890:key/key-hzz62f1cb66fa42qo5l1x',
      'InvalidArgument',
      'leave out all before the last part',
    ],
  ])(
    'a key id %s is refused when the signer is made, and when its key is asked for',
    async (_, keyId, code, text) => {
      const made = await failure(() => createSigner({ provider, keyId, algorithm: 'ES256' }), code)
      expect(made.message).toContain(text)
      expect((await failure(() => provider.getPublicKey({ keyId }, {}), code)).message).toContain(text)
    },
  )

  test('a key that is not there is KeyNotFound', async () => {
    const signer = createSigner({ provider, keyId: 'key-nobody', algorithm: 'ES256' })
    const error = await failure(() => signer.sign(MESSAGE), 'KeyNotFound')
    expect(error).toMatchObject({
      providerCode: 'Forbidden.KeyNotFound',
      retryable: false,
      keyId: 'key-nobody',
    })
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/)
    await signer.close()
  })
})

test.each<[string, unknown, string]>([
  ['none', {}, 'not undefined'],
  ['another one', { transport: 'dkms' }, "not 'dkms'"],
  ['no text', { transport: 1 }, 'not number'],
])('a provider must be told its transport: %s', async (_, options, text) => {
  const error = await failure(() => createAlibabaKmsProvider(options as never), 'Configuration')
  expect(error.message).toContain(`transport must be 'openapi'`)
  expect(error.message).toContain(text)
})
