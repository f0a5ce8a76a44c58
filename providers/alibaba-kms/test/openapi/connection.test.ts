import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import type { SigningErrorCode } from '@signport/core'
import { createConnection } from '../../src/openapi/connection.js'
import { createCredentialSource } from '../../src/openapi/credentials.js'
import { failure } from '../support/failure.js'
import { CREDENTIALS, json, refused } from '../support/openapi-service.js'
import { type Play, type Reply, startServer } from '../support/server.js'
import { until } from '../support/until.js'

async function started(play: Play) {
  const server = await startServer(play)
  const source = createCredentialSource(CREDENTIALS, { host: server.host, trusted: true })
  const connection = createConnection(new URL(server.url), undefined, source)
  const ask = (limitMs?: number) =>
    connection.call({ operation: 'getPublicKey', keyId: 'key-a', ...(limitMs && { limitMs }) }, {})
  return { server, connection, ask }
}

const stall: Play = () => undefined

const drip: Play = (_, response) => {
  response.writeHead(200, { 'content-length': '1000' })
  const timer = setInterval(() => response.write(' '), 20)
  response.once('close', () => clearInterval(timer))
  return undefined
}

describe('without a signal', () => {
  test.each<[string, Play]>([
    ['does not answer', stall],
    ['does not come to an end', drip],
  ])('a service that %s has its time, and then its connection is freed', async (_, play) => {
    const { server, ask } = await started((seen, response) =>
      server.requests.length === 1 ? json({ PublicKey: 'PEM' }) : play(seen, response),
    )
    // On a connection that is used again, the client's own time for an answer does not hold.
    await ask()
    const error = await failure(() => ask(200), 'Timeout')
    expect(error.message).toBe(`${server.host} did not answer for the key key-a within 200 ms.`)
    await until(() => server.connections().open === 0)
    expect(server.connections().all).toBe(1)
  })
})

test('an answer that is compressed, which nobody asked for, is not unpacked', async () => {
  const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' }
  const { ask } = await started(() => ({ headers, body: gzipSync(JSON.stringify({ PublicKey: 'PEM' })) }))
  expect((await failure(ask, 'InvalidResponse')).message).toContain('is no JSON')
})

test.each([
  ['by a byte', 1],
  ['by much', 1_000_000],
])('an answer that is too long is refused although it is valid: %s', async (_, more) => {
  const right = JSON.stringify({ PublicKey: 'PEM' })
  const { ask } = await started(() => ({ body: right.padEnd(262_144 + more) }))
  expect((await failure(ask, 'InvalidResponse')).message).toContain('answered with more than 262144 bytes')
})

test('every request has a time and a number of its own', async () => {
  const { server, ask } = await started(() => json({ PublicKey: 'PEM' }))
  const before = Math.floor(Date.now() / 1000) * 1000
  await Promise.all([ask(), ask()])
  const asked = server.requests.map(({ path }) => new URLSearchParams(path.slice(2)))
  expect(new Set(asked.map((each) => each.get('SignatureNonce'))).size).toBe(2)
  for (const each of asked) {
    expect(each.getAll('Timestamp')).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)])
    expect(Date.parse(String(each.get('Timestamp')))).toBeGreaterThanOrEqual(before)
  }
})

test('closing ends what is under way, and later calls are answered', async () => {
  const { server, connection, ask } = await started(() =>
    server.requests.length > 2 ? json({ PublicKey: 'PEM' }) : undefined,
  )
  const calls = [failure(ask, 'Unavailable'), failure(ask, 'Unavailable')]
  await until(() => server.requests.length === 2)
  connection.close()
  for (const error of await Promise.all(calls)) expect(error).toMatchObject({ retryable: true })
  await until(() => server.connections().open === 0)
  expect(await ask()).toMatchObject({ publicKey: 'PEM' })
})

describe('what the client keeps to itself of an answer is told', () => {
  const page = (status: number): Reply => ({ status, body: '<html></html>' })
  test.each<[string, Reply, SigningErrorCode, object]>([
    ['a status', page(503), 'Unavailable', { retryable: true }],
    ['another status', page(429), 'Throttled', { retryable: true }],
    ['the status of a body that is too large', page(413), 'MessageTooLarge', {}],
    ['a status of a proxy', page(403), 'InvalidResponse', { retryable: false }],
    ['a status that says nothing', page(400), 'InvalidResponse', { retryable: false }],
    ['the status of a connection that was idle', page(408), 'Unavailable', { retryable: true }],
    ['a status without a body', { status: 500, body: '' }, 'Internal', { retryable: true }],
    [
      'when to come again',
      { ...refused({ status: 429, code: 'Rejected.Throttling' }), headers: { 'retry-after': '3' } },
      'Throttled',
      { retryAfterMs: 3000 },
    ],
    [
      'when a page says to come again',
      { ...page(503), headers: { 'retry-after': '9' } },
      'Unavailable',
      { retryAfterMs: 9000 },
    ],
  ])('%s', async (_, reply, code, details) => {
    const { ask } = await started(() => reply)
    expect(await failure(ask, code)).toMatchObject({ keyId: 'key-a', ...details })
  })
})
