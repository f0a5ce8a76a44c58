import { describe, expect, test } from '@jest/globals'
import { createSigner } from '@signport/core'
import { createTrentServiceProvider, type TrentServiceOptions } from '../src/index.js'
import { failureOf } from './support/failure.js'
import { signRaw } from './support/keys.js'
import { type Answer, json, startServer } from './support/server.js'

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const MESSAGE = Buffer.from('a message')

const signsAfter =
  (ms: number): Answer =>
  (socket, seen) => {
    const Signature = signRaw(seen.body).toString('base64')
    setTimeout(() => json(200, { KeyId: 'k', Signature })(socket, seen), ms)
  }

async function signerTo(answers: Answer, attemptTimeoutMs: number, options: TrentServiceOptions = {}) {
  const server = await startServer(answers)
  const provider = createTrentServiceProvider({
    endpoint: server.url,
    credentials: CREDENTIALS,
    ...options,
  })
  const own = { attemptTimeoutMs, maxAttempts: 1, messageType: 'raw', check: 'never' } as const
  return { server, signer: createSigner({ provider, keyId: 'k', algorithm: 'ES256', ...own }) }
}

const slowly = async () => {
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  return CREDENTIALS
}

describe('the time for an answer', () => {
  test('does not run while credentials are fetched', async () => {
    const { signer } = await signerTo(signsAfter(0), 600, { credentials: slowly })
    expect((await signer.sign(MESSAGE)).bytes.length).toBeGreaterThan(60)
    await signer.close()
  })

  test('runs when they are there', async () => {
    const { signer, server } = await signerTo(() => {}, 300, { credentials: slowly })
    expect(await failureOf(() => signer.sign(MESSAGE))).toMatchObject({ code: 'Timeout' })
    expect(server.requests.length).toBe(1)
    await signer.close()
  })

  test('does not run while a call waits for a connection', async () => {
    const { signer, server } = await signerTo(signsAfter(300), 2_000, { maxConcurrency: 2 })
    const all = await Promise.all(Array.from({ length: 20 }, () => signer.sign(MESSAGE)))
    expect(all).toHaveLength(20)
    expect(server.requests.length).toBe(20)
    expect(server.connections().all).toBe(2)
    await signer.close()
  })

  test('runs when it has one', async () => {
    const { signer, server } = await signerTo(() => {}, 300, { maxConcurrency: 1 })
    const calls = [1, 2].map(() => failureOf(() => signer.sign(MESSAGE)))
    for (const error of await Promise.all(calls)) expect(error).toMatchObject({ code: 'Timeout' })
    expect(server.requests.length).toBe(2)
    await signer.close()
  })
})
