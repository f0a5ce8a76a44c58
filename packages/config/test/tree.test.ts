import { describe, expect, test } from '@jest/globals'
import { openSigner, readConfiguration } from '../src/index.js'
import { MAX_DEPTH, nodeAt, treeOf } from '../src/tree.js'
import { failure } from './support/failure.js'
import { recordingProvider } from './support/recording-provider.js'

class Entry {
  readonly [option: string]: unknown
  readonly provider = 'local'
  readonly key = 'k.pem'
  readonly #hidden = 'not an option'

  describe() {
    return this.#hidden
  }
}

class Settings {
  readonly signers: object
  constructor(signers: object) {
    this.signers = signers
  }
}

class Client {
  readonly url = 'x'
}

describe('an object of a class is what its own members say', () => {
  test('where a signer is expected', async () => {
    const signer = await openSigner(Object.assign(new Entry(), { algorithm: 'ES256' }))
    expect(signer).toMatchObject({ provider: 'local', keyId: 'k.pem', algorithm: 'ES256' })
    await signer.close()
  })

  test('where a configuration and its signers are', async () => {
    const named = Object.assign(new (class Named {})(), { a: new Entry(), b: { ...new Entry() } })
    const { entries } = await readConfiguration(new Settings(named))
    expect(entries.map(({ name, provider, key }) => [name, provider, key])).toEqual([
      ['a', 'local', 'k.pem'],
      ['b', 'local', 'k.pem'],
    ])
  })

  test.each([new Map(), new Set(), new Date(), /x/, new Uint8Array(1), Promise.resolve(), Object('x')])(
    'but not one whose content is no members: %p',
    async (value) => {
      expect((await failure(readConfiguration({ signers: { a: value } }))).message).toMatch(
        /^signers\.a: must be a map with provider and key, not /,
      )
      expect((await failure(readConfiguration({ signers: value }))).message).toBe(
        'signers: must be a map of names and signers, not a value.',
      )
    },
  )

  test('and reaches a provider as it is, where it is one of its options', async () => {
    const provider = recordingProvider()
    const [client, url] = [new Client(), new URL('https://kms.example')]
    const entry = { provider: 'vault', key: 'k', client, urls: [url] }
    await readConfiguration({ signers: { a: entry } }, { providers: [provider] })
    const made = provider.made as { client: unknown; urls: unknown[] }[]
    expect(made.length).toBeGreaterThan(0)
    for (const options of made) {
      expect(options.client).toBe(client)
      expect(options.urls[0]).toBe(url)
    }
  })
})

describe('an object has at most 32 levels', () => {
  const nested = (levels: number) => {
    let value: unknown = 'x'
    for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value }
    return value
  }

  test('and so many are read', () => {
    const path = Array.from({ length: MAX_DEPTH }, (_, index) => (index % 2 === 0 ? 'a' : 0))
    expect(nodeAt(treeOf(nested(MAX_DEPTH)), path)).toMatchObject({ found: true, node: { value: 'x' } })
  })

  test('and no more', () => {
    expect(() => treeOf(nested(MAX_DEPTH + 1))).toThrow(RangeError)
  })
})

test('a hole in an array is a value that is none', async () => {
  const retired = new Array(1)
  expect(treeOf({ retired })).toMatchObject({
    members: new Map([['retired', { kind: 'list', items: [{ kind: 'scalar', value: undefined }] }]]),
  })
  const entry = {
    cacheLifetime: '1m',
    tokenLifetime: '1h',
    active: { provider: 'local', key: 'k', algorithm: 'ES256' },
  }
  const error = await failure(readConfiguration({ signers: { a: { ...entry, retired } } }))
  expect(error.message).toContain('signers.a.retired.0: must be a map with provider and key')
})
