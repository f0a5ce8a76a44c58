import { request } from 'node:https'
import { expect, test } from '@jest/globals'
import { makeIdentity } from '../../src/kms/certificate.js'
import type { Plane } from '../../src/kms/plane.js'
import { serve } from '../../src/kms/serve.js'

/** Says what it was asked. */
const echo: Plane = ({ method, url, headers, body }) => ({
  status: 201,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from(`${method} ${url} ${headers['x-said']} ${body}`),
})

test.each([0, 5])('a plane is asked, and its reply is sent, with %i ms between', async (latencyMs) => {
  const { url, close } = await serve(echo, { latencyMs })
  const headers = { 'x-said': 'hello' }
  const response = await fetch(`${url}/a?b=c`, { method: 'POST', headers, body: 'body' })
  expect([response.status, response.headers.get('content-type')]).toEqual([201, 'text/plain'])
  expect(await response.text()).toBe('POST /a?b=c hello body')
  close()
  await expect(fetch(url)).rejects.toThrow()
})

test('what a plane does not know is refused', async () => {
  const { url, close } = await serve(() => undefined)
  expect((await fetch(url)).status).toBe(400)
  close()
})

test('with TLS, by a certificate of its own', async () => {
  const identity = makeIdentity()
  const { url, close } = await serve(echo, { identity })
  const status = await new Promise((resolve, reject) => {
    const sent = request(url, { ca: identity.cert, agent: false }, (response) => resolve(response.statusCode))
    sent.on('error', reject)
    sent.end()
  })
  expect(status).toBe(201)
  close()
})
