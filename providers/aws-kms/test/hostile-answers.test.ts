import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import { ManualClock } from '@signport/contract'
import type { Clock, SigningErrorCode, SigningProvider } from '@signport/core'
import { withinTime } from '@signport/core/kit'
import { createAwsKmsProvider } from '../src/index.js'
import { emptyEnvironment } from './support/environment.js'
import { everythingOf, failure } from './support/failure.js'
import { json, type Play, type Raw, type RawServer, startRawServer } from './support/raw-server.js'
import { CREDENTIALS, KEY_ARN, signRequest } from './support/requests.js'

emptyEnvironment()

const MESSAGE = Buffer.from('what nobody else may read, in 40 characters and more')
const SECRETS = {
  ...CREDENTIALS,
  sessionToken: 'own-session-token',
}
const SIGNED = JSON.stringify({ KeyId: KEY_ARN, Signature: 'AAAA' })
const WHOLE = `HTTP/1.1 200 OK\r\ncontent-length: ${SIGNED.length}\r\n\r\n${SIGNED}`
const head = (length: number) => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`

/** What repeats all that it knows: nothing of it may be seen. */
const FORBIDDEN = [...Object.values(SECRETS), MESSAGE.toString(), MESSAGE.toString('base64')]
const told = FORBIDDEN.join(' ')

/** The sequences that clear a screen, set a title, write backwards, and 64 KiB of text. */
const HOSTILE = `\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\u2066\u200f\u0000\r\n${'x'.repeat(65_536)}`

const says =
  (raw: Raw): Play =>
  () =>
    raw
const writes =
  (write: (socket: Socket) => unknown): Play =>
  ({ socket }) => {
    write(socket)
    return undefined
  }

let server: RawServer
afterEach(() => server.close())

/** A provider whose first request is answered by one play, and all later ones rightly. */
async function providerTo(first: Play): Promise<SigningProvider> {
  server = await startRawServer((seen, response) =>
    server.seen.length === 1 ? first(seen, response) : { body: SIGNED },
  )
  return createAwsKmsProvider({ region: 'us-east-1', endpoint: server.url, credentials: SECRETS })
}

const sign = (provider: SigningProvider, clock: Clock = new ManualClock()) =>
  withinTime({ timeoutMs: 20_000, clock }, (signal) =>
    provider.sign(signRequest(MESSAGE), signal ? { signal } : {}),
  )

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

async function drip(socket: Socket, text: string, pauseMs: number): Promise<void> {
  for (const byte of Buffer.from(text)) {
    if (socket.destroyed) return
    socket.write(Uint8Array.of(byte))
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

async function byteByByte(response: ServerResponse): Promise<void> {
  for (const byte of SIGNED) {
    response.write(byte)
    await new Promise((resolve) => setImmediate(resolve))
  }
  response.end()
}

describe('an answer that is not right ends the call, and the next one succeeds', () => {
  test.each<[string, Play, SigningErrorCode, boolean]>([
    [
      'a throttled request',
      says(json(400, { __type: 'ThrottlingException', message: told })),
      'Throttled',
      true,
    ],
    [
      'a failure within the service',
      says(json(500, { __type: 'KMSInternalException', message: told })),
      'Internal',
      true,
    ],
    [
      'a service that is not there',
      says(json(503, { __type: 'ServiceUnavailableException' })),
      'Unavailable',
      true,
    ],
    [
      'a service that waits in vain',
      says(json(503, { __type: 'DependencyTimeoutException' })),
      'Unavailable',
      true,
    ],
    [
      'a token that ran out',
      says(json(400, { __type: 'ExpiredTokenException', message: told })),
      'Unauthenticated',
      false,
    ],
    [
      'a refusal with 64 KiB for a terminal',
      says(json(400, { __type: 'KMSInternalException', message: HOSTILE })),
      'Internal',
      true,
    ],
    ['a code for a terminal', says(json(500, { __type: HOSTILE })), 'Internal', true],
    [
      'an id for a terminal',
      says(
        json(400, { __type: 'ThrottlingException' }, { 'x-amzn-requestid': `\u009b2J${'x'.repeat(5_000)}` }),
      ),
      'Throttled',
      true,
    ],
    ['a page of a proxy', says({ status: 502, body: `<html>${told}</html>` }), 'Unavailable', true],
    [
      'a page of a proxy that says that all went well',
      says({ body: `<html>${told}</html>` }),
      'InvalidResponse',
      false,
    ],
    ['nothing', says({}), 'InvalidResponse', false],
    [
      'half of an answer, as if it were the whole',
      says({ body: SIGNED.slice(0, 40) }),
      'InvalidResponse',
      false,
    ],
    [
      'half of an answer, and the end',
      writes((socket) => socket.end(WHOLE.slice(0, -40))),
      'Unavailable',
      true,
    ],
    ['a reset', writes((socket) => socket.resetAndDestroy()), 'Unavailable', true],
    [
      'a reset within the answer',
      writes((socket) => socket.write(WHOLE.slice(0, -40), () => socket.resetAndDestroy())),
      'Unavailable',
      true,
    ],
    [
      'a reset within the headers',
      writes((socket) => socket.write('HTTP/1.1 200 OK\r\ncont', () => socket.resetAndDestroy())),
      'Unavailable',
      true,
    ],
    ['4 MiB', says({ body: ' '.repeat(4 * 1024 * 1024) }), 'InvalidResponse', false],
    [
      'a redirection',
      says({ status: 307, headers: { location: 'http://127.0.0.1:1/' } }),
      'Configuration',
      false,
    ],
    [
      'headers without end',
      writes((socket) => socket.end(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}`)),
      'InvalidResponse',
      false,
    ],
    ['another protocol', writes((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')), 'InvalidResponse', false],
    [
      'a signature as a list',
      says(json(200, { KeyId: KEY_ARN, Signature: [1, 2, 3] })),
      'InvalidResponse',
      false,
    ],
    ['a list', says(json(200, [SIGNED])), 'InvalidResponse', false],
    ['a hundred thousand lists', says({ body: '['.repeat(100_000) }), 'InvalidResponse', false],
  ])('%s', async (_, play, code, retryable) => {
    const provider = await providerTo(play)
    const error = await failure(() => sign(provider), code)
    expect(error).toMatchObject({ retryable, provider: 'aws-kms' })
    expect(error.cause).toBeUndefined()
    const everything = everythingOf(error)
    for (const secret of FORBIDDEN) expect(everything).not.toContain(secret)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those that must not be there
    expect(error.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200f\u202e\u2066]/)
    expect(error.message.length).toBeLessThan(1_000)
    expect((await sign(provider)).keyId).toBe(KEY_ARN)
    await provider.close?.()
  })
})

