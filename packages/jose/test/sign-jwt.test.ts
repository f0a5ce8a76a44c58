import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { createRotatingSigner, createSigner } from '@signport/core'
import { importJWK, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { type JwtOptions, signJwt } from '../src/index.js'
import { failure, failureText } from './support/failure.js'
import { oraclesOf, partOf, publicJwkOf, verifiedBy } from './support/oracles.js'
import { AliasService, JOSE_ALGORITHMS, keyFor, newP256, signerOf } from './support/signers.js'

/** 2026-11-22T08:00:00.750Z, and the same in whole seconds. */
const NOW_MS = 1_795_334_400_750
const NOW = 1_795_334_400
const now = () => NOW_MS

const signer = signerOf('ES256', keyFor('ES256'), { kid: 'tokens-1' })
const claims = { iss: 'https://issuer.example', sub: 'user-7', aud: 'shop', exp: NOW + 600 }
const sign = signJwt as (...args: unknown[]) => Promise<string>

describe.each(JOSE_ALGORITHMS)('a JWT of %s', (algorithm) => {
  test.each(oraclesOf(algorithm))('is verified by %s', async (oracle) => {
    const one = signerOf(algorithm)
    const jwt = await signJwt(one, claims, { now })
    const verified = await verifiedBy(oracle, jwt, await publicJwkOf(one))
    expect(JSON.parse(verified.toString())).toEqual({ ...claims, iat: NOW })
  })
})

describe('a JWT', () => {
  test('is taken by jose with all that a careful verifier asks for', async () => {
    const jwt = await signJwt(signer, { ...claims, jti: 'a' }, { now, typ: 'at+jwt' })
    const { payload, protectedHeader } = await jwtVerify(
      jwt,
      await importJWK(await publicJwkOf(signer), 'ES256'),
      {
        algorithms: ['ES256'],
        issuer: 'https://issuer.example',
        audience: 'shop',
        typ: 'at+jwt',
        requiredClaims: ['exp', 'iat', 'sub', 'jti'],
        currentDate: new Date(NOW_MS),
      },
    )
    expect(payload).toEqual({ ...claims, jti: 'a', iat: NOW })
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: 'tokens-1', typ: 'at+jwt' })
  })

  test('is taken by jsonwebtoken until it expires, and not after', async () => {
    const jwt = await signJwt(signer, claims, { now })
    const key = createPublicKey({ key: (await publicJwkOf(signer)) as JsonWebKey, format: 'jwk' })
    const at = (clockTimestamp: number) => () =>
      jsonwebtoken.verify(jwt, key, { algorithms: ['ES256'], audience: 'shop', clockTimestamp })
    expect(at(NOW + 599)()).toMatchObject({ sub: 'user-7' })
    expect(at(NOW + 600)).toThrow('jwt expired')
  })

  test('is taken by jose until it expires, and not after', async () => {
    const jwt = await signJwt(signer, claims, { now })
    const key = await importJWK(await publicJwkOf(signer), 'ES256')
    const at = (seconds: number) => jwtVerify(jwt, key, { currentDate: new Date(seconds * 1000) })
    expect((await at(NOW + 599)).payload.sub).toBe('user-7')
    await expect(at(NOW + 600)).rejects.toThrow('"exp" claim timestamp check failed')
  })

  test.each<[string, JwtOptions, unknown]>([
    ['nothing', {}, { alg: 'ES256', kid: 'tokens-1', typ: 'JWT' }],
    ['typ', { typ: 'secevent+jwt' }, { alg: 'ES256', kid: 'tokens-1', typ: 'secevent+jwt' }],
    ['typ: false', { typ: false }, { alg: 'ES256', kid: 'tokens-1' }],
    ['kid: false', { kid: false }, { alg: 'ES256', typ: 'JWT' }],
    ['a header', { header: { cty: 'JWT' } }, { alg: 'ES256', kid: 'tokens-1', typ: 'JWT', cty: 'JWT' }],
    ['typ within the header', { header: { typ: 'a' } }, { alg: 'ES256', kid: 'tokens-1', typ: 'a' }],
  ])('with %s has the header that is asked for', async (_, options, header) => {
    expect(partOf(await signJwt(signer, claims, { now, ...options }), 0)).toEqual(header)
  })

  test.each([
    [{ exp: NOW + 600 }, undefined, { iat: NOW, exp: NOW + 600 }],
    [{}, 90, { iat: NOW, exp: NOW + 90 }],
    [{}, '10m', { iat: NOW, exp: NOW + 600 }],
    [{}, '1h', { iat: NOW, exp: NOW + 3600 }],
    [{ iat: NOW - 5 }, '1d', { iat: NOW - 5, exp: NOW + 86_400 }],
    [{ nbf: NOW + 30 }, 60, { nbf: NOW + 30, iat: NOW, exp: NOW + 60 }],
    [{ iat: NOW + 60, exp: NOW + 100.5 }, undefined, { iat: NOW + 60, exp: NOW + 100.5 }],
  ])('with the times %j and the lifetime %j has %j', async (times, expiresIn, expected) => {
    const given = { iss: 'a', aud: 'b', ...times }
    const jwt = await signJwt(signer, given, { now, ...(expiresIn !== undefined && { expiresIn }) })
    expect(partOf(jwt, 1)).toEqual({ iss: 'a', aud: 'b', ...expected })
  })

  test('takes the clock of the process where it is given none', async () => {
    const before = Math.floor(Date.now() / 1000)
    const { iat, exp } = partOf(await signJwt(signer, { iss: 'a', aud: 'b' }, { expiresIn: 60 }), 1) as {
      iat: number
      exp: number
    }
    expect(iat).toBeGreaterThanOrEqual(before)
    expect(iat).toBeLessThanOrEqual(Date.now() / 1000)
    expect(exp - iat).toBe(60)
  })

  test.each([
    ['all that it may leave out', {}, []],
    ['other claims', { exp: NOW + 9, client_id: 'c' }, ['exp', 'client_id']],
    ['a claim that is null', { scope: null }, ['scope']],
  ] as const)('without %s is signed where it is not required', async (_, given, required) => {
    const jwt = await signJwt(signer, given, { now, require: required })
    expect(partOf(jwt, 1)).toEqual({ ...given, iat: NOW })
  })

  test.each([
    ['one audience in a list', { aud: ['a'] }],
    ['several audiences', { aud: ['a', 'https://b.example/c?d=%20'] }],
    ['an issuer that is a URN', { iss: 'urn:ietf:params:oauth' }],
    ['an ARN for its subject', { sub: 'arn:aws:iam::1:role/x' }],
    ['a jti with a colon, which is no URI', { jti: '12:30' }],
    ['a time of 0', { nbf: 0 }],
    ['claims of its own', { 'https://a.example/b': { c: [1, null, 'ü'] } }],
  ])('may have %s', async (_, more) => {
    expect(partOf(await signJwt(signer, { ...claims, ...more }, { now }), 1)).toEqual({
      ...claims,
      ...more,
      iat: NOW,
    })
  })
})

