import { chmodSync, writeFileSync } from 'node:fs'
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createSigner, type ProviderHost } from '@signport/core'
import { type LocalConfig, provider } from '../src/index.js'
import { testFolder } from './support/folder.js'
import { KEYS } from './support/keys.js'
import { strangerVerifies } from './support/stranger.js'

const folder = testFolder()
const MESSAGE = Buffer.from('message')
const PASSPHRASE = 'correct horse battery staple'

beforeAll(() => {
  const key = KEYS.ES256.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: PASSPHRASE,
  })
  writeFileSync(folder.path('encrypted.pem'), key, { mode: 0o600 })
  writeFileSync(folder.path('passphrase'), `${PASSPHRASE}\n`, { mode: 0o600 })
})

afterEach(() => {
  delete process.env.SIGNPORT_TEST_PASSPHRASE
})

function sign(config: LocalConfig, host: ProviderHost = {}) {
  const signer = createSigner({
    provider: provider.create(config, { baseFolder: folder.path('.'), ...host }),
    keyId: 'encrypted.pem',
    algorithm: 'ES256',
  })
  return signer.sign(MESSAGE)
}

describe('where the passphrase comes from', () => {
  test.each<[string, LocalConfig, ProviderHost]>([
    ['the environment', { passphraseEnv: 'SIGNPORT_TEST_PASSPHRASE' }, {}],
    ['a file relative to the base folder', { passphraseFile: 'passphrase' }, {}],
    ['the person at the terminal', {}, { askSecret: async () => PASSPHRASE }],
  ])('%s', async (_, config, host) => {
    process.env.SIGNPORT_TEST_PASSPHRASE = PASSPHRASE
    const { bytes } = await sign(config, host)
    expect(strangerVerifies('ES256', KEYS.ES256, MESSAGE, bytes)).toBe(true)
  })

  test('the person is asked for the key by its name', async () => {
    const questions: string[] = []
    const askSecret = async (question: string) => {
      questions.push(question)
      return PASSPHRASE
    }
    await sign({}, { askSecret })
    expect(questions).toEqual(['Passphrase of encrypted.pem'])
  })

  test.each<[string, LocalConfig, string, string]>([
    ['is named nowhere', {}, 'Configuration', 'is encrypted, and no passphrase was given'],
    [
      'is not in the environment',
      { passphraseEnv: 'SIGNPORT_TEST_PASSPHRASE' },
      'Configuration',
      'The environment variable SIGNPORT_TEST_PASSPHRASE should hold a passphrase, but it is not set.',
    ],
    ['is not in the file', { passphraseFile: 'none' }, 'Configuration', 'There is no passphrase file none'],
    [
      'is wrong',
      { passphraseFile: 'encrypted.pem' },
      'Unauthenticated',
      'The passphrase does not open the key',
    ],
  ])('it %s', async (_, config, code, message) => {
    await expect(sign(config)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })

  test('its file must be private', async () => {
    chmodSync(folder.path('passphrase'), 0o644)
    await expect(sign({ passphraseFile: 'passphrase' })).rejects.toThrow(
      'The passphrase file passphrase is open to others',
    )
    chmodSync(folder.path('passphrase'), 0o600)
  })
})

test('a generated key is told in one line', async () => {
  const told: string[] = []
  const created = provider.create(
    { generate: true },
    { baseFolder: folder.path('.'), notify: (line) => told.push(line) },
  )
  const signer = createSigner({ provider: created, keyId: 'new.pem', algorithm: 'Ed25519' })
  await signer.sign(MESSAGE)
  const { thumbprint } = await signer.publicKey()
  expect(told).toEqual([`Generated a key for Ed25519 at ${folder.path('new.pem')}, thumbprint ${thumbprint}`])
})

describe('the schema', () => {
  test.each<[string, object, string | undefined]>([
    ['nothing', {}, undefined],
    ['everything', { generate: 'always', allowGroupRead: true, passphraseEnv: '_Pass2' }, undefined],
    ['an unknown key', { genrate: true }, 'genrate'],
    ['a wrong type', { generate: 'yes' }, 'generate'],
    ['an empty name', { passphraseEnv: '' }, 'must not be empty passphraseEnv'],
    [
      'a passphrase that is no name',
      { passphraseEnv: 'correct horse battery' },
      'must be the name of an environment variable, and not what it holds passphraseEnv',
    ],
    ['two passphrases', { passphraseEnv: 'P', passphraseFile: 'p' }, 'leave one of them out'],
  ])('%s', async (_, config, problem) => {
    const { issues = [] } = await (await provider.configSchema())['~standard'].validate(config)
    const texts = issues.map(({ message, path = [] }) =>
      [message, ...path.map((step) => (step as { key: string }).key)].join(' '),
    )
    expect(texts).toEqual(problem ? [expect.stringContaining(problem)] : [])
  })
})
