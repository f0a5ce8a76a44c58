import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import {
  createCredentialSource,
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
    const source = createCredentialSource(given, false, HOST)
    given.secretAccessKey = 'another'
    expect(await source.get()).toEqual({ ...KEYS, sessionToken: 'token' })
  })

  test('come before those of the environment', async () => {
    process.env.AWS_ACCESS_KEY_ID = 'FROMENVIRONMENT'
    process.env.AWS_SECRET_ACCESS_KEY = 'x'
    expect(await createCredentialSource(KEYS, true, HOST).get()).toEqual(KEYS)
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
    const error = await failureOf(() => createCredentialSource(given as TrentServiceCredentials, true, HOST))
    expect(error).toMatchObject({ code: 'Configuration', retryable: false })
    expect(error.message).toContain(message)
    expect(everythingOf(error)).not.toMatch(/sEcReT|42424242|AKIDEXAMPLE/)
  })
})

describe('credentials of the environment', () => {
  test('go to hosts that may have them', async () => {
    process.env.AWS_ACCESS_KEY_ID = KEYS.accessKeyId
    process.env.AWS_SECRET_ACCESS_KEY = KEYS.secretAccessKey
    const source = createCredentialSource(undefined, true, HOST)
    expect(await source.get()).toEqual(KEYS)
    process.env.AWS_SESSION_TOKEN = 'later'
    expect(await source.get()).toEqual({ ...KEYS, sessionToken: 'later' })
  })

  test('do not go to others', async () => {
    process.env.AWS_ACCESS_KEY_ID = KEYS.accessKeyId
    process.env.AWS_SECRET_ACCESS_KEY = KEYS.secretAccessKey
    const error = await failureOf(() => createCredentialSource(undefined, false, HOST))
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
    const error = await failureOf(() => createCredentialSource(undefined, true, HOST).get())
    expect(error).toMatchObject({ code: 'Unauthenticated', retryable: false })
    expect(error.message).toContain(
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the option credentials',
    )
    expect(everythingOf(error)).not.toContain(SECRET)
  })
})

describe('credentials of a callback', () => {
  const NOW = new Date('2026-01-01T12:00:00Z')
  const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000)

  function counted(make: (call: number) => ExpiringCredentials | Promise<ExpiringCredentials>) {
    let calls = 0
    const source = createCredentialSource(async () => make(++calls), false, HOST)
    return { source, calls: () => calls }
  }

  test('are fetched once for all callers at once', async () => {
    const { source, calls } = counted(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      return KEYS
    })
    const all = await Promise.all(Array.from({ length: 10 }, () => source.get()))
    expect(all).toEqual(Array(10).fill(KEYS))
    expect(calls()).toBe(1)
  })

  test.each<[string, Date | undefined, Date, number]>([
    ['without an expiration are kept', undefined, minutes(100_000), 1],
    ['are kept until five minutes before they run out', minutes(60), minutes(54.9), 1],
    ['are fetched anew from then on', minutes(60), minutes(55), 2],
    ['that have run out are fetched anew', minutes(-1), NOW, 2],
  ])('%s', async (_, expiration, later, expected) => {
    jest.useFakeTimers({ now: NOW, doNotFake: ['nextTick', 'setImmediate'] })
    const { source, calls } = counted(() => ({ ...KEYS, ...(expiration && { expiration }) }))
    expect(await source.get()).toMatchObject(KEYS)
    jest.setSystemTime(later)
    expect(await source.get()).toMatchObject(KEYS)
    expect(calls()).toBe(expected)
  })

  test('are fetched anew after they were said to have expired, unless that happened already', async () => {
    const { source, calls } = counted((call) => ({ ...KEYS, sessionToken: `token${call}` }))
    const first = await source.get()
    source.forget(first)
    const second = await source.get()
    expect(second.sessionToken).toBe('token2')
    source.forget(first)
    expect(await source.get()).toBe(second)
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

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['half of them', { accessKeyId: 'AKIDEXAMPLE' }],
    ['an expiration that is no time', { ...KEYS, expiration: new Date(Number.NaN) }],
  ])('must not be %s', async (_, given) => {
    const { source } = counted(() => given as ExpiringCredentials)
    const error = await failureOf(() => source.get())
    expect(error).toMatchObject({ code: 'Configuration' })
    expect(everythingOf(error)).not.toContain(SECRET)
  })
})