describe('claims that no verifier could take', () => {
  const required = 'The option require lists the claims that a token must have.'
  const seconds = 'must be a number of seconds since 1970'

  test.each<[object, string]>([
    [{ iss: undefined }, 'claims.iss is undefined, which JSON does not have: leave the member out.'],
    [{ iss: 5 }, 'claims.iss must be text, not a number.'],
    [{ iss: '' }, 'claims.iss must be text, not an empty text.'],
    [{ iss: null }, 'claims.iss must be text, not null.'],
    [{ iss: ['a'] }, 'claims.iss must be text, not an array.'],
    [
      { iss: 'not a uri: it has spaces' },
      'claims.iss has a colon and so must be a URI, which not a uri: it has spaces is not.',
    ],
    [{ iss: '://x' }, 'claims.iss has a colon and so must be a URI, which ://x is not.'],
    [
      { iss: 'https://a.example/%zz' },
      'claims.iss has a colon and so must be a URI, which https://a.example/%zz is not.',
    ],
    [{ sub: 7 }, 'claims.sub must be text, not a number.'],
    [{ sub: true }, 'claims.sub must be text, not a boolean.'],
    [{ sub: '' }, 'claims.sub must be text, not an empty text.'],
    [{ sub: '1:2' }, 'claims.sub has a colon and so must be a URI, which 1:2 is not.'],
    [
      { sub: `1:${'x'.repeat(100)}` },
      `claims.sub has a colon and so must be a URI, which 1:${'x'.repeat(38)}… is not.`,
    ],
    [{ jti: 1 }, 'claims.jti must be text, not a number.'],
    [{ jti: '' }, 'claims.jti must be text, not an empty text.'],
    [{ aud: '' }, 'claims.aud must be text, not an empty text.'],
    [{ aud: 1 }, 'claims.aud must be text or a list of texts, not a number.'],
    [{ aud: null }, 'claims.aud must be text or a list of texts, not null.'],
    [{ aud: { a: 1 } }, 'claims.aud must be text or a list of texts, not an object.'],
    [{ aud: [] }, 'claims.aud must name somebody: the list is empty.'],
    [{ aud: ['a', ''] }, 'claims.aud[1] must be text, not an empty text.'],
    [{ aud: ['a', 2] }, 'claims.aud[1] must be text, not a number.'],
    [{ aud: ['a', 'b', 'a'] }, 'claims.aud[2] is named a second time.'],
    [{ aud: ['a', ':'] }, 'claims.aud[1] has a colon and so must be a URI, which : is not.'],
    [{ exp: '600' }, `claims.exp ${seconds}, not text.`],
    [{ exp: null }, `claims.exp ${seconds}, not null.`],
    [{ exp: -1 }, `claims.exp ${seconds} from 0 on, not -1.`],
    [{ exp: Number.NaN }, 'claims.exp is NaN, which JSON does not have.'],
    [{ exp: Number.POSITIVE_INFINITY }, 'claims.exp is Infinity, which JSON does not have.'],
    [
      { exp: new Date(NOW_MS) },
      'claims.exp is a Date, which JSON does not have: for a time, take the seconds since 1970, Math.floor(date.getTime() / 1000).',
    ],
    [
      { exp: NOW_MS + 600_000 },
      'claims.exp must be in seconds since 1970, and 1795335000750 looks like milliseconds: divide it by 1000.',
    ],
    [{ exp: NOW }, `claims.exp is over: it is ${NOW}, and now it is ${NOW}.`],
    [{ exp: NOW - 1 }, `claims.exp is over: it is ${NOW - 1}, and now it is ${NOW}.`],
    [
      { iat: NOW_MS },
      `claims.iat must be in seconds since 1970, and ${NOW_MS} looks like milliseconds: divide it by 1000.`,
    ],
    [{ iat: '5' }, `claims.iat ${seconds}, not text.`],
    [{ iat: NOW + 62 }, `claims.iat is in the future: it is ${NOW + 62}, and now it is ${NOW}.`],
    [{ iat: NOW + 60, exp: NOW + 60 }, `claims.exp (${NOW + 60}) must be after claims.iat (${NOW + 60}).`],
    [{ nbf: NOW + 600 }, `claims.exp (${NOW + 600}) must be after claims.nbf (${NOW + 600}).`],
    [{ nbf: true }, `claims.nbf ${seconds}, not a boolean.`],
    [{ nbf: -0.5 }, `claims.nbf ${seconds} from 0 on, not -0.5.`],
    [{ roles: new Set(['a']) }, 'claims.roles is a Set, which JSON does not have.'],
    [{ big: 10n }, 'claims.big is a bigint, which JSON does not have: take a number, or text.'],
    [
      { address: { lines: ['a', undefined] } },
      'claims.address.lines[1] is undefined, which JSON does not have: leave the member out.',
    ],
    [{ 'a b': () => 1 }, 'claims["a b"] is a function, which JSON does not have.'],
    [JSON.parse('{"__proto__":{"iss":"a"}}'), 'claims.__proto__ is a name that may not be used.'],
  ])('%#: %j are refused with what is wrong', async (more, text) => {
    expect(await failureText(() => sign(signer, { ...claims, ...more }, { now }))).toBe(
      `InvalidArgument: ${text}`,
    )
  })

  test.each([
    [{ aud: 'b', exp: NOW + 9 }, `claims.iss is missing. ${required}`],
    [{ iss: 'a', exp: NOW + 9 }, `claims.aud is missing. ${required}`],
    [{ iss: 'a', aud: 'b' }, `claims.exp is missing (the option expiresIn sets it). ${required}`],
  ])('%j lack one that is required', async (given, text) => {
    expect(await failureText(() => signJwt(signer, given, { now }))).toBe(`InvalidArgument: ${text}`)
  })

  test('lack one that the caller requires, even where objects inherit one of that name', async () => {
    const options = { now, require: ['jti', 'constructor'] }
    expect(await failureText(() => signJwt(signer, { jti: 'a' }, options))).toBe(
      `InvalidArgument: claims.constructor is missing. ${required}`,
    )
  })
})

