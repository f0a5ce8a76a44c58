import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { watchRequestsOut } from '../src/requests-out.js'

test('a request is counted, and seen until it has a connection', async () => {
  const server = createServer((_, response) => response.end('here')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const out = watchRequestsOut()
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false })
  const [response] = await Promise.all([
    once(request, 'response'),
    new Promise<void>((resolve) =>
      setImmediate(() => {
        expect(out.count()).toBe(1)
        resolve()
      }),
    ),
  ])
  response[0].resume()
  await once(response[0], 'end')
  expect(out.connecting()).toBe(false)
  out.stop()
  get({ port: 1, host: '127.0.0.1' }).on('error', () => {})
  expect(out.count()).toBe(1)
  server.close()
})

test('one that waits for its connection is on its way', async () => {
  const out = watchRequestsOut()
  const request = get({ port: 1, host: '127.0.0.1', agent: false })
  const failed = once(request, 'error')
  await new Promise((resolve) => request.once('socket', resolve))
  expect(out.connecting()).toBe(true)
  await failed
  await new Promise((resolve) => setImmediate(resolve))
  expect(out.connecting()).toBe(false)
  out.stop()
})
