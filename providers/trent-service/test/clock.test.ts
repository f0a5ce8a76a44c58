import { describe, expect, test } from '@jest/globals'
import { ManualClock } from '@signport/contract'
import { createSigner } from '@signport/core'
import { createTrentServiceProvider, type TrentServiceOptions } from '../src/index.js'
import { failureOf } from './support/failure.js'
import { signRaw } from './support/keys.js'
import { type Answer, json, startServer } from './support/server.js'
import { until } from './support/until.js'

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const MESSAGE = Buffer.from('a message')

/** How long an answer may take. */
const ANSWER_MS = 1_000

const signs: Answer = (socket, seen) =>
  json(200, { KeyId: 'k', Signature: signRaw(seen.body).toString('base64') })(socket, seen)

async function signerTo(answers: Answer, options: TrentServiceOptions = {}, clock = new ManualClock()) {
  const server = await startServer(answers)
  const provider = createTrentServiceProvider({
    endpoint: server.url,
    credentials: CREDENTIALS,
    ...options,
  })
  const own = {
    attemptTimeoutMs: ANSWER_MS,
    maxAttempts: 1,
    messageType: 'raw',
    check: 'never',
    clock,
  } as const
  return { server, clock, signer: createSigner({ provider, keyId: 'k', algorithm: 'ES256', ...own }) }
}

describe('the time for an answer', () => {
  test('does not run while credentials are fetched', async () => {
    const { signer, clock } = await signerTo(signs, {
      async credentials() {
        await new Promise((resolve) => setImmediate(resolve))
        clock.advance(2 * ANSWER_MS)
        return CREDENTIALS
      },
    })
    expect((await signer.sign(MESSAGE)).bytes.length).toBeGreaterThan(60)
    await signer.close()
  })

  test('runs when they are there', async () => {
    const { signer, server, clock } = await signerTo(() => {}, { credentials: async () => CREDENTIALS })
    const error = failureOf(() => signer.sign(MESSAGE))
    await until(() => server.requests.length === 1)
    clock.advance(ANSWER_MS)
    expect(await error).toMatchObject({ code: 'Timeout' })
    expect(server.requests.length).toBe(1)
    await signer.close()
  })

  test('does not run while a call waits for a connection', async () => {
    const clock = new ManualClock()
    const slowly: Answer = (socket, seen) => {
      clock.advance(ANSWER_MS / 5)
      signs(socket, seen)
    }
    const { signer, server } = await signerTo(slowly, { maxConcurrency: 2 }, clock)
    const all = await Promise.all(Array.from({ length: 20 }, () => signer.sign(MESSAGE)))
    expect(all).toHaveLength(20)
    expect(server.requests.length).toBe(20)
    expect(server.connections().all).toBe(2)
    await signer.close()
  })

  test('runs when it has one', async () => {
    const { signer, server, clock } = await signerTo(() => {}, { maxConcurrency: 1 })
    const calls = [1, 2].map(() => failureOf(() => signer.sign(MESSAGE)))
    for (const [index, call] of calls.entries()) {
      await until(() => server.requests.length === index + 1)
      clock.advance(ANSWER_MS)
      expect(await call).toMatchObject({ code: 'Timeout' })
    }
    expect(server.requests.length).toBe(2)
    await signer.close()
  })
})
