import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import {
  type CredentialsRequest,
  credentialSourceOf,
  type ExpiringCredentials,
  type TrentServiceCredentials,
} from '../src/credentials.js'
import { everythingOf, failureOf } from './support/failure.js'

const SECRET = 'sEcReT-value-of-the-test'
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET }
const HOST = 'kms.example.com'
const VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const

let before: NodeJS.ProcessEnv
beforeEach(() => {
  before = { ...process.env }
  for (const name of VARIABLES) delete process.env[name]
})
afterEach(() => {
  process.env = before
  jest.useRealTimers()
})

describe('credentials that are given', () => {
  test('are used, and cannot be changed from outside afterwards', async () => {
    const given = { ...KEYS, sessionToken: 'token' }
    const source = credentialSourceOf(given, false, HOST)
    given.secretAccessKey = 'another'
    expect(await source.get()).toEqual({ ...KEYS, sessionToken: 'token' })
  })

  test('come before those of the environment', async () => {
    process.env.AWS_ACCESS_KEY_ID = 'FROMENVIRONMENT'
    process.env.AWS_SECRET_ACCESS_KEY = 'x'
    expect(await credentialSourceOf(KEYS, true, HOST).get()).toEqual(KEYS)
  })

  test.each<[string, unknown, string]>([
    [
      'no accessKeyId',
      { secretAccessKey: SECRET },
      'The accessKeyId of the option credentials must be a string, not undefined.',
    ],
    ['an empty accessKeyId', { ...KEYS, accessKeyId: '' }, 'visible characters'],
    ['a space in accessKeyId', { ...KEYS, accessKeyId: `${SECRET} x` }, 'visible characters'],
    [
      'no secretAccessKey',
      { accessKeyId: SECRET },
      'The secretAccessKey of the option credentials must be a string, not undefined.',
    ],
    [
      'an empty secretAccessKey',
      { accessKeyId: SECRET, secretAccessKey: '' },
      'none of them a control character',
    ],
    [
      'a line break in secretAccessKey',
      { ...KEYS, secretAccessKey: `${SECRET}\n` },
      'none of them a control character',
    ],
    [
      'a secretAccessKey that is a number',
      { ...KEYS, secretAccessKey: 42_424_242 },
      'must be a string, not number',
    ],
    ['an empty sessionToken', { ...KEYS, sessionToken: '' }, 'visible characters'],
    ['a header in sessionToken', { ...KEYS, sessionToken: `${SECRET}\r\nx-evil: 1` }, 'visible characters'],
    ['null', null, 'must be a string'],
    ['text', SECRET, 'must be a string'],
  ])('are refused with %s, and nothing of them is told', async (_, given, message) => {
    const error = await failureOf(() => credentialSourceOf(given as TrentServiceCredentials, true, HOST))
    expect(error).toMatchObject({ code: 'Configuration', retryable: false })
    expect(error.message).toContain(message)
    expect(everythingOf(error)).not.toMatch(/sEcReT|42424242|AKIDEXAMPLE/)
  })
})

describe('credentials that the service has refused', () => {
  test('are not followed by others where they were given', async () => {
    const source = credentialSourceOf(KEYS, false, HOST)
    expect(await source.renew(await source.get())).toBe(false)
  })

  test('are followed by others of the environment where that has changed since', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' })
    const source = credentialSourceOf(undefined, true, HOST)
    const refused = await source.get()
    expect(await source.renew(refused)).toBe(false)
    process.env.AWS_SESSION_TOKEN = 'u'
    expect(await source.renew(refused)).toBe(true)
  })
})

