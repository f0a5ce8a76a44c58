import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { type CallContext, type ProviderDescriptor, SigningError } from '@signport/core'
import { openSigner, readPublicKey } from '../src/index.js'
import { failure } from './support/failure.js'
import { recordingProvider } from './support/recording-provider.js'

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const message = Buffer.from('a message')

/** A service that fails for a while, or does not answer at all; it counts what it is asked. */
function service(fails: 'unavailable' | 'silent') {
  const asked = { publicKey: 0, sign: 0 }
  const answer = ({ signal }: CallContext) =>
    new Promise<never>((_, reject) => {
      if (fails === 'unavailable') reject(new SigningError('Unavailable', 'not now'))
      signal?.addEventListener('abort', () => reject(new Error('given up')), { once: true })
    })
  const descriptor = recordingProvider()
  const provider: ProviderDescriptor = {
    ...descriptor,
    create: (options) => ({
      ...descriptor.create(options),
      getPublicKey(_, context) {
        asked.publicKey++
        return answer(context)
      },
      sign(_, context) {
        asked.sign++
        return answer(context)
      },
    }),
  }
  return { asked, provider }
}

const OPTIONS = [
  [{}, 3],
  [{ maxAttempts: 1 }, 1],
  [{ maxAttempts: 2 }, 2],
] as const

describe('what fails for a while is tried as often as an entry says', () => {
  test.each(OPTIONS)('with %j, opening asks for the public key %i times', async (options, times) => {
    for (const ask of [openSigner, readPublicKey]) {
      const { asked, provider } = service('unavailable')
      const entry = { provider: 'vault', key: 'k', ...options }
      await failure(ask(entry, { providers: [provider] }), 'Unavailable')
      expect(asked).toEqual({ publicKey: times, sign: 0 })
    }
  })

  test.each(OPTIONS)('with %j, a signature is asked for %i times', async (options, times) => {
    const { asked, provider } = service('unavailable')
    const entry = { provider: 'vault', key: 'k', algorithm: 'ES256', check: 'never', ...options } as const
    const signer = await openSigner(entry, { providers: [provider] })
    await failure(signer.sign(message), 'Unavailable')
    expect(asked.sign).toBe(times)
    await signer.close()
  })
})

describe('a service that does not answer is waited for as long as an entry says', () => {
  test.each<[string, object, object, string]>([
    ['one answer', { attemptTimeoutMs: 20, maxAttempts: 1 }, {}, 'did not answer for the key k within 20 ms'],
    ['the call', { timeoutMs: 30 }, {}, 'did not end within its 30 ms'],
    [
      'the call, as who opens it says',
      { timeoutMs: 60_000 },
      { timeoutMs: 25 },
      'did not end within its 25 ms',
    ],
  ])('%s', async (_, options, opening, expected) => {
    const { asked, provider } = service('silent')
    const entry = { provider: 'vault', key: 'k', ...options }
    const error = await failure(openSigner(entry, { providers: [provider], ...opening }), 'Timeout')
    expect(error.message).toContain(expected)
    expect(asked.publicKey).toBe(1)
  })
})

test('the key of a signer is the one that the service gives at last', async () => {
  let asked = 0
  const descriptor = recordingProvider()
  const provider: ProviderDescriptor = {
    ...descriptor,
    create: (options) => ({
      ...descriptor.create(options),
      async getPublicKey() {
        asked++
        if (asked < 3) throw new SigningError('Unavailable', 'not now')
        return { publicKey }
      },
    }),
  }
  const signer = await openSigner({ provider: 'vault', key: 'k', maxAttempts: 3 }, { providers: [provider] })
  expect([signer.algorithm, asked]).toEqual(['ES256', 3])
  await signer.close()
})
