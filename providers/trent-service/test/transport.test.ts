import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { createTransport } from '../src/transport.js'
import { failureOf } from './support/failure.js'
import { type Answer, answer, raw, startServer } from './support/server.js'

const REQUEST = { headers: { 'content-length': '2' }, body: Buffer.from('{}'), repeatable: true }

function transportTo(url: string) {
  return createTransport({ url: new URL(url), maxConcurrency: 64, ca: undefined })
}

async function post(given: Answer) {
  const server = await startServer(given)
  const transport = transportTo(server.url)
  try {
    return await transport.post(REQUEST)
  } finally {
    transport.close()
  }
}

test('an answer is handed over as it came', async () => {
  const { status, headers, body } = await post(answer(418, 'body', { 'x-amzn-requestid': 'r-1' }))
  expect([status, headers['x-amzn-requestid'], body?.toString()]).toEqual([418, 'r-1', 'body'])
})

describe('a failure', () => {
  const none = /^There is no answer from 127\.0\.0\.1:\d+: /

  test.each<[string, Answer, string, RegExp]>([
    ['a reset before the answer', (socket) => socket.resetAndDestroy(), 'Unavailable', none],
    ['an end within the body', raw('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx'), 'Unavailable', none],
    [
      'a change of protocol',
      raw('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
      'Unavailable',
      /^There is no answer from 127\.0\.0\.1:\d+: the connection ended early\.$/,
    ],
    [
      'another protocol',
      raw('SSH-2.0-OpenSSH_9.6\r\n'),
      'InvalidResponse',
      /^The answer of 127\.0\.0\.1:\d+ is no HTTP: HPE_\w+\.$/,
    ],
  ])('says whose answer is missing: %s', async (_, given, code, message) => {
    const error = await failureOf(() => post(given))
    const retryable = code === 'Unavailable'
    expect(error).toMatchObject({ name: 'SigningError', code, retryable, provider: 'trent-service' })
    expect(error.message).toMatch(message)
  })

  test('nobody listens', async () => {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as { port: number }
    probe.close()
    await once(probe, 'close')
    const error = await failureOf(() => transportTo(`http://127.0.0.1:${port}`).post(REQUEST))
    expect(error).toMatchObject({ code: 'Unavailable', retryable: true })
    expect(error.message).toBe(
      `There is no answer from 127.0.0.1:${port}: ECONNREFUSED (nothing listens there).`,
    )
  })

  test('a name that nobody has', async () => {
    const error = await failureOf(() => transportTo('http://no-such-host.invalid').post(REQUEST))
    expect(error).toMatchObject({ code: 'Unavailable', retryable: true })
    expect(error.message).toMatch(/^There is no answer from no-such-host\.invalid: (ENOTFOUND|EAI_AGAIN) /)
  })
})
