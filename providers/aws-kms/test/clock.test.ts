import { KMSClient } from '@aws-sdk/client-kms'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { ManualClock } from '@signport/contract'
import { createSigner } from '@signport/core'
import { type AwsKmsOptions, createAwsKmsProvider } from '../src/index.js'
import { emptyEnvironment } from './support/environment.js'
import { failure } from './support/failure.js'
import { json, type Play, type RawServer, startRawServer } from './support/raw-server.js'
import { CREDENTIALS, KEY_ARN, KEY_ID, signRequest } from './support/requests.js'

emptyEnvironment()

const MESSAGE = Buffer.from('message')
const answers: Play = () =>
  json(200, { KeyId: KEY_ARN, Signature: 'AAAA', SigningAlgorithm: 'ECDSA_SHA_256' })
let server: RawServer
afterEach(() => server.close())

/** How long an answer may take. */
const ANSWER_MS = 1_000

async function signWith(play: Play, clock: ManualClock, credentials: () => Promise<typeof CREDENTIALS>) {
  server = await startRawServer(play)
  const provider = createAwsKmsProvider({ region: 'us-east-1', endpoint: server.url, credentials })
  // The server's bytes are no signature: that the service was waited for shows in what the error is about.
  const options = { attemptTimeoutMs: ANSWER_MS, maxAttempts: 1, check: 'never', clock } as const
  const signer = createSigner({ provider, keyId: KEY_ID, algorithm: 'RS256', ...options })
  try {
    return await failure(() => signer.sign(MESSAGE))
  } finally {
    await signer.close()
  }
}

describe('the time for an answer', () => {
  test('does not run while credentials are fetched', async () => {
    const clock = new ManualClock()
    const { code } = await signWith(answers, clock, async () => {
      await new Promise((resolve) => setImmediate(resolve))
      clock.advance(2 * ANSWER_MS)
      return CREDENTIALS
    })
    expect(code).toBe('InvalidResponse')
  })

  test('runs when they are there', async () => {
    const clock = new ManualClock()
    const silent: Play = () => void clock.advance(ANSWER_MS)
    const { code } = await signWith(silent, clock, async () => CREDENTIALS)
    expect(code).toBe('Timeout')
    expect(server.seen).toHaveLength(1)
  })

  test("is held while a client of the user's gets its credentials, and started for each of its attempts", async () => {
    const moves: string[] = []
    const clock = { pause: () => void moves.push('pause'), restart: () => void moves.push('restart') }
    server = await startRawServer((seen, response) => {
      moves.push('request')
      return server.seen.length === 1 ? json(400, { __type: 'ThrottlingException' }) : answers(seen, response)
    })
    const credentials = async () => {
      moves.push('credentials')
      return CREDENTIALS
    }
    const client = new KMSClient({ region: 'us-east-1', endpoint: server.url, credentials })
    await createAwsKmsProvider({ client }).sign(signRequest(MESSAGE), { clock })
    expect(moves).toEqual([
      'pause',
      'restart',
      'pause',
      'credentials',
      'restart',
      'request',
      'restart',
      'request',
    ])
    client.destroy()
  })
})

test('a queue of requests is no news for the console', async () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {})
  server = await startRawServer(() => undefined)
  const options: AwsKmsOptions = {
    region: 'us-east-1',
    endpoint: server.url,
    credentials: CREDENTIALS,
    maxConcurrency: 1,
  }
  const provider = createAwsKmsProvider(options)
  const controller = new AbortController()
  const { signal } = controller
  const calls = [1, 2, 3, 4].map(() =>
    failure(() => provider.sign(signRequest(MESSAGE), { signal }), 'Aborted'),
  )
  // The SDK looks at its queue three seconds after a request.
  await new Promise((resolve) => setTimeout(resolve, 3_500))
  controller.abort()
  await Promise.all(calls)
  expect(warn).not.toHaveBeenCalled()
  warn.mockRestore()
  await provider.close?.()
})
