import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { ManualClock } from '@signport/contract'
import {
  type CallOptions,
  createSigner,
  fetchPublicKey,
  type Signer,
  type SigningErrorCode,
  type SigningProvider,
} from '@signport/core'
import { type AlibabaKmsOpenApiOptions, createAlibabaKmsProvider } from '../../src/index.js'
import { createConnection } from '../../src/openapi/connection.js'
import { createCredentialSource } from '../../src/openapi/credentials.js'
import { createVersions } from '../../src/openapi/key-version.js'
import { failure } from '../support/failure.js'
import {
  CREDENTIALS,
  json,
  type OpenApiService,
  startOpenApi,
  versionOf,
} from '../support/openapi-service.js'
import type { Reply } from '../support/server.js'
import { OTHER_P256, P256 } from '../support/service-keys.js'
import { holdTimers } from '../support/time.js'
import { until } from '../support/until.js'

const MESSAGE = Buffer.from('a message that is signed')

afterEach(() => void jest.useRealTimers())

async function started(
  options: Partial<AlibabaKmsOpenApiOptions> = {},
): Promise<[OpenApiService, SigningProvider]> {
  const service = await startOpenApi()
  const provider = createAlibabaKmsProvider({
    transport: 'openapi',
    endpoint: service.url,
    credentials: CREDENTIALS,
    ...options,
  })
  return [service, provider]
}

const signerOf = (provider: SigningProvider, keyId: string) =>
  createSigner({ provider, keyId, algorithm: 'ES256', check: 'never' })

test('a version that is given is not looked for', async () => {
  const [service, provider] = await started({ keyVersion: versionOf(P256.id) })
  const signer = signerOf(provider, P256.id)
  expect((await signer.sign(MESSAGE)).keyVersion).toBe(versionOf(P256.id))
  expect(service.operations()).toEqual(['AsymmetricSign'])
  await signer.close()
})

test('the only version is looked for once, by all calls at once, and then kept', async () => {
  const [service, provider] = await started()
  const signer = signerOf(provider, P256.id)
  await Promise.all([signer.sign(MESSAGE), signer.sign(MESSAGE), signer.publicKey()])
  await signer.sign(MESSAGE)
  await signer.close()
  expect(service.operations().filter((name) => name === 'ListKeyVersions')).toHaveLength(1)
  expect(service.operations()).not.toContain('DescribeKey')
  expect(service.requests).toHaveLength(5)
})

test('of a thousand keys the versions are kept, and not those of the first before them', async () => {
  const asked: string[] = []
  const withVersion = createVersions(undefined, async ({ keyId }) => {
    asked.push(keyId)
    return { keyVersions: { keyVersion: [{ keyVersionId: `version-of-${keyId}` }] } }
  })
  const use = (keyId: string) => withVersion(keyId, {}, async (version) => version)
  const keys = Array.from({ length: 1000 }, (_, index) => `key-${index}`)
  for (const key of [...keys, ...keys]) expect(await use(key)).toBe(`version-of-${key}`)
  expect(asked).toEqual(keys)
  await use('key-more')
  for (const key of keys.slice(1)) await use(key)
  expect(asked).toEqual([...keys, 'key-more'])
  await use('key-0')
  expect(asked.slice(1000)).toEqual(['key-more', 'key-0'])
})

test('a search is waited for also when it is not kept any more', async () => {
  const answers: (() => void)[] = []
  const withVersion = createVersions(undefined, async ({ keyId }) => {
    await new Promise<void>((resolve) => answers.push(resolve))
    return { keyVersions: { keyVersion: [{ keyVersionId: `version-of-${keyId}` }] } }
  })
  const keys = Array.from({ length: 1200 }, (_, index) => `key-${index}`)
  const versions = keys.map((keyId) => withVersion(keyId, {}, async (version) => version))
  await until(() => answers.length === 1200)
  for (const answer of answers) answer()
  expect(await Promise.all(versions)).toEqual(keys.map((keyId) => `version-of-${keyId}`))
})

