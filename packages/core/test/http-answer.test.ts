import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { MAX_ANSWER_BYTES } from '../src/http.js'
import { SigningError } from '../src/index.js'
import { exchangeWith, REQUEST } from './support/exchange.js'
import { failure } from './support/failure.js'
import { type Answer, answer, raw, startServer } from './support/server.js'
import { until } from './support/until.js'

async function post(given: Answer) {
  return exchangeWith(await startServer(given)).post(REQUEST)
}

const chunked = (...chunks: string[]): Answer =>
  raw(
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`,
  )

test('a request arrives as it was given', async () => {
  const server = await startServer(answer(200))
  const body = Uint8Array.from([0, 128, 255])
  const headers = { 'content-length': '3', 'x-house': 'of its own', host: 'the.house:1' }
  await exchangeWith(server).post({ headers, body, repeatable: false })
  expect(server.requests).toEqual([
    {
      method: 'POST',
      path: '/path?query',
      headers: expect.objectContaining(headers),
      body: Buffer.from(body),
    },
  ])
})

describe('an answer', () => {
  test.each<[string, Answer, number, string]>([
    ['with its length', answer(200, 'body'), 200, 'body'],
    ['in chunks', chunked('bo', 'dy'), 200, 'body'],
    ['that ends with the connection', raw('HTTP/1.1 200 OK\r\n\r\nbody'), 200, 'body'],
    ['without a body', answer(500), 500, ''],
    [
      'after an informational one',
      raw('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody'),
      200,
      'body',
    ],
    ['of the largest size', answer(200, 'x'.repeat(MAX_ANSWER_BYTES)), 200, 'x'.repeat(MAX_ANSWER_BYTES)],
  ])('%s', async (_, given, status, body) => {
    const answered = await post(given)
    expect(answered.status).toBe(status)
    expect(answered.body?.toString()).toBe(body)
  })

  test('of one byte more than the largest size is not read to its end', async () => {
    expect((await post(answer(200, 'x'.repeat(MAX_ANSWER_BYTES + 1)))).body).toBeUndefined()
  })

  test('without an end is given up at the largest size, and its connection closed', async () => {
    let written = 0
    const server = await startServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const chunk = Buffer.alloc(64 * 1024)
      const more = () => {
        while (!socket.destroyed && socket.write(chunk)) written += chunk.length
      }
      socket.on('drain', more)
      more()
    })
    const exchange = exchangeWith(server)
    expect((await exchange.post(REQUEST)).body).toBeUndefined()
    await until(() => server.open === 0)
    expect(written).toBeGreaterThan(0)
  })
})

describe('a failure', () => {
  test.each<[string, Answer, string, boolean]>([
    ['a reset before the answer', (socket) => socket.resetAndDestroy(), 'Unavailable', true],
    ['an end before the answer', (socket) => socket.end(), 'Unavailable', true],
    [
      'a reset within the head',
      (socket) => socket.write('HTTP/1.1 200 O', () => socket.resetAndDestroy()),
      'Unavailable',
      true,
    ],
    [
      'a reset within the body',
      (socket) =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx', () => socket.resetAndDestroy()),
      'Unavailable',
      true,
    ],
    ['an end within the body', raw('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx'), 'Unavailable', true],
    ['another protocol', raw('SSH-2.0-OpenSSH_9.6\r\n'), 'InvalidResponse', false],
    [
      'chunks that are none',
      raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
      'InvalidResponse',
      false,
    ],
    ['a head without an end', raw(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`), 'InvalidResponse', false],
    [
      'a change of protocol',
      raw('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
      'Unavailable',
      true,
    ],
  ])('%s', async (_, given, code, retryable) => {
    expect(await failure(() => post(given))).toMatchObject({
      name: 'SigningError',
      code,
      retryable,
      provider: 'house',
    })
  })

  test('nobody listens', async () => {
    // A port that was free a moment ago may be that of another test by now.
    const call = () => exchangeWith({ url: 'http://127.0.0.1:1' }).post(REQUEST)
    const error = await failure(call, 'Unavailable')
    expect(error.message).toBe('No answer: ECONNREFUSED (nothing listens there).')
  })

  test('a name that nobody has', async () => {
    const call = () => exchangeWith({ url: 'http://no-such-host.invalid' }).post(REQUEST)
    const error = await failure(call, 'Unavailable')
    expect(error.message).toMatch(/^No answer: (ENOTFOUND|EAI_AGAIN) \(its name /)
  })

  test('a connection that just ended has no code', async () => {
    const codes: unknown[] = []
    const failureOf = (code?: string) => {
      codes.push(code)
      return new SigningError('Unavailable', 'gone')
    }
    const server = await startServer(
      raw('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    )
    await failure(() => exchangeWith(server, { failureOf }).post(REQUEST), 'Unavailable')
    expect(codes).toStrictEqual([undefined])
  })
})

describe('a body that is refused before all of it was sent', () => {
  const REFUSAL = 'HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\n'
  const body = Buffer.alloc(40_000_000)
  const large = { headers: { 'content-length': String(body.length) }, body, repeatable: true }

  /** Answers the beginning of each request, and reads no more of it. */
  async function impatient(...answers: string[]) {
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      const given = answers[sockets.length] ?? ''
      sockets.push(socket)
      socket.on('error', () => {})
      socket.once('data', () => {
        socket.pause()
        socket.write(given)
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const stop = () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
    return { url: `http://127.0.0.1:${port}`, sockets, stop }
  }

  test('has its answer', async () => {
    const server = await impatient(`${REFUSAL}connection: close\r\n\r\n`)
    expect((await exchangeWith(server).post(large)).status).toBe(413)
    server.stop()
  })

  test('leaves a connection that nobody uses again, although the server says nothing of closing it', async () => {
    const server = await impatient(`${REFUSAL}\r\n`, 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
    const exchange = exchangeWith(server, { maxConnections: 1 })
    expect((await exchange.post(large)).status).toBe(413)
    expect((await exchange.post(REQUEST, { signal: AbortSignal.timeout(5_000) })).status).toBe(200)
    expect(server.sockets).toHaveLength(2)
    server.stop()
  })
})
