import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createRotatingSigner, createSigner, type Signer, SigningError } from '@signport/core'
import fc from 'fast-check'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { jwks } from '../src/jwks.js'
import { jwksListener } from '../src/jwks-listener.js'
import { http, serve } from './support/http.js'
import { countingService, signerOf, tokenOf } from './support/key-set-signers.js'

const signer = signerOf('ES256')

/** What pages of other origins need to read an answer, and what keeps browsers from guessing its type. */
const FOR_EVERYBODY = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag',
  'x-content-type-options': 'nosniff',
}

const warnings: Error[] = []
const onWarning = (warning: Error) => warnings.push(warning)

afterEach(() => {
  process.off('warning', onWarning)
  warnings.splice(0)
})

describe('a served key set', () => {
  test('is read by jose, which verifies tokens through it', async () => {
    const [rsa, ed] = [signerOf('PS256'), signerOf('Ed25519')]
    const url = await serve(jwksListener([signer, rsa, ed]))
    const set = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`))
    for (const [each, alg] of [
      [signer, 'ES256'],
      [rsa, 'PS256'],
      [ed, 'EdDSA'],
    ] as const) {
      const { thumbprint: kid } = await each.publicKey()
      const { payload } = await jwtVerify(await tokenOf(each, { alg, kid }), set)
      expect(payload).toEqual({ sub: 'somebody' })
    }
    const foreign = signerOf('ES256', { key: 'foreign' })
    const { thumbprint: kid } = await foreign.publicKey()
    await expect(jwtVerify(await tokenOf(foreign, { alg: 'ES256', kid }), set)).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    })
  })

  test('says what it is, and how long it may be kept by whom', async () => {
    const url = await serve(jwksListener(signer))
    const { status, headers, text } = await http(url)
    expect(status).toBe(200)
    expect(JSON.parse(text)).toEqual(await jwks(signer))
    expect(headers).toMatchObject({
      'content-type': 'application/jwk-set+json',
      'cache-control': 'public, max-age=600',
      ...FOR_EVERYBODY,
      'content-length': String(text.length),
      etag: expect.stringMatching(/^"[\w-]{43}"$/),
    })
  })

  test('may be kept for as long as its rotation says, or for a shorter time', async () => {
    const rotating = createRotatingSigner({
      active: { signer },
      cacheLifetimeMs: 120_000,
      tokenLifetimeMs: 1_000,
    })
    const ageOf = async (maxAge?: number | string) =>
      (await http(await serve(jwksListener(rotating, { maxAge })))).headers['cache-control']
    expect(await ageOf()).toBe('public, max-age=120')
    expect(await ageOf('1m')).toBe('public, max-age=60')
    expect(await ageOf(0)).toBe('public, max-age=0')
  })

  test('has to HEAD the headers that it has to GET, and no body', async () => {
    const url = await serve(jwksListener(signer))
    const [get, head] = [await http(url), await http(url, { method: 'HEAD' })]
    const { date: _get, ...headers } = get.headers
    const { date: _head, ...others } = head.headers
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(others).toEqual(headers)
  })

  test.each(['GET', 'HEAD'])('has not changed for a %s that names its tag', async (method) => {
    const url = await serve(jwksListener(signer))
    const { headers } = await http(url)
    const etag = headers.etag ?? ''
    for (const named of [etag, `W/${etag}`, '*', `"x", ${etag}`, ['"x"', etag]]) {
      const answer = await http(url, { method, headers: { 'if-none-match': named } })
      expect(answer).toMatchObject({ status: 304, text: '' })
      for (const name of ['etag', 'cache-control', ...Object.keys(FOR_EVERYBODY)])
        expect(answer.headers[name]).toBe(headers[name])
    }
    expect((await http(url, { headers: { 'if-none-match': '"x"' } })).status).toBe(200)
  })

  test('has the same tag in every process, and another one when its keys change', async () => {
    let time = 500
    const rotation = () =>
      createRotatingSigner({
        active: { signer, published: new Date(0) },
        retired: [{ signer: signerOf('Ed25519'), retiredAt: new Date(10) }],
        cacheLifetimeMs: 1,
        tokenLifetimeMs: 1_000,
        clockToleranceMs: 0,
        now: () => time,
      })
    const urls = [await serve(jwksListener(rotation())), await serve(jwksListener([rotation()]))]
    const tags = async () => Promise.all(urls.map(async (url) => (await http(url)).headers.etag))
    const [one, same] = await tags()
    expect(same).toBe(one)
    time = 1_010
    const [other, again] = await tags()
    expect(other).toBe(again)
    expect(other).not.toBe(one)
    const [url = ''] = urls
    expect((await http(url, { headers: { 'if-none-match': one ?? '' } })).status).toBe(200)
  })

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'])('is not for %s', async (method) => {
    const { provider } = countingService()
    const url = await serve(jwksListener(createSigner({ provider, keyId: 'k', algorithm: 'ES256' })))
    const answer = await http(url, { method })
    expect(answer).toMatchObject({ status: 405, text: expect.stringContaining('GET or HEAD') })
    expect(answer.headers).toMatchObject({
      ...FOR_EVERYBODY,
      allow: 'GET, HEAD, OPTIONS',
      'cache-control': 'no-store',
    })
  })

  test('may be asked for by pages of other origins with headers of theirs, and no service by their question', async () => {
    const service = countingService()
    const { provider } = service
    const url = await serve(jwksListener(createSigner({ provider, keyId: 'k', algorithm: 'ES256' })))
    const preflight = {
      origin: 'https://app.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'if-none-match,x-trace',
    }
    const { status, headers, text } = await http(url, { method: 'OPTIONS', headers: preflight })
    expect({ status, text }).toEqual({ status: 204, text: '' })
    expect(headers).toMatchObject({
      ...FOR_EVERYBODY,
      allow: 'GET, HEAD, OPTIONS',
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': '*',
      'access-control-max-age': '86400',
    })
    // RFC 9110 section 8.6.
    expect(headers).not.toHaveProperty('content-length')
    expect(headers).not.toHaveProperty('transfer-encoding')
    expect(service.asked).toBe(0)
  })

  test('is whole or not changed, whatever If-None-Match says', async () => {
    const url = await serve(jwksListener(signer))
    const { text, headers } = await http(url)
    const value = fc.string({
      unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    })
    await fc.assert(
      fc.asyncProperty(value, async (ifNoneMatch) => {
        fc.pre(!/\x7f/.test(ifNoneMatch) && ifNoneMatch.trim() !== '*')
        const answer = await http(url, { headers: { 'if-none-match': ifNoneMatch } })
        expect(answer).toMatchObject({ status: 200, text })
        expect(answer.headers.etag).toBe(headers.etag)
      }),
    )
  })
})

describe('keys for a served set', () => {
  const serviceSigner = (service: ReturnType<typeof countingService>, keyId = 'k'): Signer =>
    createSigner({ provider: service.provider, keyId, algorithm: 'ES256', kid: keyId, maxAttempts: 1 })

  test('are asked for once each, however many ask at the same time', async () => {
    const service = countingService()
    const url = await serve(jwksListener([serviceSigner(service, 'a'), serviceSigner(service, 'b')]))
    const answers = await Promise.all(Array.from({ length: 25 }, () => http(url)))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]?.status).toBe(200)
    expect(service.asked).toBe(2)
    await http(url)
    expect(service.asked).toBe(2)
  })

  test('that cannot be had make no part of a set, and are served as soon as they can be had', async () => {
    const service = countingService()
    const failure = new SigningError('AccessDenied', 'arn:aws:kms:eu-west-1:111122223333:key/k is not yours.')
    const told: unknown[] = []
    const options = { onError: (error: unknown) => told.push(error) }
    const url = await serve(jwksListener([signer, serviceSigner(service)], options))
    service.failure = failure

    const answers = await Promise.all([http(url), http(url), http(url)])
    for (const { status, headers, text } of answers) {
      expect(status).toBe(503)
      expect(text).toBe('The key set is not available now.\n')
      expect(headers).toMatchObject({ ...FOR_EVERYBODY, 'retry-after': '5', 'cache-control': 'no-store' })
      expect(headers.etag).toBeUndefined()
    }
    expect(await http(url, { method: 'HEAD' })).toMatchObject({ status: 503, text: '' })
    expect(new Set(told)).toEqual(new Set([failure]))

    service.failure = undefined
    await sleep(1_100)
    const { status, text } = await http(url)
    expect(status).toBe(200)
    expect(JSON.parse(text).keys).toHaveLength(2)
  })

  test.each([
    [12_345, '13'],
    [1, '1'],
    [0, '1'],
    [undefined, '5'],
  ])('that fail for %p ms are to be asked for again after that time', async (retryAfterMs, seconds) => {
    const service = countingService()
    service.failure = new SigningError('Throttled', 'Slow down.', {
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    })
    const url = await serve(jwksListener(serviceSigner(service), { onError: () => {} }))
    expect((await http(url)).headers['retry-after']).toBe(seconds)
  })

  test('that collide are a failure for the log, and nothing for the client', async () => {
    const told: unknown[] = []
    const colliding = [signerOf('RS256'), signerOf('PS256')]
    const url = await serve(jwksListener(colliding, { onError: (error) => told.push(error) }))
    expect(await http(url)).toMatchObject({ status: 503, text: 'The key set is not available now.\n' })
    expect(told).toMatchObject([{ code: 'InvalidArgument' }])
  })

  test('that fail are warned of where nobody wants to be told', async () => {
    process.on('warning', onWarning)
    const service = countingService()
    service.failure = new SigningError('AccessDenied', 'Not yours.')
    await http(await serve(jwksListener(serviceSigner(service))))
    await sleep(10)
    expect(warnings).toMatchObject([
      { name: 'SignportKeySet', message: 'A key set cannot be served: Not yours.' },
    ])
  })

  const failing: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('No log.')
      },
    ],
    ['rejects', () => Promise.reject(new Error('No log.'))],
    [
      'rejects later',
      async () => {
        await sleep(1)
        throw new Error('No log.')
      },
    ],
  ]

  test.each(failing)('that fail are warned of where the one to be told %s itself', async (_what, onError) => {
    process.on('warning', onWarning)
    const service = countingService()
    service.failure = new SigningError('AccessDenied', 'Not yours.')
    const url = await serve(jwksListener(serviceSigner(service), { onError }))
    expect((await http(url)).status).toBe(503)
    await sleep(20)
    expect(warnings).toMatchObject([
      { name: 'SignportKeySet', message: 'A key set cannot be served: Not yours.' },
      { name: 'SignportKeySet', message: "The onError of a key set's handler failed: No log." },
    ])
  })

  test('that fail are answered for without waiting for the one who is told', async () => {
    const service = countingService()
    service.failure = new SigningError('AccessDenied', 'Not yours.')
    const onError = () => new Promise<void>(() => {})
    const url = await serve(jwksListener(serviceSigner(service), { onError }))
    expect((await http(url)).status).toBe(503)
  })

  test('of a signer that was closed are not served', async () => {
    const service = countingService()
    const closed = serviceSigner(service)
    const told: unknown[] = []
    const url = await serve(jwksListener(closed, { onError: (error) => told.push(error) }))
    await closed.close()
    expect((await http(url)).status).toBe(503)
    expect(told).toMatchObject([{ code: 'Closed' }])
  })
})

describe('a listener', () => {
  test('does not mind a client that goes away', async () => {
    const service = countingService()
    const url = await serve(
      jwksListener(createSigner({ provider: service.provider, keyId: 'k', algorithm: 'ES256' })),
    )
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    while (service.asked === 0) await sleep(1)
    socket.destroy()
    await sleep(50)
    expect((await http(url)).status).toBe(200)
    expect(service.asked).toBe(1)
  })

  test('leaves an answer alone that was given before its own', async () => {
    const { provider } = countingService()
    const listener = jwksListener(createSigner({ provider, keyId: 'k', algorithm: 'ES256' }))
    let listening: unknown
    const url = await serve((request, response) => {
      listening = listener(request, response)
      response.writeHead(504).write('too ')
      setTimeout(() => response.end('late'), 100)
    })
    expect(await http(url)).toMatchObject({ status: 504, text: 'too late' })
    // A rejection would end the process.
    expect(await listening).toBeUndefined()
  })

  test.each([
    ['a misspelt option', { maxage: 1 }, 'no option maxage'],
    ['options that are none', 600, 'must be an object, not a number'],
    ['null for options', null, 'must be an object, not null'],
    ['an onError that cannot be called', { onError: 'log' }, 'onError must be a function, not string'],
    ['a maxAge that is none', { maxAge: true }, 'maxAge must be a number'],
  ])('is not made with %s', (_what, options, message) => {
    const make = () => jwksListener(signer, options as object)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })

  test.each([
    ['no signer', [], {}, 'InvalidArgument'],
    ['SM2', [signer, signerOf('SM2')], {}, 'UnsupportedAlgorithm'],
    ['ML-DSA with a context', signerOf('ML-DSA-44', { context: 'contracts' }), {}, 'UnsupportedAlgorithm'],
    ['caches that live too long', signer, { maxAge: '1h' }, 'InvalidArgument'],
  ])('is not made for %s', (_what, source, options, code) => {
    expect(() => jwksListener(source, options)).toThrow(expect.objectContaining({ code }))
  })
})
