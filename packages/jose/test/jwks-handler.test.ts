import { describe, expect, jest, test } from '@jest/globals'
import { createSigner, SigningError } from '@signport/core'
import Fastify from 'fastify'
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose'
import { jwks } from '../src/jwks.js'
import { jwksHandler } from '../src/jwks-handler.js'
import { http } from './support/http.js'
import { countingService, signerOf, tokenOf } from './support/key-set-signers.js'

const URL_OF_SET = 'https://issuer.example/.well-known/jwks.json'
const signer = signerOf('ES256')

const request = (init?: RequestInit) => new Request(URL_OF_SET, init)

function expectForEverybody({ headers }: Response): void {
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('access-control-expose-headers')).toBe('ETag')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
}

describe('a handler', () => {
  test('gives jose the set by which it verifies tokens', async () => {
    const handler = jwksHandler(signer)
    const set = createRemoteJWKSet(new URL(URL_OF_SET), {
      [customFetch]: async (url, options) => handler(new Request(url, options as RequestInit)),
    })
    const { thumbprint: kid } = await signer.publicKey()
    const { payload } = await jwtVerify(await tokenOf(signer, { alg: 'ES256', kid }), set)
    expect(payload).toEqual({ sub: 'somebody' })
  })

  test('answers GET with the set and all that caches need', async () => {
    const response = await jwksHandler([signer], { maxAge: '5m' })(request())
    expect(response).toBeInstanceOf(Response)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/jwk-set+json')
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expectForEverybody(response)
    expect(response.headers.get('etag')).toMatch(/^"[\w-]{43}"$/)
    expect(await response.json()).toEqual(await jwks(signer))
  })

  test('answers HEAD with the same headers and no body', async () => {
    const handler = jwksHandler(signer)
    const [get, head] = [await handler(request()), await handler(request({ method: 'HEAD' }))]
    expect([...head.headers]).toEqual([...get.headers])
    expect(head.status).toBe(200)
    expect(head.body).toBeNull()
  })

  test.each([(etag: string) => etag, (etag: string) => `"x", W/${etag}`, () => '*'])(
    'answers 304 to %s',
    async (named) => {
      const handler = jwksHandler(signer)
      const etag = (await handler(request())).headers.get('etag') ?? ''
      const response = await handler(request({ headers: { 'if-none-match': named(etag) } }))
      expect(response.status).toBe(304)
      expect(response.body).toBeNull()
      expect(response.headers.get('etag')).toBe(etag)
      expect(response.headers.get('cache-control')).toBe('public, max-age=600')
    },
  )

  test('answers 405 to other methods', async () => {
    const response = await jwksHandler(signer)(request({ method: 'POST', body: '{}' }))
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    expectForEverybody(response)
  })

  test('tells the pages of other origins what they may send', async () => {
    const response = await jwksHandler(signer)(request({ method: 'OPTIONS' }))
    expect(response.status).toBe(204)
    expect(response.body).toBeNull()
    expect(response.headers.get('access-control-allow-headers')).toBe('*')
    expectForEverybody(response)
  })

  test('answers 503 while a key cannot be had, and nothing of why', async () => {
    const service = countingService()
    service.failure = new SigningError('Unauthenticated', 'Who is AKIAIOSFODNN7EXAMPLE?')
    const failing = createSigner({ provider: service.provider, keyId: 'k', algorithm: 'ES256' })
    const told: unknown[] = []
    const handler = jwksHandler([signer, failing], { onError: (error) => told.push(error) })
    const response = await handler(request())
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expectForEverybody(response)
    expect(await response.text()).toBe('The key set is not available now.\n')
    expect(told).toEqual([service.failure])
  })

  test('asks for a key that cannot be had once a second, however many want it', async () => {
    const service = countingService()
    service.failure = new Error('Broken.')
    const failing = createSigner({ provider: service.provider, keyId: 'k', algorithm: 'ES256' })
    const told: unknown[] = []
    const handler = jwksHandler(failing, { onError: (error) => told.push(error) })
    const all = () => Promise.all(Array.from({ length: 20 }, () => handler(request())))
    const now = jest.spyOn(performance, 'now').mockReturnValue(5_000)
    try {
      const answers = [...(await all()), ...(await all())]
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503))
      expect([service.asked, told.length]).toEqual([1, 1])
      now.mockReturnValue(6_000)
      await all()
      expect([service.asked, told.length]).toEqual([2, 2])
    } finally {
      now.mockRestore()
    }
  })

  test('reads its source once, so that it may be an iterator', async () => {
    const handler = jwksHandler(new Set([signer]).values())
    for (const _time of [1, 2]) expect((await handler(request())).status).toBe(200)
  })

  test('is at home in a framework that takes responses', async () => {
    const handler = jwksHandler(signer)
    const app = Fastify()
    app.get('/.well-known/jwks.json', async ({ headers }) =>
      handler(request({ headers: { 'if-none-match': headers['if-none-match'] ?? '' } })),
    )
    try {
      const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/.well-known/jwks.json`
      const { status, headers, text } = await http(url)
      expect(status).toBe(200)
      expect(JSON.parse(text)).toEqual(await jwks(signer))
      expect(headers['content-type']).toBe('application/jwk-set+json')
      const etag = headers.etag ?? ''
      expect((await http(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
    } finally {
      await app.close()
    }
  })
})