describe('bad arguments', () => {
  test.each<[unknown[], string]>([
    [[signer, undefined], 'TypeError: claims must be a plain object, not undefined.'],
    [[signer, '{}'], 'TypeError: claims must be a plain object, not text.'],
    [[signer, [claims]], 'TypeError: claims must be a plain object, not an array.'],
    [[signer, new Map()], 'TypeError: claims must be a plain object, not a Map.'],
    [[signer, claims, null], 'TypeError: The options must be an object, not null.'],
    [
      [signer, claims, { now, expireIn: 60 }],
      'TypeError: signJwt has no option expireIn: its options are typ, header, kid, expiresIn, require, now, signal, timeoutMs.',
    ],
    [[signer, claims, 60], 'TypeError: The options must be an object, not a number.'],
    [[undefined, claims, { now }], 'TypeError: The signer must be a Signer, not undefined.'],
    [['key', claims, { now }], 'TypeError: The signer must be a Signer, not text.'],
    [[signer, claims, { now: 5 }], 'TypeError: The option now must be a function, not a number.'],
    [
      [signer, claims, { now: () => new Date() }],
      'TypeError: The option now must give milliseconds since 1970, not a Date.',
    ],
    [
      [signer, claims, { now: () => Number.NaN }],
      'TypeError: The option now must give milliseconds since 1970, not NaN.',
    ],
    [
      [signer, claims, { now, require: 'iss' }],
      'TypeError: The option require must be a list of claims, not text.',
    ],
    [
      [signer, claims, { now, require: ['iss', 1] }],
      'TypeError: The option require must be a list of claims, and its item 1 is a number.',
    ],
    [[signer, claims, { now, typ: 5 }], 'TypeError: The option typ must be text or false, not a number.'],
    [
      [signer, claims, { now, typ: '' }],
      'TypeError: The option typ must be text or false, not an empty text.',
    ],
    [[signer, claims, { now, header: 'a' }], 'TypeError: header must be a plain object, not text.'],
    [
      [signer, claims, { now, typ: 'a', header: { typ: 'b' } }],
      'InvalidArgument: header.typ and the option typ exclude each other: give one of them.',
    ],
    [
      [signer, claims, { now, typ: false, header: { typ: 'b' } }],
      'InvalidArgument: header.typ and the option typ exclude each other: give one of them.',
    ],
    [
      [signer, claims, { now, expiresIn: 60 }],
      'InvalidArgument: claims.exp and the option expiresIn exclude each other: give one of them.',
    ],
    [
      [signer, { iss: 'a', aud: 'b' }, { now, expiresIn: 0 }],
      'InvalidArgument: The option expiresIn must be a whole number of seconds from 1 to 9000000000, or a text such as 10m, not 0.',
    ],
    [
      [signer, { iss: 'a', aud: 'b' }, { now, expiresIn: 1.5 }],
      'InvalidArgument: The option expiresIn must be a whole number of seconds from 1 to 9000000000, or a text such as 10m, not 1.5.',
    ],
    [
      [signer, { iss: 'a', aud: 'b' }, { now, expiresIn: true }],
      'InvalidArgument: The option expiresIn must be a whole number of seconds from 1 to 9000000000, or a text such as 10m, not a boolean.',
    ],
    [
      [signer, { iss: 'a', aud: 'b' }, { now, expiresIn: '0s' }],
      'InvalidArgument: The option expiresIn must be a whole number of seconds from 1 to 9000000000, or a text such as 10m, not 0.',
    ],
    [
      [signer, claims, { now, b64: false }],
      'InvalidArgument: A JWT has no option b64: it is a compact JWS with its payload. Use signJws.',
    ],
    [
      [signer, claims, { now, detached: true }],
      'InvalidArgument: A JWT has no option detached: it is a compact JWS with its payload. Use signJws.',
    ],
    [
      [signer, claims, { now, serialization: 'flattened' }],
      'InvalidArgument: A JWT has no option serialization: it is a compact JWS with its payload. Use signJws.',
    ],
    [
      [signer, claims, { now, unprotected: {} }],
      'InvalidArgument: A JWT has no option unprotected: it is a compact JWS with its payload. Use signJws.',
    ],
    [
      [signer, claims, { now, header: { alg: 'none' } }],
      'InvalidArgument: header.alg comes from the signer: it is ES256, not none. Leave it out.',
    ],
    [
      [signer, claims, { now, header: { b64: false } }],
      'InvalidArgument: header has b64, and the payload of a JWT is always encoded: leave it out.',
    ],
    [
      [signer, claims, { now, header: { crit: ['b64'] } }],
      'InvalidArgument: header has b64, and the payload of a JWT is always encoded: leave it out.',
    ],
    [
      [signer, { iss: 'a', aud: 'b' }, { now, expiresIn: 1e12 }],
      'InvalidArgument: The option expiresIn must be a whole number of seconds from 1 to 9000000000, or a text such as 10m, not 1000000000000.',
    ],
    [
      [[signer], claims, { now }],
      'TypeError: Several signers make a general JWS: take serialization general, or one signer.',
    ],
  ])('%# are refused with what is wrong', async (args, text) => {
    expect(await failureText(() => sign(...args))).toBe(text)
  })

  test.each(['60', '1.5h', '10 m', '-1s', ''])(
    'that are no length of time (%j) are refused',
    async (expiresIn) => {
      const given = { iss: 'a', aud: 'b' }
      expect(await failureText(() => signJwt(signer, given, { now, expiresIn }))).toMatch(
        /^InvalidArgument: The option expiresIn is no length of time\. A duration is a whole number and its unit/,
      )
    },
  )

  test('a toJSON that all objects have is not asked for claims and header', async () => {
    Object.defineProperty(Object.prototype, 'toJSON', { value: () => ({ sub: 'admin' }), configurable: true })
    const jwt = await signJwt(signer, claims, { now }).finally(() => {
      Reflect.deleteProperty(Object.prototype, 'toJSON')
    })
    expect(partOf(jwt, 0)).toEqual({ alg: 'ES256', kid: 'tokens-1', typ: 'JWT' })
    expect(partOf(jwt, 1)).toEqual({ ...claims, iat: NOW })
  })

  test('reach no key service', async () => {
    const service = new AliasService(newP256())
    const remote = createSigner({ provider: service, keyId: 'k', algorithm: 'ES256' })
    await failureText(() => signJwt(remote, { ...claims, exp: 5 }))
    await failureText(() => signJwt(remote, claims, { header: { kid: 1 } }))
    expect(service.asked).toEqual([])
  })

  test('say nothing of the claims that were right', async () => {
    const text = await failureText(() => signJwt(signer, { ...claims, sub: 'Ada Lovelace', exp: 5 }, { now }))
    expect(text).not.toContain('Lovelace')
  })
})