describe('credentials of the environment', () => {
  test('go to hosts that may have them', async () => {
    process.env.AWS_ACCESS_KEY_ID = KEYS.accessKeyId
    process.env.AWS_SECRET_ACCESS_KEY = KEYS.secretAccessKey
    const source = credentialSourceOf(undefined, true, HOST)
    expect(await source.get()).toEqual(KEYS)
    process.env.AWS_SESSION_TOKEN = 'later'
    expect(await source.get()).toEqual({ ...KEYS, sessionToken: 'later' })
  })

  test('do not go to others', async () => {
    process.env.AWS_ACCESS_KEY_ID = KEYS.accessKeyId
    process.env.AWS_SECRET_ACCESS_KEY = KEYS.secretAccessKey
    const error = await failureOf(() => credentialSourceOf(undefined, false, HOST))
    expect(error).toMatchObject({ code: 'Configuration' })
    expect(error.message).toBe(
      `The AWS credentials of the environment are not sent to kms.example.com, which is neither AWS KMS nor this machine: set credentials, or auth: 'none' if the server asks for none.`,
    )
    expect(everythingOf(error)).not.toContain(SECRET)
  })

  test.each<[string, Partial<Record<(typeof VARIABLES)[number], string>>]>([
    ['nothing', {}],
    ['half of them', { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE' }],
    ['the other half', { AWS_SECRET_ACCESS_KEY: SECRET }],
    ['nothing in them', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: SECRET }],
  ])('are missing when there is %s', async (_, variables) => {
    Object.assign(process.env, variables)
    const error = await failureOf(() => credentialSourceOf(undefined, true, HOST).get())
    expect(error).toMatchObject({ code: 'Unauthenticated', retryable: false })
    expect(error.message).toContain(
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the option credentials',
    )
    expect(everythingOf(error)).not.toContain(SECRET)
  })
})

describe('credentials of a callback', () => {
  function counted(make: (call: number) => ExpiringCredentials | Promise<ExpiringCredentials>) {
    const asked: (CredentialsRequest | undefined)[] = []
    const source = credentialSourceOf(async (request) => make(asked.push(request)), false, HOST)
    return { source, asked, calls: () => asked.length }
  }

  test('hold until the time that it gave', async () => {
    const expiration = new Date(Date.now() + 3_600_000)
    const { source, calls } = counted(() => ({ ...KEYS, expiration }))
    await source.get()
    expect(await source.get()).toEqual({ ...KEYS, expiration })
    expect(calls()).toBe(1)
  })

  test('are asked for anew when the service has refused them, past what the callback has kept', async () => {
    const { source, asked } = counted((call) => ({ ...KEYS, sessionToken: `token${call}` }))
    expect(await source.renew(await source.get())).toBe(true)
    expect(await source.get()).toMatchObject({ sessionToken: 'token2' })
    expect(asked).toEqual([undefined, { forceRefresh: true }])
  })

  test('that never come are not waited for without end, and are asked for again', async () => {
    jest.useFakeTimers()
    const { source, calls } = counted((call) => (call === 1 ? new Promise<never>(() => {}) : KEYS))
    const waiting = [1, 2].map(() => failureOf(() => source.get()))
    await jest.advanceTimersByTimeAsync(30_000)
    for (const error of await Promise.all(waiting)) {
      expect(error).toMatchObject({ code: 'Timeout', retryable: true, provider: 'trent-service' })
      expect(error.message).toBe('The credentials did not come within 30000 ms.')
    }
    expect(await source.get()).toEqual(KEYS)
    expect(calls()).toBe(2)
  })

  test('are asked for again after a failure', async () => {
    const { source, calls } = counted((call) => {
      if (call === 1) throw new Error('no network')
      return KEYS
    })
    expect(await failureOf(() => source.get())).toMatchObject({ code: 'Unauthenticated' })
    expect(await source.get()).toEqual(KEYS)
    expect(calls()).toBe(2)
  })

  test('that fail say why, but not what an error of an SDK holds', async () => {
    const cause = Object.assign(new Error(`Could not load credentials\n${SECRET}`), {
      name: 'CredentialsProviderError',
      $response: { headers: { token: SECRET } },
    })
    const { source } = counted(() => Promise.reject(cause))
    const error = await failureOf(() => source.get())
    expect(error.message).toBe('No credentials could be fetched: Could not load credentials.')
    expect(everythingOf(error)).not.toContain(SECRET)
  })

  test('that fail in a way of their own are not quoted: the text may hold what was fetched', async () => {
    const lookalike = Object.assign(new Error(`vault said ${SECRET}`), { name: 'VaultTokenError' })
    for (const thrown of [new Error(`vault said ${SECRET}`), lookalike, SECRET, undefined]) {
      const { source } = counted(() => Promise.reject(thrown))
      const error = await failureOf(() => source.get())
      expect(error.message).toContain(
        'No credentials could be fetched: the function that was given for them failed with ',
      )
      expect(everythingOf(error)).not.toContain(SECRET)
    }
  })

  test.each(['accessKeyId', 'secretAccessKey', 'sessionToken', 'expiration'])(
    'whose %s cannot be read are a failure of the callback, and not quoted',
    async (name) => {
      const given = Object.defineProperty({ ...KEYS }, name, {
        get() {
          throw new Error(`decrypting ${SECRET}`)
        },
      })
      const { source } = counted(() => given)
      const error = await failureOf(() => source.get())
      expect(error).toMatchObject({ code: 'Unauthenticated', retryable: false })
      expect(error.message).toContain('the function that was given for them failed with Error')
      expect(everythingOf(error)).not.toContain(SECRET)
    },
  )

  test('may have members that a class gives, which are read once', async () => {
    const expiration = new Date(Date.now() + 3_600_000)
    let reads = 0
    class Decrypted {
      get accessKeyId() {
        return `${KEYS.accessKeyId}${++reads}`
      }
      secretAccessKey = SECRET
      get expiration() {
        return expiration
      }
    }
    const { source } = counted(() => new Decrypted())
    expect(await source.get()).toEqual({ accessKeyId: 'AKIDEXAMPLE1', secretAccessKey: SECRET, expiration })
  })

  const throwing = {
    valueOf() {
      throw new Error(SECRET)
    },
  }
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'The accessKeyId of what the credentials callback gave must be a string'],
    ['half of them', { accessKeyId: 'AKIDEXAMPLE' }, 'The secretAccessKey of '],
    ['with an invalid date', { ...KEYS, expiration: new Date(Number.NaN) }, 'Date, not an invalid one.'],
    ['with seconds for a date', { ...KEYS, expiration: 1_767_225_600 }, 'must be a Date, not number.'],
    ['with text for a date', { ...KEYS, expiration: '2026-01-01T00:00:00Z' }, 'a Date, not string.'],
    ['with a bigint for a date', { ...KEYS, expiration: 5n }, 'must be a Date, not bigint.'],
    ['with a symbol for a date', { ...KEYS, expiration: Symbol('x') }, 'must be a Date, not symbol.'],
    ['with an object for a date', { ...KEYS, expiration: throwing }, 'must be a Date, not Object.'],
  ])('must not be %s', async (_, given, message) => {
    const { source } = counted(() => given as ExpiringCredentials)
    const error = await failureOf(() => source.get())
    expect(error).toMatchObject({ code: 'Configuration' })
    expect(error.message).toContain(message)
    expect(everythingOf(error)).not.toContain(SECRET)
  })
})
