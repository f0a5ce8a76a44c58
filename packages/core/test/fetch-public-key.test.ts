import { describe, expect, test } from '@jest/globals'
import { fetchPublicKey, PublicKey, SigningError } from '../src/index.js'
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
    expect(error.message).toBe('The call did not end within its 20 ms.')
    const times = { attemptTimeoutMs: 20, maxAttempts: 1 }
    const silence = await failure(() => fetchPublicKey(silent, 'k', times), 'Timeout')
    expect(silence).toMatchObject({ provider: 'node', keyId: 'k' })
    expect(silence.message).toBe('node did not answer for the key k within 20 ms.')
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 20)
    await failure(() => fetchPublicKey(silent, 'k', { signal: controller.signal }), 'Aborted')
    await failure(() => fetchPublicKey(silent, 'k', { timeoutMs: 0 }), 'InvalidArgument')
  })
})

test('is asked for again where that may help', async () => {
  class UnsteadyProvider extends NodeProvider {
    override async getPublicKey(...call: Parameters<NodeProvider['getPublicKey']>) {
      const answer = await super.getPublicKey(...call)
      if (this.fetched < 3) throw new SigningError('Unavailable', 'not now')
      return answer
    }
  }
  const provider = new UnsteadyProvider(keyPair('ES256'))
  expect((await fetchPublicKey(provider, 'k', { random: () => 0 })).kind).toBe('P-256')
  const impatient = new UnsteadyProvider(keyPair('ES256'))
  await failure(() => fetchPublicKey(impatient, 'k', { maxAttempts: 2, random: () => 0 }), 'Unavailable')
  expect(impatient.fetched).toBe(2)
})
