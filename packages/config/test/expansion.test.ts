import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { expand } from '../src/expansion.js'
import { openSigner, parseUri, readConfiguration, readPublicKey } from '../src/index.js'
import { Mistakes } from '../src/mistakes.js'
import { treeOf } from '../src/tree.js'
import { failure } from './support/failure.js'
import { testFolder } from './support/folder.js'
import { recordingProvider } from './support/recording-provider.js'

const folder = testFolder()
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
folder.write(`\${SIGNPORT_TEST_NAME}.pem`, pem)

const host = { baseFolder: folder.path }
const MESSAGE = Buffer.from('message')

function expanded(value: object, env: Record<string, string>) {
  const mistakes = new Mistakes('')
  return { ...expand(treeOf(value), [], env, mistakes), mistakes }
}

describe('what a program hands over', () => {
  const uri = 'local:$%7BSIGNPORT_TEST_NAME%7D.pem'
  const entry = { provider: 'local', key: `\${SIGNPORT_TEST_NAME}.pem` }

  test('is what it means: a URI and the entry that it stands for open the same key', async () => {
    process.env.SIGNPORT_TEST_NAME = 'another'
    try {
      const keys = await Promise.all([uri, parseUri(uri), entry].map((each) => readPublicKey(each, { host })))
      expect(new Set(keys.map(({ thumbprint }) => thumbprint)).size).toBe(1)
      for (const each of [uri, parseUri(uri), entry]) {
        const signer = await openSigner(each, { host })
        expect(await signer.verify(MESSAGE, await signer.sign(MESSAGE))).toBe(true)
        await signer.close()
      }
      const { entries } = await readConfiguration({ signers: { a: entry } })
      expect(entries[0]?.key).toBe(entry.key)
    } finally {
      delete process.env.SIGNPORT_TEST_NAME
    }
  })

  test('may have the signs of a variable in a secret', async () => {
    const provider = recordingProvider('vault', { k: pem })
    const credentials = { password: `a\${b$\${c\${NONE}` }
    await readConfiguration(
      { signers: { a: { provider: 'vault', key: 'k', credentials } } },
      { providers: [provider] },
    )
    expect(provider.made).toEqual([{ credentials }])
  })

  test('is expanded with the variables that it names', async () => {
    const env = { SIGNPORT_TEST_NAME: 'another' }
    const { entries } = await readConfiguration({ signers: { a: entry } }, { env })
    expect(entries[0]?.key).toBe('another.pem')
    const { message } = await failure(openSigner({ ...entry }, { host, env: {} }))
    expect(message).toBe('key: the environment variable SIGNPORT_TEST_NAME is not set.')
  })
})

describe('variables', () => {
  test('that are named two hundred thousand times are kept once', async () => {
    const text = `\${A}`.repeat(200_000)
    const { value, expansions } = expanded({ one: text, two: [text, `\${B}`] }, { A: 'x', B: 'y' })
    expect((value as { one: string }).one).toBe('x'.repeat(200_000))
    expect(expansions).toEqual([
      { source: text, value: 'x'.repeat(200_000) },
      { source: `\${A}`, value: 'x' },
      { source: `\${B}`, value: 'y' },
    ])
    const entry = { provider: 'local', key: 'k', [text]: 1, algorithm: text }
    await failure(readConfiguration({ signers: { a: entry } }, { env: { A: 'x' } }))
  })

  test.each<[string, number, number, boolean]>([
    ['at the limit', 1024, 1024 * 1024 - 4 * 1024, false],
    ['beyond any memory', 200_000, 128 * 1024 * 200_000, true],
  ])('make no text that is too long: %s', (_, times, length, refused) => {
    const { broken, value, mistakes } = expanded(
      { a: `\${A}`.repeat(times) },
      { A: 'x'.repeat(length / times) },
    )
    expect(broken).toEqual(refused ? [['a']] : [])
    expect((value as { a: string }).a.length).toBe(refused ? 4 * times : length)
    if (refused)
      expect(() => mistakes.throwIfAny()).toThrow(
        'a: has more than 1048576 characters with the values of its variables.',
      )
  })
})
