import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { provider as awsKms } from '@signport/aws-kms'
import { type ProviderDescriptor, SigningError } from '@signport/core'
import fc from 'fast-check'
import { readConfiguration } from '../src/index.js'
import { failure } from './support/failure.js'
import { recordingProvider } from './support/recording-provider.js'

const SECRET = 'the "secret" of the\ttest'
const QUOTED = JSON.stringify(SECRET)

/** What is told of an entry whose provider's schema finds one thing. */
async function told(issue: { message: string; path?: PropertyKey[] }, options: object, env = {}) {
  const provider: ProviderDescriptor = {
    ...recordingProvider(),
    configSchema: async () => ({
      '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [issue] }) },
    }),
  }
  const entry = { provider: 'vault', key: 'k', ...options }
  const error = await failure(readConfiguration({ signers: { a: entry } }, { providers: [provider], env }))
  const shown = inspect(error, { depth: 20, showHidden: true })
  for (const form of [SECRET, QUOTED, 'secret" of']) expect(shown).not.toContain(form)
  return error.message
}

describe('of what a schema says that is not built in', () => {
  test.each<[string, string, PropertyKey[], object, string]>([
    ['at a secret', `got ${SECRET}`, ['apiToken'], { apiToken: SECRET }, 'a.apiToken: is not valid.'],
    [
      'at a secret, without it',
      'is too short',
      ['apiToken'],
      { apiToken: SECRET },
      'a.apiToken: is not valid.',
    ],
    [
      'below a secret',
      `got ${SECRET}`,
      ['credentials', 'user'],
      { credentials: { user: SECRET } },
      'a.credentials: is not valid.',
    ],
    [
      'above a secret',
      `got {"token":${QUOTED}}`,
      ['login'],
      { login: { token: SECRET } },
      'a.login: is not valid.',
    ],
    ['at the root', `got {"token":${QUOTED}}`, [], { token: SECRET }, 'a: is not valid.'],
    [
      'beside a secret',
      `must not be ${SECRET}`,
      ['url'],
      { url: 'https://vault.example', apiToken: SECRET },
      'a.url: is not valid.',
    ],
    [
      'beside a secret, in JSON',
      `differs from ${QUOTED}`,
      ['url'],
      { url: 'https://vault.example', apiToken: SECRET },
      'a.url: is not valid.',
    ],
    [
      'above what is not shown',
      `got ["https://me:${SECRET}@vault.example"]`,
      ['hosts'],
      { hosts: [`https://me:${SECRET}@vault.example`] },
      'a.hosts: is not valid.',
    ],
    [
      'above what is not shown, in JSON',
      `got [${QUOTED}]`,
      ['hosts'],
      { hosts: [SECRET] },
      'a.hosts: is not valid.',
    ],
  ])('nothing is shown: %s', async (_, message, path, options, expected) => {
    expect(await told({ message, path }, options)).toBe(`signers.${expected}`)
  })

  test.each<[string, string, PropertyKey[], object, string]>([
    ['where nothing is secret', 'Expected a list', ['hosts'], { hosts: ['x'] }, 'a.hosts: Expected a list.'],
    [
      'where something else is secret',
      'must be https',
      ['url'],
      { url: 'ftp://a', apiToken: SECRET },
      "a.url: must be https, not 'ftp://a'.",
    ],
    [
      'where an empty text is secret',
      'must be https',
      ['url'],
      { url: 'ftp://a', apiToken: '' },
      "a.url: must be https, not 'ftp://a'.",
    ],
    ['fit to be shown', 'is\n\u001b[2J no', ['url'], { url: 'a' }, 'a.url: is\\u{a}\\u{1b}[2J no.'],
  ])('the message stays %s', async (_, message, path, options, expected) => {
    expect(await told({ message, path }, options)).toBe(`signers.${expected}`)
  })

  test.each<[string, string]>([
    ['as it is', `got ${SECRET}`],
    ['in JSON', `got ${QUOTED}`],
  ])('no value of a variable is shown: %s', async (_, message) => {
    const shown = await told({ message, path: ['url'] }, { url: `\${URL}` }, { URL: SECRET })
    expect(shown).toMatch(/^signers\.a\.url: got "?\$\{URL\}"?\.$/)
  })
})

test('a provider with the name of a built-in one is not believed as that is', async () => {
  const provider: ProviderDescriptor = {
    ...recordingProvider('local'),
    configSchema: async () => ({
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({ issues: [{ message: `got ${SECRET}`, path: ['token'] }] }),
      },
    }),
  }
  const signers = { a: { provider: 'local', key: 'k', token: SECRET } }
  const { message } = await failure(readConfiguration({ signers }, { providers: [provider] }))
  expect(message).toBe('signers.a.token: is not valid.')
})

test('a built-in one that is handed over is', async () => {
  const signers = {
    a: { provider: 'aws-kms', key: 'k', credentials: { accessKeyId: '', secretAccessKey: 's' } },
  }
  const providers = [awsKms as ProviderDescriptor]
  const { message } = await failure(readConfiguration({ signers }, { providers }))
  expect(message).toBe('signers.a.credentials.accessKeyId: must not be empty.')
})

test('no message of a built-in schema holds what stands at a place for a secret', async () => {
  const secret = fc.stringMatching(/^zq[ -~]{6,20}zq$/)
  const value = secret.chain((text) =>
    fc.constantFrom<unknown>(
      text,
      [text],
      { [text]: text },
      { accessKeyId: [text] },
      { accessKeySecret: text },
    ),
  )
  const entry = fc.tuple(
    fc.constantFrom(
      { provider: 'aws-kms' },
      { provider: 'trent-service', region: 'eu-west-1' },
      { provider: 'alibaba-kms', transport: 'openapi' },
      { provider: 'alibaba-kms', transport: 'instance', endpoint: 'a.example', clientKeyFile: 'c' },
      { provider: 'local' },
    ),
    fc.constantFrom('credentials', 'grantTokens', 'passphraseEnv', 'passwordEnv', 'password'),
  )
  await fc.assert(
    fc.asyncProperty(entry, value, async ([entry, option], value) => {
      const signers = { a: { key: 'k', ...entry, [option]: value } }
      const error: unknown = await readConfiguration({ signers }).catch((error: unknown) => error)
      if (SigningError.is(error)) expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('zq')
    }),
    { numRuns: 300 },
  )
})
