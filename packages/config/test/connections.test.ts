import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { ProviderDescriptor } from '@signport/core'
import { Connections } from '../src/connections.js'
import { openSigner, openSigners, readConfiguration } from '../src/index.js'
import { failure } from './support/failure.js'
import { recordingProvider } from './support/recording-provider.js'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const k = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
const entry = (more: object = {}) => ({ provider: 'vault', key: 'k', algorithm: 'ES256', ...more })

/** A provider as one writes it who overlooks that it ends in a promise. */
function endingWith(close: () => unknown): ProviderDescriptor {
  const provider = recordingProvider('vault', { k })
  return {
    ...provider,
    create: (options) => ({ ...provider.create(options), close: close as () => Promise<void> }),
  }
}

describe('reading a configuration', () => {
  test('makes one provider for all entries with the same settings, and closes it', async () => {
    const provider = recordingProvider('vault', { k })
    const [one, other] = [{ url: 'a', tags: { x: 1, y: 2 } }, { url: 'b' }]
    const again = { tags: { y: 2, x: 1 }, url: 'a' }
    const signers = { a: entry(one), b: entry(other), c: entry(again), d: entry({ ...one, key: 'none' }) }
    await readConfiguration({ signers }, { providers: [provider] })
    expect(provider.made).toEqual([one, other])
    expect(provider.open()).toBe(0)
    await readConfiguration(
      { signers: { ...signers, wrong: entry({ encoding: 'x' }) } },
      { providers: [provider] },
    ).catch(() => undefined)
    expect(provider.open()).toBe(0)
  })

  test('of one entry closes what it was tried with', async () => {
    const provider = recordingProvider('vault', { k })
    await failure(openSigner(entry({ encoding: 'x' }) as never, { providers: [provider] }))
    expect(provider.made).toHaveLength(1)
    expect(provider.open()).toBe(0)
  })

  test.each<[string, () => unknown]>([
    ['without a promise', () => undefined],
    [
      'in an error',
      () => {
        throw new TypeError('not written yet')
      },
    ],
    ['in a promise that fails', () => Promise.reject(new TypeError('not written yet'))],
  ])('is not disturbed by a provider whose end comes %s', async (_, close) => {
    const providers = [endingWith(close)]
    const { entries } = await readConfiguration({ signers: { a: entry() } }, { providers })
    expect(entries.map(({ name }) => name)).toEqual(['a'])
    // What fails is the entry, and not the end of what it was to be opened with.
    const { message } = await failure(
      openSigner(entry({ key: 'none', algorithm: undefined }), { providers }),
      'KeyNotFound',
    )
    expect(message).toContain('none')
  })

  test('of thousands of different connections takes no time worth noting', async () => {
    const signers = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`s${index}`, { options: { url: 'u', index } }]),
    )
    const provider = recordingProvider()
    const connections = new Connections()
    const begin = performance.now()
    for (const { options } of Object.values(signers))
      connections.get({ descriptor: provider, options, baseFolder: undefined })
    expect(performance.now() - begin).toBeLessThan(5_000)
    expect(provider.open()).toBe(10_000)
    await connections.closeUnused()
    expect(provider.open()).toBe(0)
  })
})

test.each<[string, object, object]>([
  ['numbers and their texts', { n: 1 }, { n: '1' }],
  ['lists and maps', { n: ['a'] }, { n: { 0: 'a' } }],
  ['secrets that do not print themselves', { n: hidden('a') }, { n: hidden('b') }],
])('settings that only look alike have connections of their own: %s', async (_, one, other) => {
  const provider = recordingProvider('vault', { k })
  const signers = { a: entry(one), b: entry(other) }
  const configuration = await readConfiguration({ signers }, { providers: [provider] })
  provider.made.length = 0
  const opened = await openSigners(configuration)
  expect(provider.made).toHaveLength(2)
  await opened.close()
})

function hidden(value: string): object {
  return { value, [Symbol.for('nodejs.util.inspect.custom')]: () => 'hidden' }
}