test('an alias is resolved first, and the alias is what is signed with', async () => {
  const [service, provider] = await started()
  service.aliases.set('alias/a', P256.id)
  const signer = signerOf(provider, 'alias/a')
  const { keyId, keyVersion } = await signer.sign(MESSAGE)
  expect({ keyId, keyVersion }).toEqual({ keyId: P256.id, keyVersion: versionOf(P256.id) })
  expect(service.operations()).toEqual(['DescribeKey', 'ListKeyVersions', 'AsymmetricSign'])
  expect(service.last().get('KeyId')).toBe('alias/a')
  await signer.close()
})

test('a version that is gone is looked for again, once', async () => {
  const [service, provider] = await started()
  service.aliases.set('alias/a', P256.id)
  const signer = signerOf(provider, 'alias/a')
  await signer.sign(MESSAGE)
  service.aliases.set('alias/a', OTHER_P256.id)
  const before = service.requests.length
  const [first, second] = await Promise.all([signer.sign(MESSAGE), signer.sign(MESSAGE)])
  expect([first.keyId, second.keyId]).toEqual([OTHER_P256.id, OTHER_P256.id])
  const again = service.operations().slice(before)
  expect(again.filter((name) => name === 'AsymmetricSign')).toHaveLength(4)
  expect(again.filter((name) => name === 'DescribeKey').length).toBeLessThanOrEqual(2)
  await signer.close()
})

test.each<[string, Partial<AlibabaKmsOpenApiOptions>, string[]]>([
  ['that was given', { keyVersion: 'gone' }, ['AsymmetricSign']],
  ['that is listed all the same', {}, ['ListKeyVersions', 'AsymmetricSign', 'ListKeyVersions']],
])('a version that is gone is an error where there is no other: one %s', async (_, options, operations) => {
  const [service, provider] = await started(options)
  service.instead = (parameters) =>
    parameters.get('Action') === 'AsymmetricSign'
      ? { status: 404, code: 'Forbidden.KeyVersionNotFound' }
      : undefined
  const signer = signerOf(provider, P256.id)
  await failure(() => signer.sign(MESSAGE), 'KeyNotFound')
  expect(service.operations()).toEqual(operations)
  await signer.close()
})

describe('a key is refused', () => {
  test.each<[number, RegExp]>([
    [2, /has 2 versions, .* set keyVersion to one of v0, v1\.$/],
    [25, /has 25 versions, .* one of v0, v1, .*, v9 and 15 more\.$/],
    [150, /has 150 versions, .* v9 and 140 more\.$/],
  ])('with %d versions, of which none is chosen for the user', async (count, text) => {
    const [service, provider] = await started()
    service.versions.set(
      P256.id,
      Array.from({ length: count }, (_, index) => `v${index}`),
    )
    const error = await failure(() => signerOf(provider, P256.id).sign(MESSAGE), 'Configuration')
    expect(error.message).toMatch(text)
  })

  test('without any version', async () => {
    const [service, provider] = await started()
    service.versions.set(P256.id, [])
    const error = await failure(() => signerOf(provider, P256.id).sign(MESSAGE), 'InvalidKeyState')
    expect(error.message).toContain('has no version')
  })

  test.each<[string, Reply, SigningErrorCode]>([
    ['nothing', json({}), 'InvalidResponse'],
    ['a list that is none', json({ KeyVersions: { KeyVersion: {} } }), 'InvalidResponse'],
    ['versions that are text', json({ KeyVersions: { KeyVersion: ['v1'] } }), 'InvalidResponse'],
    ['a version without an id', json({ KeyVersions: { KeyVersion: [{ KeyId: 'k' }] } }), 'InvalidResponse'],
    [
      'one version and the number two',
      json({ KeyVersions: { KeyVersion: [{ KeyVersionId: 'v' }] }, TotalCount: 2 }),
      'Configuration',
    ],
  ])('whose list of versions is %s', async (_, reply, code) => {
    const [service, provider] = await started()
    service.instead = () => reply
    await failure(() => signerOf(provider, P256.id).sign(MESSAGE), code)
  })

  test('whose alias leads nowhere', async () => {
    const [service, provider] = await started()
    service.instead = () => json({ KeyMetadata: {} })
    await failure(() => signerOf(provider, 'alias/a').sign(MESSAGE), 'InvalidResponse')
    service.instead = () => ({ status: 404, code: 'Forbidden.AliasNotFound' })
    await failure(() => signerOf(provider, 'alias/a').sign(MESSAGE), 'KeyNotFound')
  })
})

