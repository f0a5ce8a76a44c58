import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import nodeTls from 'node:tls'
import { describe, expect, jest, test } from '@jest/globals'
import { contextOf } from '../src/call-context.js'
import { Ending } from '../src/ending.js'
import { SigningError } from '../src/index.js'
import { selfSigned } from './support/certificate.js'
import { exchangeWith, REQUEST } from './support/exchange.js'
import { failure } from './support/failure.js'
import { testWithOpenssl } from './support/openssl.js'
import { type Answer, answer, startServer } from './support/server.js'
import { until } from './support/until.js'

describe('connections', () => {
  test('are used again', async () => {
    const server = await startServer(answer(200, '{}'))
    const exchange = exchangeWith(server)
    for (let call = 0; call < 5; call++) await exchange.post(REQUEST)
    expect([server.connections, server.open]).toEqual([1, 1])
  })

  test('are at most as many as permitted, and all calls are answered', async () => {
    let open = 0
    let most = 0
    const server = await startServer((socket) => {
      most = Math.max(most, ++open)
      setTimeout(() => {
        open--
        answer(200, '{}')(socket)
      }, 5)
    })
    const exchange = exchangeWith(server, { maxConnections: 3 })
    await Promise.all(Array.from({ length: 20 }, () => exchange.post(REQUEST)))
    expect(most).toBe(3)
    expect(server.connections).toBe(3)
  })

  test('are closed, and opened again by a later call', async () => {
    const server = await startServer(answer(200, '{}'))
    const exchange = exchangeWith(server)
    await exchange.post(REQUEST)
    exchange.close()
    await until(() => server.open === 0)
    for (let call = 0; call < 3; call++) await exchange.post(REQUEST)
    expect(server.connections).toBe(2)
  })

  test('are closed without a word about calls that are over', async () => {
    const server = await startServer(answer(200))
    const failures: unknown[] = []
    const failureOf = (code?: string) => {
      failures.push(code)
      return new SigningError('Unavailable', 'gone')
    }
    const exchange = exchangeWith(server, { failureOf })
    for (let call = 0; call < 3; call++) await exchange.post(REQUEST)
    exchange.close()
    await until(() => server.open === 0)
    expect(failures).toHaveLength(0)
  })

  test('of which one ended just before the others are closed send nothing again', async () => {
    const server = await startServer([answer(200), (socket) => socket.destroy(), answer(200)])
    const exchange = exchangeWith(server)
    await exchange.post(REQUEST)
    const { signal } = new AbortController()
    // The first attempt is over when it listens no more.
    signal.removeEventListener = () => exchange.close()
    const error = await failure(() => exchange.post(REQUEST, { signal }), 'Unavailable')
    expect(error.message).toContain('ECONNRESET (it closed the connection)')
    await sleep(50)
    expect(server.requests).toHaveLength(2)
  })

  test('are closed under a call, which is not repeated', async () => {
    const server = await startServer([answer(200, '{}'), () => {}])
    const exchange = exchangeWith(server)
    await exchange.post(REQUEST)
    const call = failure(() => exchange.post(REQUEST))
    await until(() => server.requests.length === 2)
    exchange.close()
    expect(await call).toMatchObject({ code: 'Unavailable' })
    expect(server.requests.length).toBe(2)
  })

  test.each<[string, Answer]>([
    ['resets', (socket) => socket.resetAndDestroy()],
    ['ends', (socket) => socket.destroy()],
  ])('a kept one that the server %s without an answer is replaced once', async (_, breaks) => {
    const server = await startServer([answer(200, '{}'), breaks, answer(200, '{}')])
    const exchange = exchangeWith(server)
    await exchange.post(REQUEST)
    expect((await exchange.post(REQUEST)).status).toBe(200)
    expect(server.connections).toBe(2)
    expect(server.requests.length).toBe(3)
  })

  test.each<[string, Answer]>([
    ['resets', (socket) => socket.resetAndDestroy()],
    ['ends', (socket) => socket.destroy()],
  ])('a kept one that the server %s is an error for what must not be done twice', async (_, breaks) => {
    const server = await startServer([answer(200, '{}'), breaks, answer(200, '{}')])
    const exchange = exchangeWith(server)
    await exchange.post(REQUEST)
    const error = await failure(() => exchange.post({ ...REQUEST, repeatable: false }))
    expect(error).toMatchObject({ code: 'Unavailable', retryable: true })
    expect(error.message).toContain('ECONNRESET (it closed the connection)')
    expect(server.requests.length).toBe(2)
  })

  test('are closed under a repeated request, too', async () => {
    const server = await startServer([answer(200, '{}'), (socket) => socket.destroy(), () => {}])
    const exchange = exchangeWith(server)
    await exchange.post(REQUEST)
    const call = failure(() => exchange.post(REQUEST))
    await until(() => server.requests.length === 3)
    exchange.close()
    expect(await call).toMatchObject({ code: 'Unavailable' })
    await until(() => server.open === 0)
    expect(server.requests.length).toBe(3)
  })

  test('are closed under calls that wait for one, and nothing of them is sent', async () => {
    const server = await startServer(() => {})
    const exchange = exchangeWith(server, { maxConnections: 1 })
    const calls = [1, 2, 3].map(() => failure(() => exchange.post(REQUEST)))
    await until(() => server.requests.length === 1)
    exchange.close()
    for (const error of await Promise.all(calls)) expect(error).toMatchObject({ code: 'Unavailable' })
    // Node opens one for the next in the queue, and sees then that it is over.
    await sleep(100)
    await until(() => server.open === 0)
    expect(server.requests.length).toBe(1)
  })

  test('one of several that the server has all closed is replaced by a new one', async () => {
    const used = new Set<unknown>()
    const server = await startServer((socket) => {
      if (used.has(socket)) return socket.destroy()
      used.add(socket)
      return answer(200, '{}')(socket)
    })
    const exchange = exchangeWith(server)
    await Promise.all(Array.from({ length: 3 }, () => exchange.post(REQUEST)))
    expect(server.connections).toBe(3)
    expect((await exchange.post(REQUEST)).status).toBe(200)
    expect(server.connections).toBe(4)
  })

  test('a new one that breaks as well is an error', async () => {
    const server = await startServer([answer(200, '{}'), (socket) => socket.destroy()])
    const exchange = exchangeWith(server)
    await exchange.post(REQUEST)
    expect(await failure(() => exchange.post(REQUEST))).toMatchObject({ code: 'Unavailable' })
    expect(server.requests.length).toBe(3)
  })

  test('a first one that breaks is not tried again', async () => {
    const server = await startServer((socket) => socket.destroy())
    expect(await failure(() => exchangeWith(server).post(REQUEST))).toMatchObject({
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
    const exchange = exchangeWith(server)
    await exchange.post(REQUEST)
    expect(await failure(() => exchange.post(REQUEST))).toMatchObject({ code: 'Unavailable' })
    expect(server.requests.length).toBe(2)
  })
})

describe('a request', () => {
  test.each<[string, string | Uint8Array]>([
    ['text', '{"é":"☃ 𝄞"}'],
    ['bytes', Uint8Array.of(0, 0xff, 0x80, 0x0a)],
    ['nothing', ''],
  ])('of %s arrives as it is, on its path', async (_, body) => {
    const server = await startServer(answer(200, '{}'))
    const exchange = exchangeWith(server, { url: new URL('/a%20b?c=d', server.url) })
    const headers = { 'content-length': String(Buffer.byteLength(body)) }
    await exchange.post({ headers, body, repeatable: true })
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/a%20b?c=d', body: Buffer.from(body) }])
  })
})

test('credentials of a URL go along', async () => {
  const server = await startServer(answer(200, '{}'))
  const url = new URL(server.url)
  url.username = 'u'
  url.password = 'p@'
  await exchangeWith(server, { url }).post(REQUEST)
  const expected = `Basic ${Buffer.from('u:p@').toString('base64')}`
  expect(server.requests).toMatchObject([{ headers: { authorization: expected } }])
})

describe('the clock of a call', () => {
  function clockOf() {
    const moves: string[] = []
    const clock = { pause: () => void moves.push('pause'), restart: () => void moves.push('restart') }
    return { clock, moves }
  }

  test('starts with its connection', async () => {
    const server = await startServer(() => {})
    const exchange = exchangeWith(server, { maxConnections: 1 })
    const [first, second] = [clockOf(), clockOf()]
    const calls = [first, second].map(({ clock }) => failure(() => exchange.post(REQUEST, { clock })))
    await until(() => server.requests.length === 1)
    expect(first.moves).toEqual(['pause', 'restart'])
    expect(second.moves).toEqual(['pause'])
    exchange.close()
    await Promise.all(calls)
  })

  test('starts anew with the connection of a repeated request', async () => {
    const server = await startServer([answer(200, '{}'), (socket) => socket.destroy(), answer(200, '{}')])
    const exchange = exchangeWith(server)
    await exchange.post(REQUEST)
    const { clock, moves } = clockOf()
    await exchange.post(REQUEST, { clock })
    expect(moves).toEqual(['pause', 'restart', 'pause', 'restart'])
  })
})

describe('an ending', () => {
  test('ends a request as a signal does, and no signal is made for that', async () => {
    const server = await startServer(() => {})
    const exchange = exchangeWith(server)
    const ending = new Ending()
    const signals = jest.spyOn(ending, 'signal', 'get')
    const context = contextOf({ ending, clock: undefined, turn: undefined })
    const call = failure(() => exchange.post(REQUEST, context), 'Aborted')
    await until(() => server.requests.length === 1)
    ending.abort('enough')
    expect((await call).cause).toBe('enough')
    await until(() => server.open === 0)
    expect(signals).not.toHaveBeenCalled()
  })

  test('is passed over where somebody puts a signal of his own in its place', async () => {
    const server = await startServer(() => {})
    const exchange = exchangeWith(server)
    const ending = new Ending()
    const context = contextOf({ ending, clock: undefined, turn: undefined })
    const controller = new AbortController()
    const call = failure(() => exchange.post(REQUEST, { ...context, signal: controller.signal }), 'Aborted')
    await until(() => server.requests.length === 1)
    ending.abort('not asked')
    controller.abort('enough')
    expect((await call).cause).toBe('enough')
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
    const exchange = exchangeWith(server)
    const controller = new AbortController()
    const call = exchange.post(REQUEST, { signal: controller.signal })
    await until(() => server.requests.length === 1)
    controller.abort('enough')
    expect(await failure(() => call)).toMatchObject({
      name: 'AbortError',
      code: 'Aborted',
      cause: 'enough',
    })
    await until(() => server.open === 0)
    expect(server.connections).toBe(1)
  })

  test('that aborts because the time is over says so', async () => {
    const server = await startServer(stall)
    const controller = new AbortController()
    const call = failure(() => exchangeWith(server).post(REQUEST, { signal: controller.signal }))
    const reason = new SigningError('Timeout', 'The time is over.')
    controller.abort(reason)
    expect(await call).toBe(reason)
  })

  test('that has aborted opens no connection', async () => {
    const server = await startServer(stall)
    const error = await failure(() =>
      exchangeWith(server).post(REQUEST, { signal: AbortSignal.abort('before') }),
    )
    expect(error).toMatchObject({ code: 'Aborted', cause: 'before' })
    expect(server.connections).toBe(0)
  })

  test('between a kept connection that ended and a new one sends nothing more', async () => {
    const server = await startServer([answer(200), (socket) => socket.destroy(), answer(200)])
    const exchange = exchangeWith(server)
    await exchange.post(REQUEST)
    const controller = new AbortController()
    const { signal } = controller
    // The first attempt is over when it listens no more.
    let over = 0
    signal.removeEventListener = (...parameters: Parameters<AbortSignal['removeEventListener']>) => {
      AbortSignal.prototype.removeEventListener.apply(signal, parameters)
      if (over++ === 0) controller.abort('enough')
    }
    const error = await failure(() => exchange.post(REQUEST, { signal }), 'Aborted')
    expect(error).toMatchObject({ cause: 'enough', provider: 'house' })
    await sleep(50)
    expect(over).toBe(1)
    expect(server.requests).toHaveLength(2)
    expect(server.connections).toBe(1)
  })

  test('ends a call that waits for a connection, and the next one gets it', async () => {
    let release = () => {}
    const server = await startServer([
      (socket) => {
        release = () => answer(200, 'first')(socket)
      },
      answer(200, 'third'),
    ])
    const exchange = exchangeWith(server, { maxConnections: 1 })
    const controller = new AbortController()
    const first = exchange.post(REQUEST)
    await until(() => server.requests.length === 1)
    const second = exchange.post(REQUEST, { signal: controller.signal })
    const third = exchange.post(REQUEST)
    controller.abort()
    expect(await failure(() => second)).toMatchObject({ code: 'Aborted' })
    release()
    expect((await first).body?.toString()).toBe('first')
    expect((await third).body?.toString()).toBe('third')
    expect(server.connections).toBe(1)
  })

  test('keeps no listener of a thousand calls', async () => {
    const server = await startServer(answer(200, '{}'))
    const exchange = exchangeWith(server)
    const { signal } = new AbortController()
    for (let call = 0; call < 1000; call++) await exchange.post(REQUEST, { signal })
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('TLS', () => {
  testWithOpenssl('is trusted of the authority that was named, over kept connections', async () => {
    const tls = selfSigned()
    const server = await startServer(answer(200, 'body'), tls)
    const exchange = exchangeWith(server, { ca: tls.cert })
    for (let call = 0; call < 3; call++) expect((await exchange.post(REQUEST)).status).toBe(200)
    expect(server.connections).toBe(1)
  })

  testWithOpenssl('is verified for a request that is sent once more, too', async () => {
    const tls = selfSigned()
    const answers: Answer[] = [answer(200), (socket) => socket.destroy(), answer(200)]
    const server = await startServer(answers, tls)
    const exchange = exchangeWith(server, { ca: tls.cert })
    for (let call = 0; call < 2; call++) expect((await exchange.post(REQUEST)).status).toBe(200)
    expect(server.connections).toBe(2)
  })

  testWithOpenssl('is not trusted of an authority that nobody named', async () => {
    const server = await startServer(answer(200), selfSigned())
    const error = await failure(() => exchangeWith(server).post(REQUEST), 'Configuration')
    expect(error.message).toBe(
      'No answer: DEPTH_ZERO_SELF_SIGNED_CERT (its certificate is signed by nobody else).',
    )
    expect(server.requests).toEqual([])
  })

  testWithOpenssl('of version 1.1 is refused, also in a process that would take it', async () => {
    const tls = selfSigned()
    const { DEFAULT_CIPHERS, DEFAULT_MIN_VERSION } = nodeTls
    const lax = { DEFAULT_CIPHERS: 'DEFAULT@SECLEVEL=0', DEFAULT_MIN_VERSION: 'TLSv1' } as const
    const old = { ...tls, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: lax.DEFAULT_CIPHERS } as const
    const server = await startServer(answer(200), old)
    Object.assign(nodeTls, lax)
    try {
      const call = () => exchangeWith(server, { ca: tls.cert }).post(REQUEST)
      expect((await failure(call, 'Configuration')).message).toContain('EPROTO')
    } finally {
      Object.assign(nodeTls, { DEFAULT_CIPHERS, DEFAULT_MIN_VERSION })
    }
    expect(server.requests).toEqual([])
  })

  test('is not left out for a server that speaks none', async () => {
    const server = await startServer(answer(200))
    const url = server.url.replace('http:', 'https:')
    await failure(() => exchangeWith({ url }).post(REQUEST), 'Configuration')
    expect(server.requests).toEqual([])
  })
})
