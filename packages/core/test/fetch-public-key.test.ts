import { describe, expect, test } from '@jest/globals'
import { fetchPublicKey, PublicKey } from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'
import { names } from './support/oracle.js'

class SilentProvider extends NodeProvider {
  override getPublicKey(): Promise<never> {
    return new Promise(() => {})
  }
}

test.each(names)('%s: the key is what the provider gives', async (name) => {
  const { publicKey } = keyPair(name)
  const key = await fetchPublicKey(new NodeProvider(keyPair(name)), 'k')
  expect(key.equals(PublicKey.from(publicKey))).toBe(true)
})

describe('how long is waited', () => {
  test('for a service as long as for any answer, and for a key in this process without a timer', async () => {
    for (const inProcess of [false, true]) {
      const provider = new NodeProvider(keyPair('ES256'), { inProcess })
      await fetchPublicKey(provider, 'k')
      const bounds = { signal: expect.any(AbortSignal), clock: expect.anything() }
      expect(provider.contexts).toEqual([inProcess ? {} : bounds])
    }
  })

  test('as the caller says', async () => {
    const silent = new SilentProvider(keyPair('ES256'))
    const error = await failure(() => fetchPublicKey(silent, 'k', { timeoutMs: 20 }), 'Timeout')
    expect(error).toMatchObject({ provider: 'node', keyId: 'k' })
    expect(error.message).toBe('node did not answer for the key k within 20 ms.')
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 20)
    await failure(() => fetchPublicKey(silent, 'k', { signal: controller.signal }), 'Aborted')
    await failure(() => fetchPublicKey(silent, 'k', { timeoutMs: 0 }), 'InvalidArgument')
  })
})
