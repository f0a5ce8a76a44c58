import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { createSigner, parseAlgorithm, SigningError } from '@signport/core'
import {
  type AlibabaKmsCredentials,
  type AlibabaKmsOpenApiOptions,
  createAlibabaKmsProvider,
} from '../../src/index.js'
import { createCredentialSource } from '../../src/openapi/credentials.js'
import { emptyEnvironment } from '../support/environment.js'
import { everythingOf, failure } from '../support/failure.js'
import { CREDENTIALS, json, startOpenApi, TEMPORARY, versionOf } from '../support/openapi-service.js'
import { startServer } from '../support/server.js'
import { P256 } from '../support/service-keys.js'
import { holdTimers } from '../support/time.js'
import { until } from '../support/until.js'

emptyEnvironment()
afterEach(() => void jest.useRealTimers())

const MESSAGE = Buffer.from('a message that is signed')
const OTHER_VALUE = Buffer.from(P256.sign(MESSAGE, 'ECDSA_SHA_256')).toString('base64')

async function started(credentials: AlibabaKmsOpenApiOptions['credentials']) {
  const service = await startOpenApi()
  const keyVersion = versionOf(P256.id)
  const provider = createAlibabaKmsProvider({
    transport: 'openapi',
    endpoint: service.url,
    credentials,
    keyVersion,
  })
  const sign = () =>
    provider.sign(
      {
        keyId: P256.id,
        algorithm: parseAlgorithm('ES256'),
        wireName: 'ECDSA_SHA_256',
        input: { kind: 'digest', digest: P256.digest(MESSAGE) },
        parameters: {},
        pinned: false,
      },
      {},
    )
  return { service, provider, sign }
}

test('a rotation never mixes the parts of two credentials', async () => {
  let turn = 0
  const { service, sign } = await started(async () => (turn++ % 2 === 0 ? CREDENTIALS : TEMPORARY))
  // The service verifies id, secret and token of every request against each other.
  await Promise.all(Array.from({ length: 10 }, sign))
  const ids = service.requests.map(({ path }) => new URLSearchParams(path.slice(2)).get('AccessKeyId'))
  expect(ids.filter((id) => id === TEMPORARY.accessKeyId)).toHaveLength(5)
})

test('what is changed after the provider was made is not used', async () => {
  const own = { ...CREDENTIALS }
  const { sign } = await started(own)
  own.accessKeySecret = 'another'
  await sign()
})

test('a function is asked before each request', async () => {
  let asked = 0
  const { sign } = await started(async () => {
    asked++
    return CREDENTIALS
  })
  await sign()
  await sign()
  expect(asked).toBe(2)
})

describe('a function that fails', () => {
  test('is Unauthenticated, and what it said is not repeated', async () => {
    const { service, sign } = await started(async () => {
      throw new TypeError(`could not send ${CREDENTIALS.accessKeySecret}`)
    })
    const error = await failure(sign, 'Unauthenticated')
    expect(error.message).toContain('the function that was given for them failed with TypeError')
    expect(everythingOf(error)).not.toContain(CREDENTIALS.accessKeySecret)
    expect(service.requests).toHaveLength(0)
  })

  test.each(['accessKeyId', 'accessKeySecret', 'securityToken'])(
    'is one that fails when its %s is read, too',
    async (name) => {
      const given = Object.defineProperty({ ...CREDENTIALS }, name, {
        get() {
          throw new TypeError(`could not decrypt ${CREDENTIALS.accessKeySecret}`)
        },
      })
      const { service, sign } = await started(async () => given)
      const error = await failure(sign, 'Unauthenticated')
      expect(error.message).toContain('the function that was given for them failed with TypeError')
      expect(everythingOf(error)).not.toContain(CREDENTIALS.accessKeySecret)
      expect(service.requests).toHaveLength(0)
    },
  )

  test('may say by a SigningError what it means', async () => {
    const own = new SigningError('Unavailable', 'The vault is sealed.')
    const { sign } = await started(async () => {
      throw own
    })
    expect(await failure(sign)).toBe(own)
  })

  test.each([[undefined], [null], ['text'], [{}], [{ ...CREDENTIALS, accessKeySecret: '' }]])(
    'as does one that gives %p',
    async (given) => {
      const { sign } = await started((async () => given) as never)
      expect((await failure(sign, 'Configuration')).message).toContain('what the credentials function gave')
    },
  )
})

