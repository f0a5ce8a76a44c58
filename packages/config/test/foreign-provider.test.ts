import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { ProviderDescriptor } from '@signport/core'
import { SigningError } from '@signport/core'
import { readConfiguration } from '../src/index.js'
import { failure } from './support/failure.js'
import { recordingProvider } from './support/recording-provider.js'

type Schema = Awaited<ReturnType<ProviderDescriptor['configSchema']>>
type Validate = Schema['~standard']['validate']

const SECRET = 'the-secret-of-the-test'

const schemaOf = (validate: Validate): Schema => ({ '~standard': { version: 1, vendor: 'test', validate } })

/** What is told of an entry of a provider that somebody else wrote. */
async function told(changes: Partial<ProviderDescriptor>, options: object = {}): Promise<string> {
  const provider = { ...recordingProvider(), ...changes }
  const entry = { provider: 'vault', key: 'k', algorithm: 'ES256', ...options }
  const error = await failure(readConfiguration({ signers: { a: entry } }, { providers: [provider] }))
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(SECRET)
  return error.message
}

describe('a provider that somebody else wrote', () => {
  test.each<[string, Validate, object, string]>([
    [
      'says what came, where it may be a secret',
      () => ({ issues: [{ message: `Expected a list, but received "${SECRET}"`, path: ['apiToken'] }] }),
      { apiToken: SECRET },
      'signers.a.apiToken: is not valid.',
    ],
    [
      'says what came, where it is none, and in the form of other libraries',
      async () => ({ issues: [{ message: 'Expected a list', path: [{ key: 'hosts' }, { key: 0 }] }] }),
      { hosts: ['x'] },
      'signers.a.hosts.0: Expected a list.',
    ],
    [
      'says nothing of a place',
      () => ({ issues: [{ message: 'must be whole' }] }),
      {},
      'signers.a: must be whole.',
    ],
    [
      'fails',
      () => {
        throw new Error(SECRET)
      },
      {},
      'signers.a: the schema of vault failed.',
    ],
  ])('whose schema %s', async (_, validate, options, message) => {
    expect(await told({ configSchema: async () => schemaOf(validate) }, options)).toBe(message)
  })

  test('who throws something else than a SigningError', async () => {
    const create = () => {
      throw new TypeError(SECRET)
    }
    expect(await told({ create })).toBe('signers.a: the provider vault failed with TypeError.')
  })

  test('who names the option', async () => {
    const create = () => {
      throw new SigningError('Configuration', 'vault: The url must be https.')
    }
    expect(await told({ create }, { url: 'x', 'a(b': 1 })).toBe('signers.a.url: The url must be https.')
  })

  test('whose provider cannot be closed is read all the same', async () => {
    const descriptor = recordingProvider()
    const provider: ProviderDescriptor = {
      ...descriptor,
      create: (options) => ({
        ...descriptor.create(options),
        close: async () => {
          throw new Error('It is stuck.')
        },
      }),
    }
    const signers = { a: { provider: 'vault', key: 'k' } }
    expect((await readConfiguration({ signers }, { providers: [provider] })).entries).toHaveLength(1)
  })

  test('is found by its URI', async () => {
    const provider = { ...recordingProvider(), uriSchemes: ['vault'] }
    const { entries } = await readConfiguration('vault:orders?algorithm=ES256&url=x', {
      providers: [provider],
    })
    expect(entries).toEqual([
      { name: 'default', provider: 'vault', key: 'orders', algorithm: 'ES256', verifiesOnly: false },
    ])
    expect(provider.made).toEqual([{ url: 'x' }])
  })
})