test('a search that failed is made again by the next call', async () => {
  const [service, provider] = await started()
  service.instead = () => ({ status: 503, code: 'ServiceUnavailableTemporary' })
  const signer = signerOf(provider, P256.id)
  await failure(() => signer.sign(MESSAGE, { timeoutMs: 150 }))
  service.instead = undefined
  expect((await signer.sign(MESSAGE)).keyId).toBe(P256.id)
  await signer.close()
})

test('a caller who gives up does not end the search for the others', async () => {
  const [service, provider] = await started()
  let goOn = () => {}
  const paused = new Promise<void>((resolve) => {
    goOn = resolve
  })
  service.instead = (parameters) => {
    if (parameters.get('Action') !== 'ListKeyVersions') return undefined
    return paused.then(() =>
      json({ KeyVersions: { KeyVersion: [{ KeyVersionId: versionOf(P256.id) }] } }),
    ) as never
  }
  const signer = signerOf(provider, P256.id)
  const controller = new AbortController()
  const first = failure(() => signer.sign(MESSAGE, { signal: controller.signal }), 'Aborted')
  const second = signer.sign(MESSAGE)
  setTimeout(() => controller.abort(), 20)
  await first
  goOn()
  expect((await second).keyId).toBe(P256.id)
  expect(service.operations().filter((name) => name === 'ListKeyVersions')).toHaveLength(1)
  await signer.close()
})

test('a search that nobody answers is given up, and made again by the next call', async () => {
  const [service] = await started()
  const surroundings = { host: service.host, trusted: true }
  const source = createCredentialSource(CREDENTIALS, surroundings)
  const { call } = createConnection(new URL(service.url), undefined, source)
  const withVersion = createVersions(undefined, call, 300)
  service.instead = () => 'stall'
  holdTimers()
  const waiting = [1, 2].map(() => failure(() => withVersion(P256.id, {}, async (found) => found), 'Timeout'))
  await until(() => service.requests.length === 1)
  await jest.advanceTimersByTimeAsync(300)
  for (const error of await Promise.all(waiting))
    expect(error).toMatchObject({
      retryable: true,
      message: `The version of the key ${P256.id} did not come within 300 ms.`,
    })
  service.instead = undefined
  expect(await withVersion(P256.id, {}, async (found) => found)).toBe(versionOf(P256.id))
})

describe('a search that fails is made again by the next attempt of the call', () => {
  test.each<[string, string[]]>([
    [
      'ListKeyVersions',
      ['DescribeKey', 'ListKeyVersions', 'DescribeKey', 'ListKeyVersions', 'AsymmetricSign'],
    ],
    ['DescribeKey', ['DescribeKey', 'DescribeKey', 'ListKeyVersions', 'AsymmetricSign']],
  ])('when %s is throttled', async (operation, operations) => {
    const [service, provider] = await started()
    service.aliases.set('alias/a', P256.id)
    let turn = 0
    service.instead = (parameters) =>
      parameters.get('Action') === operation && turn++ === 0
        ? { status: 429, code: 'Rejected.Throttling' }
        : undefined
    const signer = createSigner({
      provider,
      keyId: 'alias/a',
      algorithm: 'ES256',
      check: 'never',
      random: () => 0,
    })
    expect((await signer.sign(MESSAGE)).keyId).toBe(P256.id)
    expect(service.operations()).toEqual(operations)
    await signer.close()
  })

  test('when nobody answers it', async () => {
    const [service, provider] = await started()
    let turn = 0
    service.instead = () => (turn++ === 0 ? 'stall' : undefined)
    const signer = signerOf(provider, P256.id)
    expect((await signer.sign(MESSAGE)).keyId).toBe(P256.id)
    expect(service.operations()).toEqual(['ListKeyVersions', 'ListKeyVersions', 'AsymmetricSign'])
    // The connection of the first has been freed.
    expect(service.connections()).toEqual({ all: 2, open: 1 })
    await signer.close()
  }, 20_000)
})

