import { expect, test } from '@jest/globals'
import { algorithms, type ProviderSignRequest, type SigningProvider } from '@signport/core'
import { signatureFirst } from '../src/signature-first.js'

const ALGORITHM = algorithms[0] as (typeof algorithms)[number]

const requestFor = (keyId: string): ProviderSignRequest => ({
  keyId,
  algorithm: ALGORITHM,
  wireName: 'any',
  input: { kind: 'digest', digest: new Uint8Array(32) },
  parameters: {},
  pinned: false,
})

/** A service that writes down what it is asked, and refuses the first signature. */
function recorder() {
  const calls: string[] = []
  const provider: SigningProvider = {
    name: 'recorder',
    limits: { maxConcurrency: 1, maxPerSecond: 5 },
    support: () => undefined,
    async sign({ keyId }) {
      calls.push(`sign ${keyId}`)
      if (calls.length === 1) throw new Error('not yet')
      return { bytes: new Uint8Array(1) }
    },
    async getPublicKey({ keyId }) {
      calls.push(`key ${keyId}`)
      return { publicKey: 'a key' }
    },
  }
  return { calls, provider: signatureFirst(provider) }
}

test('the key is asked for when there has been a signature with it', async () => {
  const { calls, provider } = recorder()
  const steps: string[] = []
  const clock = { pause: () => void steps.push('pause'), restart: () => void steps.push('restart') }
  const key = provider.getPublicKey({ keyId: 'a' }, { clock })
  await expect(provider.sign(requestFor('a'), {})).rejects.toThrow('not yet')
  await provider.sign(requestFor('b'), {})
  expect(steps).toEqual(['pause'])
  await provider.sign(requestFor('a'), {})
  await key
  await provider.getPublicKey({ keyId: 'a' }, {})
  expect(calls).toEqual(['sign a', 'sign b', 'sign a', 'key a', 'key a'])
  expect(steps).toEqual(['pause', 'restart'])
})

test('whoever gives up does not wait any longer', async () => {
  const { calls, provider } = recorder()
  const controller = new AbortController()
  const key = provider.getPublicKey({ keyId: 'a' }, { signal: controller.signal })
  controller.abort()
  await expect(key).rejects.toMatchObject({ code: 'Aborted' })
  await expect(provider.getPublicKey({ keyId: 'a' }, { signal: controller.signal })).rejects.toMatchObject({
    code: 'Aborted',
  })
  expect(calls).toEqual([])
})

test('its slots are enough for all who wait, and its rate is the one of the service', () => {
  expect(recorder().provider.limits).toEqual({ maxConcurrency: 10_000, maxPerSecond: 5 })
})