describe('what does not answer is given up, and asked again by the next call', () => {
  const surroundings = { host: 'kms.example', trusted: true, limitMs: 100 }

  test('a function', async () => {
    const answers: (() => Promise<typeof CREDENTIALS>)[] = [
      () => new Promise(() => {}),
      async () => CREDENTIALS,
    ]
    const source = createCredentialSource(() => (answers.shift() as (typeof answers)[0])(), surroundings)
    const error = await failure(() => source.get(), 'Timeout')
    expect(error).toMatchObject({ retryable: true, message: 'The credentials did not come within 100 ms.' })
    expect(await source.get()).toEqual(CREDENTIALS)
  })

  test('a search', async () => {
    const Expiration = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, '')
    const found = {
      Code: 'Success',
      AccessKeyId: TEMPORARY.accessKeyId,
      AccessKeySecret: TEMPORARY.accessKeySecret,
      SecurityToken: TEMPORARY.securityToken,
      Expiration,
    }
    const headers = { 'content-type': 'application/json' }
    const machine = await startServer(() =>
      machine.requests.length === 1 ? undefined : { headers, body: JSON.stringify(found) },
    )
    process.env.ALIBABA_CLOUD_CREDENTIALS_URI = machine.url
    const source = createCredentialSource(undefined, surroundings)
    holdTimers()
    const waiting = [1, 2].map(() => failure(() => source.get(), 'Timeout'))
    await until(() => machine.requests.length === 1)
    await jest.advanceTimersByTimeAsync(100)
    expect((await Promise.all(waiting)).every(({ retryable }) => retryable)).toBe(true)
    expect(await source.get()).toEqual(TEMPORARY)
    expect(machine.requests).toHaveLength(2)
  })
})