describe('a search that nobody answers does not outlast the call', () => {
  type Work = (provider: SigningProvider, options: CallOptions) => Promise<unknown>
  const bySigner =
    (use: (signer: Signer, options: CallOptions) => Promise<unknown>): Work =>
    async (provider, options) => {
      const signer = signerOf(provider, P256.id)
      await use(signer, options).finally(() => signer.close())
    }
  const CALLS: [string, Work][] = [
    ['a look at the public key', (provider, options) => fetchPublicKey(provider, P256.id, options)],
    ['the public key of a signer', bySigner((signer, options) => signer.publicKey(options))],
    ['a signature', bySigner((signer, options) => signer.sign(MESSAGE, options))],
  ]
  test.each(CALLS)('that asks for %s: its deadline, and an abort, end it', async (_, work) => {
    const [service, provider] = await started()
    service.instead = () => 'stall'
    const before = performance.now()
    await failure(() => work(provider, { timeoutMs: 50 }), 'Timeout')
    await failure(() => work(provider, { signal: AbortSignal.timeout(50) }), 'Aborted')
    // Far less than an answer may take.
    expect(performance.now() - before).toBeLessThan(4000)
    // Nobody waits for it any more.
    await until(() => service.connections().open === 0)
  })

  test('and whoever comes then has one of his own', async () => {
    const [service, provider] = await started()
    service.instead = () => 'stall'
    const signer = signerOf(provider, P256.id)
    const controller = new AbortController()
    const first = failure(() => signer.sign(MESSAGE, { signal: controller.signal }), 'Aborted')
    await until(() => service.requests.length > 0)
    service.instead = undefined
    controller.abort()
    // At once, before the first one has noticed.
    const second = signer.sign(MESSAGE)
    await first
    expect((await second).keyId).toBe(P256.id)
    expect(service.operations()).toEqual(['ListKeyVersions', 'ListKeyVersions', 'AsymmetricSign'])
    await signer.close()
  })
})

describe('the time for an answer does not begin while credentials are fetched', () => {
  const clock = new ManualClock()
  const slow = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    // Longer than an attempt may take.
    clock.advance(6_000)
    return CREDENTIALS
  }
  const signerOfSlow = (provider: SigningProvider) =>
    createSigner({ provider, keyId: 'alias/a', algorithm: 'ES256', check: 'never', maxAttempts: 1, clock })

  test('for the search of a version', async () => {
    const [service, provider] = await started({ credentials: slow })
    service.aliases.set('alias/a', P256.id)
    const signer = signerOfSlow(provider)
    expect((await signer.sign(MESSAGE)).keyId).toBe(P256.id)
    await signer.close()
  })

  test('for the search of another one, when that is gone', async () => {
    let credentials = async () => CREDENTIALS
    const [service, provider] = await started({ credentials: () => credentials() })
    service.aliases.set('alias/a', P256.id)
    const signer = signerOfSlow(provider)
    await signer.sign(MESSAGE)
    service.aliases.set('alias/a', OTHER_P256.id)
    credentials = slow
    expect((await signer.sign(MESSAGE)).keyId).toBe(OTHER_P256.id)
    await signer.close()
  })
})

test('a version that repeats a credential is not shown', async () => {
  const [service, provider] = await started()
  service.versions.set(P256.id, [CREDENTIALS.accessKeySecret, CREDENTIALS.accessKeyId, 'v1'])
  const error = await failure(() => signerOf(provider, P256.id).sign(MESSAGE), 'Configuration')
  expect(error.message).toContain('one of [removed], [removed], v1.')
})
