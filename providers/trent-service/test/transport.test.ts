import { getEventListeners, once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { SigningError } from '@signport/core'
import { createTransport, MAX_ANSWER_BYTES } from '../src/transport.js'
import { failureOf } from './support/failure.js'
import { type Answer, answer, raw, startServer } from './support/server.js'

const REQUEST = { headers: { 'content-length': '2' }, body: Buffer.from('{}'), repeatable: true }

function transportTo(url: string, options: { maxConnections?: number } = {}) {
  return createTransport({ url: new URL(url), maxConnections: 50, ...options })
}

async function post(answers: Answer | readonly Answer[]) {
  const server = await startServer(answers)
  const transport = transportTo(server.url)
  try {
    return await transport.post(REQUEST)
  } finally {
    transport.close()
  }
}

const chunked = (...chunks: string[]): Answer =>
  raw(
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`,
  )

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
    const transport = transportTo(server.url)
    expect((await transport.post(REQUEST)).body).toBeUndefined()
    while (server.connections().open > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(written).toBeGreaterThan(0)
    transport.close()
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
    expect(await failureOf(() => post(given))).toMatchObject({
      name: 'SigningError',
      code,
      retryable,
      provider: 'trent-service',
    })
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

describe('connections', () => {
  test('are used again', async () => {
    const server = await startServer(answer(200, '{}'))
    const transport = transportTo(server.url)
    for (let call = 0; call < 5; call++) await transport.post(REQUEST)
    expect(server.connections()).toEqual({ all: 1, open: 1 })
    transport.close()
  })

  test('are at most as many as permitted, and all calls are answered', async () => {
    let open = 0
    let most = 0
    const server = await startServer((socket, seen) => {
      most = Math.max(most, ++open)
      setTimeout(() => {
        open--
        answer(200, '{}')(socket, seen)
      }, 5)
    })
    const transport = transportTo(server.url, { maxConnections: 3 })
    await Promise.all(Array.from({ length: 20 }, () => transport.post(REQUEST)))
    expect(most).toBe(3)
    expect(server.connections().all).toBe(3)
    transport.close()
  })

  test('are closed, and opened again by a later call', async () => {
    const server = await startServer(answer(200, '{}'))
    const transport = transportTo(server.url)
    await transport.post(REQUEST)
    transport.close()
    while (server.connections().open > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await transport.post(REQUEST)
    expect(server.connections().all).toBe(2)
    transport.close()
  })

  test('are closed under a call, which is not repeated', async () => {
    const server = await startServer([answer(200, '{}'), () => {}])
    const transport = transportTo(server.url)
    await transport.post(REQUEST)
    const call = failureOf(() => transport.post(REQUEST))
    while (server.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    transport.close()
    expect(await call).toMatchObject({ code: 'Unavailable' })
    expect(server.requests.length).toBe(2)
  })

  test.each<[string, Answer]>([
    ['resets', (socket) => socket.resetAndDestroy()],
    ['ends', (socket) => socket.destroy()],
  ])('a kept one that the server %s without an answer is replaced once', async (_, breaks) => {
    const server = await startServer([answer(200, '{}'), breaks, answer(200, '{}')])
    const transport = transportTo(server.url)
    await transport.post(REQUEST)
    expect((await transport.post(REQUEST)).status).toBe(200)
    expect(server.connections().all).toBe(2)
    expect(server.requests.length).toBe(3)
    transport.close()
  })

  test.each<[string, Answer]>([
    ['resets', (socket) => socket.resetAndDestroy()],
    ['ends', (socket) => socket.destroy()],
  ])('a kept one that the server %s is an error for what must not be done twice', async (_, breaks) => {
    const server = await startServer([answer(200, '{}'), breaks, answer(200, '{}')])
    const transport = transportTo(server.url)
    await transport.post(REQUEST)
    const error = await failureOf(() => transport.post({ ...REQUEST, repeatable: false }))
    expect(error).toMatchObject({ code: 'Unavailable', retryable: true })
    expect(error.message).toContain('ECONNRESET (it closed the connection)')
    expect(server.requests.length).toBe(2)
    transport.close()
  })

  test('are closed under a repeated request, too', async () => {
    const server = await startServer([answer(200, '{}'), (socket) => socket.destroy(), () => {}])
    const transport = transportTo(server.url)
    await transport.post(REQUEST)
    const call = failureOf(() => transport.post(REQUEST))
    while (server.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 5))
    transport.close()
    expect(await call).toMatchObject({ code: 'Unavailable' })
    while (server.connections().open > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(server.requests.length).toBe(3)
  })

  test('are closed under calls that wait for one, and nothing of them is sent', async () => {
    const server = await startServer(() => {})
    const transport = transportTo(server.url, { maxConnections: 1 })
    const calls = [1, 2, 3].map(() => failureOf(() => transport.post(REQUEST)))
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    transport.close()
    for (const error of await Promise.all(calls)) expect(error).toMatchObject({ code: 'Unavailable' })
    // Node opens one for the next in the queue, and sees then that it is over.
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(server.connections().open).toBe(0)
    expect(server.requests.length).toBe(1)
  })

  test('one of several that the server has all closed is replaced by a new one', async () => {
    const used = new Set<unknown>()
    const server = await startServer((socket, seen) => {
      if (used.has(socket)) return socket.destroy()
      used.add(socket)
      return answer(200, '{}')(socket, seen)
    })
    const transport = transportTo(server.url)
    await Promise.all(Array.from({ length: 3 }, () => transport.post(REQUEST)))
    expect(server.connections().all).toBe(3)
    expect((await transport.post(REQUEST)).status).toBe(200)
    expect(server.connections().all).toBe(4)
    transport.close()
  })

  test('a new one that breaks as well is an error', async () => {
    const server = await startServer([answer(200, '{}'), (socket) => socket.destroy()])
    const transport = transportTo(server.url)
    await transport.post(REQUEST)
    expect(await failureOf(() => transport.post(REQUEST))).toMatchObject({ code: 'Unavailable' })
    expect(server.requests.length).toBe(3)
    transport.close()
  })

  test('a first one that breaks is not tried again', async () => {
    const server = await startServer((socket) => socket.destroy())
    expect(await failureOf(() => transportTo(server.url).post(REQUEST))).toMatchObject({
      code: 'Unavailable',
    })
    expect(server.requests.length).toBe(1)
  })

  test.each<[string, number]>([
    ['at once', 0],
    ['after a while', 50],
  ])('a kept one that breaks %s within its answer is an error', async (_, delay) => {
    const within: Answer = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx')
      setTimeout(() => socket.resetAndDestroy(), delay)
    }
    const server = await startServer([answer(200, '{}'), within])
    const transport = transportTo(server.url)
    await transport.post(REQUEST)
    expect(await failureOf(() => transport.post(REQUEST))).toMatchObject({ code: 'Unavailable' })
    expect(server.requests.length).toBe(2)
    transport.close()
  })
})

describe('the clock of a call', () => {
  function clockOf() {
    const moves: string[] = []
    const clock = { pause: () => void moves.push('pause'), restart: () => void moves.push('restart') }
    return { clock, moves }
  }

  test('starts with its connection', async () => {
    const server = await startServer(() => {})
    const transport = transportTo(server.url, { maxConnections: 1 })
    const [first, second] = [clockOf(), clockOf()]
    const calls = [first, second].map(({ clock }) => failureOf(() => transport.post(REQUEST, { clock })))
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(first.moves).toEqual(['pause', 'restart'])
    expect(second.moves).toEqual(['pause'])
    transport.close()
    await Promise.all(calls)
  })

  test('starts anew with the connection of a repeated request', async () => {
    const server = await startServer([answer(200, '{}'), (socket) => socket.destroy(), answer(200, '{}')])
    const transport = transportTo(server.url)
    await transport.post(REQUEST)
    const { clock, moves } = clockOf()
    await transport.post(REQUEST, { clock })
    expect(moves).toEqual(['pause', 'restart', 'pause', 'restart'])
    transport.close()
  })
})

describe('a signal', () => {
  const stall: Answer = () => {}

  test.each<[string, Answer]>([
    ['before the answer', stall],
    ['within its head', (socket) => socket.write('HTTP/1.1 200')],
    ['within its body', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx')],
  ])('ends a call %s, and its connection', async (_, given) => {
    const server = await startServer(given)
    const transport = transportTo(server.url)
    const controller = new AbortController()
    const call = transport.post(REQUEST, { signal: controller.signal })
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    controller.abort('enough')
    expect(await failureOf(() => call)).toMatchObject({
      name: 'AbortError',
      code: 'Aborted',
      cause: 'enough',
    })
    while (server.connections().open > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(server.connections().all).toBe(1)
  })

  test('that aborts because the time is over says so', async () => {
    const server = await startServer(stall)
    const controller = new AbortController()
    const call = failureOf(() => transportTo(server.url).post(REQUEST, { signal: controller.signal }))
    const reason = new SigningError('Timeout', 'The time is over.')
    controller.abort(reason)
    expect(await call).toBe(reason)
  })

  test('that has aborted opens no connection', async () => {
    const server = await startServer(stall)
    const error = await failureOf(() =>
      transportTo(server.url).post(REQUEST, { signal: AbortSignal.abort('before') }),
    )
    expect(error).toMatchObject({ code: 'Aborted', cause: 'before' })
    expect(server.connections().all).toBe(0)
  })

  test('ends a call that waits for a connection, and the next one gets it', async () => {
    let release = () => {}
    const server = await startServer([
      (socket, seen) => {
        release = () => answer(200, 'first')(socket, seen)
      },
      answer(200, 'third'),
    ])
    const transport = transportTo(server.url, { maxConnections: 1 })
    const controller = new AbortController()
    const first = transport.post(REQUEST)
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const second = transport.post(REQUEST, { signal: controller.signal })
    const third = transport.post(REQUEST)
    controller.abort()
    expect(await failureOf(() => second)).toMatchObject({ code: 'Aborted' })
    release()
    expect((await first).body?.toString()).toBe('first')
    expect((await third).body?.toString()).toBe('third')
    expect(server.connections().all).toBe(1)
    transport.close()
  })

  test('keeps no listener of a thousand calls', async () => {
    const server = await startServer(answer(200, '{}'))
    const transport = transportTo(server.url)
    const { signal } = new AbortController()
    for (let call = 0; call < 1000; call++) await transport.post(REQUEST, { signal })
    expect(getEventListeners(signal, 'abort')).toEqual([])
    transport.close()
  })
})
