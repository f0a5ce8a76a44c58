import type { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { describe, expect, test } from '@jest/globals'
import { ManualClock } from '@signport/contract'
import { type Clock, type ProviderSignRequest, parseAlgorithm, type SigningProvider } from '@signport/core'
import { withinTime } from '@signport/core/kit'
import { createTrentServiceProvider } from '../src/index.js'
import { everythingOf, failureOf } from './support/failure.js'
import { signRaw } from './support/keys.js'
import { type Answer, answer, json, raw, startServer } from './support/server.js'
import { until } from './support/until.js'

const CREDENTIALS = {
  accessKeyId: 'own-access-key-id',
  secretAccessKey: 'own-secret-access-key',
  sessionToken: 'own-session-token',
}
const MESSAGE = Buffer.from('what nobody else may read, in 40 characters and more')

const REQUEST: ProviderSignRequest = {
  keyId: 'k',
  algorithm: parseAlgorithm('ES256'),
  wireName: 'ECDSA_SHA_256',
  input: { kind: 'raw', message: MESSAGE },
  parameters: {},
  pinned: false,
}

const signs: Answer = (socket, seen) =>
  json(200, { KeyId: 'k', Signature: signRaw(seen.body).toString('base64') })(socket, seen)

/** The right answer to a request, as bytes of HTTP. */
const bodyFor = (body: string) => JSON.stringify({ KeyId: 'k', Signature: signRaw(body).toString('base64') })
const head = (length: number, more = '') => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n${more}\r\n`

/** What repeats all that it knows: nothing of it may be seen. */
const told = [...Object.values(CREDENTIALS), MESSAGE.toString(), MESSAGE.toString('base64')].join(' ')

/** The sequences that clear a screen, set a title, write backwards, and 64 KiB of text. */
const HOSTILE = `\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\u2066\u200f\u0000\r\n${'x'.repeat(65_536)}`

async function providerTo(answers: Answer | readonly Answer[]) {
  const server = await startServer(answers)
  const provider = createTrentServiceProvider({ endpoint: server.url, credentials: CREDENTIALS })
  return { server, provider }
}

const sign = (provider: SigningProvider, clock: Clock = new ManualClock()) =>
  withinTime({ timeoutMs: 20_000, clock }, (signal) => provider.sign(REQUEST, signal ? { signal } : {}))

describe('an answer that is not right ends the call, and the next one succeeds', () => {
  test.each<[string, Answer, string, boolean]>([
    ['a throttled request', json(400, { __type: 'ThrottlingException', message: told }), 'Throttled', true],
    [
      'a failure within the service',
      json(500, { __type: 'KMSInternalException', message: told }),
      'Internal',
      true,
    ],
    [
      'a service that is not there',
      json(503, { __type: 'ServiceUnavailableException' }),
      'Unavailable',
      true,
    ],
    [
      'a service that waits in vain',
      json(503, { __type: 'DependencyTimeoutException' }),
      'Unavailable',
      true,
    ],
    [
      'a token that ran out',
      json(400, { __type: 'ExpiredTokenException', message: told }),
      'Unauthenticated',
      false,
    ],
    [
      'a refusal with 64 KiB for a terminal',
      json(400, { __type: 'KMSInternalException', message: HOSTILE }),
      'Internal',
      true,
    ],
    ['a code for a terminal', json(500, { __type: HOSTILE }), 'Internal', true],
    ['a text for a terminal', answer(500, HOSTILE), 'Internal', true],
    [
      'an id for a terminal',
      json(400, { __type: 'ThrottlingException' }, { 'x-amzn-requestid': `\u009b2J${'x'.repeat(5000)}` }),
      'Throttled',
      true,
    ],
    [
      'a page of a proxy',
      answer(502, `<html>${told}</html>`, { 'content-type': 'text/html' }),
      'Unavailable',
      true,
    ],
    [
      'a page of a proxy that says that all went well',
      answer(200, `<html>${told}</html>`),
      'InvalidResponse',
      false,
    ],
    ['nothing', answer(200), 'InvalidResponse', false],
    [
      'half of an answer, as if it were the whole',
      (socket, { body }) => answer(200, bodyFor(body).slice(0, 40))(socket, {} as never),
      'InvalidResponse',
      false,
    ],
    [
      'half of an answer, and the end',
      (socket, { body }) => void socket.end(head(bodyFor(body).length) + bodyFor(body).slice(0, 40)),
      'Unavailable',
      true,
    ],
    ['a reset', (socket) => void socket.resetAndDestroy(), 'Unavailable', true],
    [
      'a reset within the answer',
      (socket, { body }) =>
        void socket.write(head(500) + bodyFor(body).slice(0, 40), () => socket.resetAndDestroy()),
      'Unavailable',
      true,
    ],
    [
      'a reset within the headers',
      (socket) => void socket.write('HTTP/1.1 200 OK\r\ncont', () => socket.resetAndDestroy()),
      'Unavailable',
      true,
    ],
    ['4 MiB', answer(200, ' '.repeat(4 * 1024 * 1024)), 'InvalidResponse', false],
    ['4 MiB of a refusal', answer(500, 'x'.repeat(4 * 1024 * 1024)), 'Internal', true],
    ['a redirection', json(307, {}, { location: 'http://127.0.0.1:1/' }), 'Configuration', false],
    ['headers without end', raw(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}`), 'InvalidResponse', false],
    ['another protocol', raw('SSH-2.0-OpenSSH_9.6\r\n'), 'InvalidResponse', false],
    [
      'two lengths',
      raw('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'),
      'InvalidResponse',
      false,
    ],
    [
      'a length and chunks',
      raw('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'),
      'InvalidResponse',
      false,
    ],
    [
      'a signature that is no base64',
      json(200, { KeyId: 'k', Signature: 'not base64' }),
      'InvalidResponse',
      false,
    ],
    ['a signature as a list', json(200, { KeyId: 'k', Signature: [1, 2, 3] }), 'InvalidResponse', false],
    ['a list', json(200, [{ Signature: 'AAAA' }]), 'InvalidResponse', false],
    ['a thousand lists', answer(200, '['.repeat(100_000)), 'InvalidResponse', false],
  ])('%s', async (_, given, code, retryable) => {
    const { provider } = await providerTo([given, signs])
    const error = await failureOf(() => sign(provider))
    expect(error).toMatchObject({ code, retryable, provider: 'trent-service' })
    expect(error.cause).toBeUndefined()
    const everything = everythingOf(error)
    for (const secret of [...Object.values(CREDENTIALS), MESSAGE.toString(), MESSAGE.toString('base64')])
      expect(everything).not.toContain(secret)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those that must not be there
    expect(error.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200f\u202e\u2066]/)
    expect(error.message.length).toBeLessThan(1_000)
    expect((await sign(provider)).keyId).toBe('k')
    await provider.close?.()
  })
})