describe('credentials that have expired', () => {
  const found = () =>
    Object.assign(process.env, {
      ALIBABA_CLOUD_ACCESS_KEY_ID: TEMPORARY.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: TEMPORARY.accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: TEMPORARY.securityToken,
    })

  const CODES = ['InvalidAccessKeyId.NotFound', 'InvalidAccessKeyId.Inactive', 'InvalidSecurityToken.Expired']
  describe.each(CODES)('by the code %s', (code) => {
    test.each<[string, AlibabaKmsOpenApiOptions['credentials'], boolean]>([
      [
        'are followed by others that a function has when it is asked for them',
        async ({ forceRefresh }) => (forceRefresh ? CREDENTIALS : TEMPORARY),
        true,
      ],
      ['are not, where a function gives them again', async () => TEMPORARY, false],
      [
        'are not, where a function has no others',
        async ({ forceRefresh }) => {
          if (forceRefresh) throw new Error(TEMPORARY.accessKeySecret)
          return TEMPORARY
        },
        false,
      ],
      ['are not, where they are found again', undefined, false],
      ['are not, temporary ones that were written down', TEMPORARY, false],
      ['are not, long-lived ones that were written down', CREDENTIALS, false],
    ])('%s', async (_, credentials, retryable) => {
      found()
      const { service, sign } = await started(credentials)
      service.instead = () => ({ status: 404, code })
      const error = await failure(sign, 'Unauthenticated')
      expect(error).toMatchObject({ providerCode: code, retryable })
      expect(everythingOf(error)).not.toContain(TEMPORARY.accessKeySecret)
      expect(service.requests).toHaveLength(1)
    })
  })

  /** Nobody knows these any more. */
  const EXPIRED: AlibabaKmsCredentials = { ...TEMPORARY, accessKeyId: 'STS.NUexpiredexpiredexpired' }

  async function signerOf(credentials: AlibabaKmsOpenApiOptions['credentials']) {
    const { service, provider } = await started(credentials)
    const signer = createSigner({ provider, keyId: P256.id, algorithm: 'ES256', check: 'never' })
    return { service, signer }
  }

  test('are replaced within the call, by one question for all calls at once', async () => {
    const asked: (boolean | undefined)[] = []
    let current = EXPIRED
    const { service, signer } = await signerOf(async ({ forceRefresh }) => {
      asked.push(forceRefresh)
      await new Promise((resolve) => setTimeout(resolve, 20))
      if (forceRefresh) current = TEMPORARY
      return current
    })
    const all = await Promise.all(Array.from({ length: 10 }, () => signer.sign(MESSAGE)))
    expect(all.every(({ bytes }) => P256.verify(MESSAGE, bytes, 'ECDSA_SHA_256'))).toBe(true)
    expect(asked.filter((forced) => forced === true)).toHaveLength(1)
    expect(service.requests).toHaveLength(20)
    await signer.sign(MESSAGE)
    expect(service.requests).toHaveLength(21)
    await signer.close()
  })

  test('are not asked for anew in every call by a function that does not keep what it fetched', async () => {
    const asked: (boolean | undefined)[] = []
    const fresh = [TEMPORARY, CREDENTIALS]
    const { service, signer } = await signerOf(async ({ forceRefresh }) => {
      asked.push(forceRefresh)
      return (forceRefresh && fresh.shift()) || EXPIRED
    })
    await Promise.all(Array.from({ length: 10 }, () => signer.sign(MESSAGE)))
    await signer.sign(MESSAGE)
    expect(asked.filter((forced) => forced === true)).toHaveLength(1)
    expect(service.requests).toHaveLength(21)
    // Those that were fetched expire, too.
    service.instead = (parameters) =>
      parameters.get('AccessKeyId') === TEMPORARY.accessKeyId
        ? { status: 400, code: 'InvalidSecurityToken.Expired' }
        : undefined
    await signer.sign(MESSAGE)
    await signer.sign(MESSAGE)
    expect(asked.filter((forced) => forced === true)).toHaveLength(2)
    expect(service.requests).toHaveLength(24)
    await signer.close()
  })

  test('are what a function gives by itself, once that is something else than what was refused', async () => {
    let given: AlibabaKmsCredentials = EXPIRED
    const source = createCredentialSource(async ({ forceRefresh }) => (forceRefresh ? TEMPORARY : given), {
      host: 'kms.example',
      trusted: true,
    })
    expect(await source.get()).toEqual(EXPIRED)
    expect(await source.renew(EXPIRED)).toBe(true)
    expect(await source.get()).toEqual(TEMPORARY)
    given = CREDENTIALS
    expect(await source.get()).toEqual(CREDENTIALS)
  })

  test.each<[string, () => Promise<AlibabaKmsCredentials>, string]>([
    ['they are the same again', async () => EXPIRED, 'there are no others than these: get new ones'],
    [
      'a function fails',
      async () => {
        throw new TypeError(TEMPORARY.accessKeySecret)
      },
      'others could not be had: There are no credentials: the function that was given for them failed with TypeError',
    ],
  ])('are an error that says so where %s', async (_, fetch, text) => {
    const { signer } = await signerOf(async ({ forceRefresh }) => (forceRefresh ? fetch() : EXPIRED))
    const error = await failure(() => signer.sign(MESSAGE), 'Unauthenticated')
    expect(error.message).toContain(`(${text}).`)
    expect(everythingOf(error)).not.toContain(TEMPORARY.accessKeySecret)
    await signer.close()
  })

  test('are replaced although an older question is answered last', async () => {
    const answers: ((given: AlibabaKmsCredentials) => void)[] = []
    const asking = () => new Promise<AlibabaKmsCredentials>((resolve) => answers.push(resolve))
    const source = createCredentialSource(asking, { host: 'kms.example', trusted: true })
    const older = source.get()
    const renewing = source.renew(EXPIRED)
    answers[1]?.(TEMPORARY)
    answers[0]?.(EXPIRED)
    expect([await renewing, await older]).toEqual([true, TEMPORARY])
  })

  test('are replaced no second time in a call', async () => {
    let turn = 0
    const { service, signer } = await signerOf(async () => ({ ...EXPIRED, securityToken: `token-${turn++}` }))
    await failure(() => signer.sign(MESSAGE), 'Unauthenticated')
    expect(service.requests).toHaveLength(2)
    await signer.close()
  })

  /** A machine that gives credentials out, which it says are valid for an hour. */
  async function machineWith(given: { current: AlibabaKmsCredentials }) {
    const Expiration = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, '')
    const machine = await startServer(() => {
      const { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret } = given.current
      const { securityToken: SecurityToken } = given.current
      const found = { Code: 'Success', AccessKeyId, AccessKeySecret, SecurityToken, Expiration }
      return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(found) }
    })
    process.env.ALIBABA_CLOUD_CREDENTIALS_URI = machine.url
    return machine
  }

  test('and were found are looked for anew before the time at which they should expire', async () => {
    const given = { current: EXPIRED }
    const machine = await machineWith(given)
    const { service, signer } = await signerOf(undefined)
    await failure(() => signer.sign(MESSAGE), 'Unauthenticated')
    // The machine had no others yet: there is nothing that a second request would have changed.
    expect([service.requests.length, machine.requests.length]).toEqual([1, 2])
    given.current = TEMPORARY
    await signer.sign(MESSAGE)
    expect([service.requests.length, machine.requests.length]).toEqual([2, 3])
    await signer.sign(MESSAGE)
    expect([service.requests.length, machine.requests.length]).toEqual([3, 3])
    await signer.close()
  })

  test('and were found are looked for once, by all calls at once', async () => {
    const given = { current: TEMPORARY as AlibabaKmsCredentials }
    const machine = await machineWith(given)
    const { service, signer } = await signerOf(undefined)
    await signer.sign(MESSAGE)
    // A rotation: the service knows the old ones no more, of which it is not told before.
    service.instead = (parameters) =>
      parameters.get('SecurityToken') === TEMPORARY.securityToken
        ? { status: 400, code: 'InvalidSecurityToken.Expired' }
        : json({ Value: OTHER_VALUE })
    given.current = { ...TEMPORARY, securityToken: 'another-token' }
    const all = await Promise.all(Array.from({ length: 10 }, () => signer.sign(MESSAGE)))
    expect(all.every(({ bytes }) => Buffer.from(bytes).toString('base64') === OTHER_VALUE)).toBe(true)
    expect([service.requests.length, machine.requests.length]).toEqual([21, 2])
    await signer.close()
  })
})

