import { channel } from 'node:diagnostics_channel'
import { EventEmitter, once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { expect, test } from '@jest/globals'
import { watched, watchRequest } from '../../src/openapi/request-watch.js'
import { type Play, startServer } from '../support/server.js'
import { until } from '../support/until.js'

const starts = channel('http.client.request.start')

/** A request with a nonce in its path, as anybody in the process might make one. */
async function get(url: string, nonce: string, agent?: Agent): Promise<Buffer> {
  const sent = request(`${url}/?Action=Any&SignatureNonce=${nonce}&KeyId=k`, {
    ...(agent && { agent }),
  }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return buffer(response)
}

const answering: Play = () => ({ status: 202, headers: { 'x-seen': 'yes' }, body: 'whole' })

test('a request is known by its nonce, and others are not touched', async () => {
  const server = await startServer(answering)
  const watch = watchRequest('mine')
  const other = watchRequest('others')
  expect(String(await get(server.url, 'mine'))).toBe('whole')
  expect(watch.head).toMatchObject({ status: 202, headers: { 'x-seen': 'yes' } })
  expect([other.head, watch.ended]).toEqual([undefined, undefined])
  other.end('late')
  expect(String(await get(server.url, 'nobodys'))).toBe('whole')
  await expect(get(server.url, 'others')).rejects.toHaveProperty('code', 'ECONNRESET')
  watch.release()
  other.release()
})

test('nothing is listened to once no request is watched', () => {
  const [first, second] = [watchRequest('a'), watchRequest('b')]
  first.release()
  expect(starts.hasSubscribers).toBe(true)
  second.release()
  expect(starts.hasSubscribers).toBe(false)
  // Told once more, it does not take away what others need.
  const third = watchRequest('c')
  first.release()
  expect(starts.hasSubscribers).toBe(true)
  third.release()
})

test('what somebody else publishes there does no harm', () => {
  const watch = watchRequest('a')
  for (const message of [undefined, null, 'text', {}, { request: null }, { request: { path: 7 } }])
    starts.publish(message)
  expect(watch.head).toBeUndefined()
  watch.release()
})

test.each<[number, 'long' | undefined]>([
  [200_000, undefined],
  [262_144, 'long'],
  [300_000, 'long'],
])('of an answer of %d bytes, this is said: %p', async (length, ended) => {
  const server = await startServer(() => ({ body: Buffer.alloc(length) }))
  const watch = watchRequest('mine')
  const limits = { ending: undefined, limitMs: 60_000 }
  const body = await watched(watch, limits, () => get(server.url, 'mine')).catch(() => undefined)
  expect([body?.length, watch.ended]).toEqual([ended ? undefined : length, ended])
})

test('a connection that is kept has as much for each of its answers', async () => {
  const server = await startServer(() => ({ body: Buffer.alloc(200_000) }))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (const nonce of ['a', 'b', 'c']) {
    const watch = watchRequest(nonce)
    expect(await get(server.url, nonce, agent)).toHaveLength(200_000)
    expect(watch.ended).toBeUndefined()
    watch.release()
  }
  expect(server.connections().all).toBe(1)
  agent.destroy()
})

test('a connection does not outlast what the client has given up, or has not read', async () => {
  const server = await startServer((_, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('half')
    return undefined
  })
  const watch = watchRequest('mine')
  const sent = request(`${server.url}/?SignatureNonce=mine`)
    .on('error', () => {})
    .end()
  await once(sent, 'response')
  const giveUp = () => Promise.reject(new Error('enough'))
  await expect(watched(watch, { ending: undefined, limitMs: 60_000 }, giveUp)).rejects.toThrow('enough')
  await until(() => server.connections().open === 0)
  expect(watch.ended).toBeUndefined()
})

test('a request that was ended before it began does not begin', async () => {
  const server = await startServer(answering)
  const watch = watchRequest('mine')
  const controller = new AbortController()
  const limits = { ending: controller.signal, limitMs: 60_000 }
  const work = watched(watch, limits, async () => {
    await new Promise((resolve) => setTimeout(resolve, 50))
    return get(server.url, 'mine')
  })
  controller.abort()
  await expect(work).rejects.toHaveProperty('code', 'ECONNRESET')
  expect([watch.ended, server.requests.length]).toEqual(['aborted', 0])
})

const switching: Play = ({ socket }) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')
  return undefined
}

/** As the vendor's client asks: what is neither an answer nor an error to Node, is nothing to it. */
const asClient = (url: string) => () =>
  new Promise<IncomingMessage>((resolve, reject) => {
    request(`${url}/?SignatureNonce=mine`).on('response', resolve).on('error', reject).end()
  })

test('work on a request ends with a connection on which nobody can answer any more, and leaves nothing behind', async () => {
  const server = await startServer(switching)
  const watch = watchRequest('mine')
  const work = watched(watch, { ending: undefined, limitMs: 60_000 }, asClient(server.url))
  await expect(work).rejects.toHaveProperty('code', 'ECONNRESET')
  expect([watch.head, watch.ended]).toEqual([undefined, undefined])
  expect(starts.hasSubscribers).toBe(false)
})

test('what the client says of a connection goes before what is known of it here', async () => {
  const watch = watchRequest('mine')
  const sent = Object.assign(new EventEmitter(), { path: '/?SignatureNonce=mine', destroy() {} })
  const work = watched(watch, { ending: undefined, limitMs: 60_000 }, async () => {
    const error = once(sent, 'response').catch((thrown: unknown) => thrown)
    starts.publish({ request: sent })
    sent.emit('error', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))
    sent.emit('close')
    // What it is told goes through many hands.
    for (let turn = 0; turn < 20; turn++) await error
    throw await error
  })
  await expect(work).rejects.toHaveProperty('code', 'ECONNREFUSED')
})

test('work on a request ends with its time, or with the signal, and leaves nothing behind', async () => {
  const server = await startServer(() => undefined)
  const { signal } = new AbortController()
  const late = watchRequest('late')
  await expect(
    watched(late, { ending: signal, limitMs: 50 }, () => get(server.url, 'late')),
  ).rejects.toBeDefined()
  expect(late.ended).toBe('late')
  const controller = new AbortController()
  const aborted = watchRequest('aborted')
  setTimeout(() => controller.abort(), 50)
  const limits = { ending: controller.signal, limitMs: 60_000 }
  await expect(watched(aborted, limits, () => get(server.url, 'aborted'))).rejects.toBeDefined()
  expect(aborted.ended).toBe('aborted')
  await until(() => server.connections().open === 0)
  expect(starts.hasSubscribers).toBe(false)
})
