import { describe, expect, test } from '@jest/globals'
import { parseAlgorithm, SigningError } from '@signport/core'
import { type AlibabaKmsOpenApiOptions, createAlibabaKmsProvider } from '../../src/index.js'
import { createCredentialSource } from '../../src/openapi/credentials.js'
import { emptyEnvironment } from '../support/environment.js'
import { everythingOf, failure } from '../support/failure.js'
import { CREDENTIALS, startOpenApi, TEMPORARY, versionOf } from '../support/openapi-service.js'
import { startServer } from '../support/server.js'
import { P256 } from '../support/service-keys.js'

emptyEnvironment()

const MESSAGE = Buffer.from('a message that is signed')

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
  return { service, sign }
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
    const waiting = [1, 2].map(() => failure(() => source.get(), 'Timeout'))
    expect((await Promise.all(waiting)).every(({ retryable }) => retryable)).toBe(true)
    expect(await source.get()).toEqual(TEMPORARY)
    expect(machine.requests).toHaveLength(2)
  })
})

describe('credentials that have expired', () => {
  const findable = () =>
    Object.assign(process.env, {
      ALIBABA_CLOUD_ACCESS_KEY_ID: TEMPORARY.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: TEMPORARY.accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: TEMPORARY.securityToken,
    })
  describe.each(['InvalidAccessKeyId.NotFound', 'InvalidSecurityToken.Expired'])('by the code %s', (code) => {
    test.each<[string, AlibabaKmsOpenApiOptions['credentials'], boolean]>([
      ['may be followed by others, temporary ones of a function', async () => TEMPORARY, true],
      ['may be followed by others, temporary ones that were found', undefined, true],
      ['are not, long-lived ones of a function', async () => CREDENTIALS, false],
      ['are not, temporary ones that were written down', TEMPORARY, false],
      ['are not, long-lived ones that were written down', CREDENTIALS, false],
    ])('%s', async (_, credentials, retryable) => {
      findable()
      const { service, sign } = await started(credentials)
      service.instead = () => ({ status: 404, code })
      expect(await failure(sign, 'Unauthenticated')).toMatchObject({ providerCode: code, retryable })
    })
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