describe('without the option', () => {
  test('they are found as the client of the vendor finds them', async () => {
    const { service, sign } = await started(undefined)
    process.env.ALIBABA_CLOUD_ACCESS_KEY_ID = TEMPORARY.accessKeyId
    process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET = TEMPORARY.accessKeySecret
    process.env.ALIBABA_CLOUD_SECURITY_TOKEN = TEMPORARY.securityToken
    await sign()
    expect(service.last().get('AccessKeyId')).toBe(TEMPORARY.accessKeyId)
  })

  test('and where there are none, it is said what would help', async () => {
    const { service, sign } = await started(undefined)
    const error = await failure(sign, 'Unauthenticated')
    expect(error.message).toMatch(/^There are no credentials: .*\. Set ALIBABA_CLOUD_ACCESS_KEY_ID and/)
    expect(service.requests).toHaveLength(0)
    process.env.ALIBABA_CLOUD_ACCESS_KEY_ID = CREDENTIALS.accessKeyId
    process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET = CREDENTIALS.accessKeySecret
    await sign()
  })

  test('one search is made for all who wait, and its failure is not kept', async () => {
    const { sign } = await started(undefined)
    const failures = await Promise.all(Array.from({ length: 5 }, () => failure(sign, 'Unauthenticated')))
    expect(new Set(failures.map(({ message }) => message)).size).toBe(1)
    expect(failures[0]?.message).toContain('ALIBABA_CLOUD_ACCESS_KEY_ID')
    process.env.ALIBABA_CLOUD_ACCESS_KEY_ID = CREDENTIALS.accessKeyId
    process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET = CREDENTIALS.accessKeySecret
    await Promise.all(Array.from({ length: 5 }, sign))
  })

  test('one request for them is made for all who wait', async () => {
    const { AccessKeyId, ...rest } = {
      AccessKeyId: TEMPORARY.accessKeyId,
      AccessKeySecret: TEMPORARY.accessKeySecret,
      SecurityToken: TEMPORARY.securityToken,
    }
    const Expiration = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, '')
    const body = JSON.stringify({ Code: 'Success', AccessKeyId, ...rest, Expiration })
    const source = await startServer(() => ({ headers: { 'content-type': 'application/json' }, body }))
    process.env.ALIBABA_CLOUD_CREDENTIALS_URI = source.url
    const { service, sign } = await started(undefined)
    await Promise.all(Array.from({ length: 5 }, sign))
    await sign()
    expect(source.requests).toHaveLength(1)
    expect(service.last().get('SecurityToken')).toBe(TEMPORARY.securityToken)
  })
})