describe('an answer that is right is taken although', () => {
  test.each<[string, Play]>([
    ['it is said to be text', says({ headers: { 'content-type': 'text/plain' }, body: SIGNED })],
    [
      'the connection is reset behind it',
      writes((socket) => socket.write(WHOLE, () => setTimeout(() => socket.resetAndDestroy(), 20))),
    ],
    [
      'the connection is closed with it',
      writes((socket) => socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${SIGNED}`)),
    ],
    ['it comes byte by byte', (_, response) => void byteByByte(response)],
  ])('%s; and the next call succeeds', async (_, play) => {
    const provider = await providerTo(play)
    expect((await sign(provider)).keyId).toBe(KEY_ARN)
    // The SDK does not send a request again whose kept connection ends: that is for core.
    await until(() => server.openSockets() <= 1)
    expect((await sign(provider).catch(() => sign(provider))).keyId).toBe(KEY_ARN)
    await provider.close?.()
  })
})

describe('a service that takes its time is left when the time is over, and the next call succeeds', () => {
  test.each<[string, Play]>([
    ['no answer', writes(() => undefined)],
    ['headers alone', writes((socket) => socket.write(head(100)))],
    [
      'headers, byte by byte',
      writes((socket) => drip(socket, `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(5_000)}`, 10)),
    ],
    ['a body, byte by byte', writes((socket) => drip(socket, head(5_000) + ' '.repeat(5_000), 10))],
  ])('%s', async (_, play) => {
    const provider = await providerTo(play)
    const clock = new ManualClock()
    const late = failure(() => sign(provider, clock), 'Timeout')
    await until(() => server.seen.length === 1)
    // Some of what comes slowly.
    await new Promise((resolve) => setTimeout(resolve, 100))
    clock.advance(20_000)
    expect((await late).retryable).toBe(true)
    await until(() => server.openSockets() === 0)
    expect((await sign(provider)).keyId).toBe(KEY_ARN)
    expect(server.connections()).toBe(2)
    await provider.close?.()
  })
})

test('an answer without end is read as far as any can be, and no further', async () => {
  let written = 0
  function* endless() {
    for (const chunk = Buffer.alloc(64 * 1024, ' '); ; written += chunk.length) yield chunk
  }
  const provider = await providerTo((_, response) => {
    // Until the client goes away.
    pipeline(endless, response).catch(() => {})
    return undefined
  })
  const error = await failure(() => sign(provider), 'InvalidResponse')
  expect(error.message).toContain('answered with more than any answer can have')
  await until(() => server.openSockets() === 0)
  // What lies in the buffers of the system is a few megabytes at most.
  expect(written).toBeLessThan(32 * 1024 * 1024)
  expect((await sign(provider)).keyId).toBe(KEY_ARN)
  await provider.close?.()
})

describe('when to come again is read', () => {
  const later = new Date(Date.now() + 3_600_000).toUTCString()
  test.each<[number, string, string, number, number]>([
    [400, 'ThrottlingException', '7', 7_000, 7_000],
    [429, 'TooManyRequestsException', later, 3_500_000, 3_600_000],
    [500, 'KMSInternalException', '0', 0, 0],
    [503, 'ServiceUnavailableException', later, 3_500_000, 3_600_000],
  ])('of the status %d', async (status, __type, after, least, most) => {
    const provider = await providerTo(says(json(status, { __type }, { 'retry-after': after })))
    const { retryAfterMs } = await failure(() => sign(provider))
    expect(retryAfterMs).toBeGreaterThanOrEqual(least)
    expect(retryAfterMs).toBeLessThanOrEqual(most)
    await provider.close?.()
  })

  test.each([-7_200_000, 7_200_000])('as a date by the clock of KMS, which is %d ms ahead', async (ahead) => {
    const at = (ms: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + ahead + ms).toUTCString()
    const provider = await providerTo(
      says({ status: 503, headers: { date: at(0), 'retry-after': at(2_000) } }),
    )
    expect(await failure(() => sign(provider))).toMatchObject({ retryable: true, retryAfterMs: 2_000 })
    await provider.close?.()
  })

  test.each([429, 503])('of a page with the status %d', async (status) => {
    const provider = await providerTo(says({ status, body: '<html>', headers: { 'retry-after': '1' } }))
    expect(await failure(() => sign(provider))).toMatchObject({ retryable: true, retryAfterMs: 1_000 })
    await provider.close?.()
  })
})