describe('an answer that is right is taken although', () => {
  test.each<[string, Answer]>([
    [
      'it is said to be text',
      (socket, { body }) => answer(200, bodyFor(body), { 'content-type': 'text/plain' })(socket, {} as never),
    ],
    [
      'the connection is reset behind it',
      (socket, { body }) =>
        void socket.write(head(bodyFor(body).length) + bodyFor(body), () =>
          setTimeout(() => socket.resetAndDestroy(), 20),
        ),
    ],
    [
      'the connection is closed with it',
      (socket, { body }) => void socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${bodyFor(body)}`),
    ],
    [
      'another answer follows that nobody asked for',
      (socket, { body }) => void socket.write(`${head(bodyFor(body).length) + bodyFor(body) + head(2)}{}`),
    ],
    [
      'it comes byte by byte',
      (socket, { body }) => void drip(socket, head(bodyFor(body).length) + bodyFor(body), 0),
    ],
  ])('%s; and the next call succeeds', async (_, given) => {
    const { provider } = await providerTo([given, signs])
    expect((await sign(provider)).keyId).toBe('k')
    expect((await sign(provider)).keyId).toBe('k')
    await provider.close?.()
  })
})

async function drip(socket: Socket, text: string, pauseMs: number): Promise<void> {
  for (const byte of Buffer.from(text)) {
    if (socket.destroyed) return
    socket.write(Uint8Array.of(byte))
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

describe('a server that takes its time is left when the time is over, and the next call succeeds', () => {
  test.each<[string, Answer]>([
    ['no answer', () => {}],
    ['headers alone', (socket) => void socket.write(head(100))],
    [
      'headers, byte by byte',
      (socket) => void drip(socket, `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(5_000)}`, 10),
    ],
    ['a body, byte by byte', (socket) => void drip(socket, head(5_000) + ' '.repeat(5_000), 10)],
    [
      'answers before the answer, without end',
      (socket) => void drip(socket, 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(500), 1),
    ],
  ])('%s', async (_, given) => {
    const { provider, server } = await providerTo([given, signs])
    const clock = new ManualClock()
    const late = failureOf(() => sign(provider, clock))
    await until(() => server.requests.length === 1)
    // Some of what comes slowly.
    await new Promise((resolve) => setTimeout(resolve, 100))
    clock.advance(20_000)
    expect(await late).toMatchObject({ code: 'Timeout', retryable: true })
    await until(() => server.connections().open === 0)
    expect((await sign(provider)).keyId).toBe('k')
    expect(server.connections()).toEqual({ all: 2, open: 1 })
    await provider.close?.()
  })
})

test('an answer without end is read as far as any can be, and no further', async () => {
  let written = 0
  function* chunks() {
    const chunk = Buffer.from(`10000\r\n${' '.repeat(0x10000)}\r\n`)
    yield 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
    for (; ; written += chunk.length) yield chunk
  }
  // Until the client goes away.
  const endless: Answer = (socket) => void pipeline(chunks, socket).catch(() => {})
  const { provider, server } = await providerTo([endless, signs])
  const error = await failureOf(() => sign(provider))
  expect(error).toMatchObject({ code: 'InvalidResponse' })
  expect(error.message).toContain('has more than 262144 bytes')
  await until(() => server.connections().open === 0)
  // What lies in the buffers of the system is a few megabytes at most.
  expect(written).toBeLessThan(32 * 1024 * 1024)
  expect((await sign(provider)).keyId).toBe('k')
  await provider.close?.()
})

describe('when to come again is read', () => {
  const later = new Date(Date.now() + 3_600_000).toUTCString()
  const statuses: [number, string][] = [
    [400, 'ThrottlingException'],
    [429, 'TooManyRequestsException'],
    [500, 'KMSInternalException'],
    [503, 'ServiceUnavailableException'],
  ]
  test.each(statuses)('of the status %d', async (status, __type) => {
    for (const [after, least, most] of [
      ['7', 7_000, 7_000],
      [later, 3_500_000, 3_600_000],
    ] as const) {
      const { provider } = await providerTo(json(status, { __type }, { 'retry-after': after }))
      const { retryAfterMs } = await failureOf(() => sign(provider))
      expect(retryAfterMs).toBeGreaterThanOrEqual(least)
      expect(retryAfterMs).toBeLessThanOrEqual(most)
      await provider.close?.()
    }
  })

  test.each([429, 503])('of a page with the status %d', async (status) => {
    const { provider } = await providerTo(answer(status, '<html>', { 'retry-after': '1' }))
    expect(await failureOf(() => sign(provider))).toMatchObject({ retryable: true, retryAfterMs: 1_000 })
    await provider.close?.()
  })
})