test.each([
  ['the caller aborts', 'Aborted'],
  ['its time is over', 'Timeout'],
] as const)('a token is given up when %s', async (_, code) => {
  const service = new AliasService(newP256())
  const remote = createSigner({ provider: service, keyId: 'k', algorithm: 'ES256' })
  const controller = new AbortController()
  service.beforeSigning = () => {
    if (code === 'Aborted') controller.abort()
    return new Promise(() => undefined)
  }
  const bounds = code === 'Aborted' ? { signal: controller.signal } : { timeoutMs: 100 }
  const error = await failure(() => signJwt(remote, claims, { now, ...bounds }), code)
  if (code === 'Timeout') expect(error.message).toBe('The call did not end within its 100 ms.')
  expect(service.asked).toContain('sign')
})

describe('a signer whose keys rotate', () => {
  const hour = 3_600_000
  const active = signerOf('ES256')
  const next = signerOf('Ed25519')
  let time = NOW_MS
  const rotating = createRotatingSigner({
    active: { signer: active, published: new Date(NOW_MS - 10 * hour) },
    next: { signer: next, published: new Date(NOW_MS - hour), activateAt: new Date(NOW_MS + hour) },
    cacheLifetimeMs: 600_000,
    tokenLifetimeMs: hour,
    now: () => time,
  })
  const clock = { now: () => time }
  const given = { iss: 'a', aud: 'b' }

  test('signs header and signature by one key, and from its time on by the next', async () => {
    for (const [at, signer, alg] of [
      [NOW_MS, active, 'ES256'],
      [NOW_MS + hour, next, 'Ed25519'],
    ] as const) {
      time = at
      const jwt = await signJwt(rotating, given, { ...clock, expiresIn: '1h' })
      const jwk = await publicJwkOf(signer)
      expect(partOf(jwt, 0)).toEqual({ alg, kid: jwk.kid, typ: 'JWT' })
      await verifiedBy('jose', jwt, jwk)
    }
  })

  test.each([
    ['a', 'b'],
    [undefined, undefined],
  ])('signs all by one key while the next takes over, with the kids %s and %s', async (first, second) => {
    const named = (kid: string | undefined) => (kid === undefined ? {} : { kid })
    const before = signerOf('ES256', keyFor('ES256'), named(first))
    const ring = createRotatingSigner({
      active: { signer: before },
      next: {
        signer: signerOf('Ed25519', keyFor('Ed25519'), named(second)),
        published: new Date(NOW_MS - hour),
        activateAt: new Date(NOW_MS + hour),
      },
      cacheLifetimeMs: 600_000,
      tokenLifetimeMs: hour,
      now: () => time,
    })
    time = NOW_MS
    const pending = signJwt(ring, given, { ...clock, expiresIn: '1h' })
    time = NOW_MS + hour
    const jwt = await pending
    const jwk = await publicJwkOf(before)
    expect(partOf(jwt, 0)).toEqual({ alg: 'ES256', kid: first ?? jwk.kid, typ: 'JWT' })
    await verifiedBy('jose', jwt, jwk)
  })

  test.each([
    [{ expiresIn: 3601 }, [], given, 'claims.exp is too late, 3601 s from now: '],
    [{}, [], given, 'claims.exp is missing: '],
    [{}, ['exp'], { exp: Math.floor(NOW_MS / 1000) + 90_000 }, 'claims.exp is too late, 90000 s from now: '],
  ])(
    'refuses with %j a token that outlives the publication of its key',
    async (options, required, some, text) => {
      time = NOW_MS
      const most =
        "the signer's keys rotate, and no token may be valid for longer than 3600 s (tokenLifetimeMs)."
      const error = await failure(
        () => signJwt(rotating, some, { ...clock, ...options, require: required }),
        'InvalidArgument',
      )
      expect(error.message).toBe(`${text}${most}`)
    },
  )

  test('refuses to sign by a key that verifiers may not know yet', async () => {
    const early = createRotatingSigner({
      active: { signer: active, published: new Date(NOW_MS) },
      cacheLifetimeMs: 600_000,
      tokenLifetimeMs: hour,
      now,
    })
    const error = await failure(() => signJwt(early, given, { now, expiresIn: 60 }), 'KeyUnavailable')
    expect(error.retryAfterMs).toBe(660_000)
  })
})
