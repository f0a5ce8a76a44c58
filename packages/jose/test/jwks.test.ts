import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  type AlgorithmName,
  algorithmNames,
  algorithms,
  createRotatingSigner,
  createSigner,
  createVerifier,
  type Signer,
  SigningError,
} from '@signport/core'
import { calculateJwkThumbprint, createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { jwks, type KeySetSource } from '../src/jwks.js'
import { signJws } from '../src/sign-jws.js'
import { countingService, partsOf, signerOf, tokenOf, verifiesMlDsa } from './support/key-set-signers.js'

const NAMES = algorithms
  .filter((algorithm) => algorithmNames(algorithm).jose.length > 0)
  .map(({ name }) => name)

/** Before Node 24 its WebCrypto, which jose uses, has no ML-DSA; and ES256K it has never had. */
const HAS_ML_DSA = Number(process.versions.node.split('.')[0]) >= 24
const IN_JOSE = NAMES.filter((name) => name !== 'ES256K' && (HAS_ML_DSA || !name.startsWith('ML-DSA')))

const setForJose = async (source: KeySetSource) => (await jwks(source)) as unknown as JSONWebKeySet

async function failureOf(work: () => unknown): Promise<SigningError> {
  try {
    await work()
  } catch (error) {
    if (SigningError.is(error)) return error
    throw new Error('Expected a SigningError', { cause: error })
  }
  throw new Error('There was no failure.')
}

describe('a key in a set', () => {
  test.each(NAMES)(
    'for %s has what its standard gives it, the thumbprint as its kid, and its use',
    async (algorithm) => {
      const signer = signerOf(algorithm)
      const { keys } = await jwks(signer)
      const key = (await signer.publicKey()).toJwk()
      const { thumbprint } = await signer.publicKey()
      const alg = algorithm === 'Ed25519' ? {} : { alg: algorithm }
      expect(keys).toEqual([{ ...key, ...alg, kid: thumbprint, use: 'sig' }])
    },
  )

  test.each(NAMES)('for %s is called what jose computes', async (algorithm) => {
    const { keys } = await setForJose(signerOf(algorithm))
    expect(await calculateJwkThumbprint(keys[0] ?? { kty: '' })).toBe(keys[0]?.kid)
  })

  test.each(IN_JOSE)('for %s verifies a token in jose', async (alg) => {
    const signer = signerOf(alg)
    const { thumbprint: kid } = await signer.publicKey()
    const set = createLocalJWKSet(await setForJose([signerOf('ES256', { key: 'another' }), signer]))
    const { payload } = await jwtVerify(await tokenOf(signer, { alg, kid }), set)
    expect(payload).toEqual({ sub: 'somebody' })
  })

  test('for ES256K verifies in node:crypto', async () => {
    const signer = signerOf('ES256K')
    const { message, signature } = partsOf(await tokenOf(signer, { alg: 'ES256K' }))
    const [jwk] = (await jwks(signer)).keys
    const key = createPublicKey({ key: jwk as unknown as JsonWebKey, format: 'jwk' })
    expect(jwk).toMatchObject({ kty: 'EC', crv: 'secp256k1' })
    expect(verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
  })

  test.each(NAMES.filter((name) => name.startsWith('ML-DSA')))(
    'for %s is of the type AKP (RFC 9964) and verifies',
    async (alg) => {
      const signer = signerOf(alg)
      const { message, signature } = partsOf(await tokenOf(signer, { alg }))
      const [jwk] = (await jwks(signer)).keys
      expect(Object.keys(jwk ?? {}).sort()).toEqual(['alg', 'kid', 'kty', 'pub', 'use'])
      expect(verifiesMlDsa(alg, jwk?.pub ?? '', message, signature)).toBe(true)
    },
  )

  test.each(['Ed25519', 'EdDSA'])('for Ed25519 verifies tokens that say %s', async (alg) => {
    const signer = signerOf('Ed25519')
    const keySet = await setForJose(signer)
    const token = await tokenOf(signer, { alg, kid: keySet.keys[0]?.kid ?? '' })
    const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(keySet))
    expect(protectedHeader.alg).toBe(alg)
    const other = alg === 'EdDSA' ? 'Ed25519' : 'EdDSA'
    const named = { keys: keySet.keys.map((key) => ({ ...key, alg: other })) }
    await expect(jwtVerify(token, createLocalJWKSet(named))).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    })
  })

  test('is called what its signer is told', async () => {
    expect((await jwks(signerOf('ES256', { kid: 'tokens 2026' }))).keys).toMatchObject([
      { kid: 'tokens 2026' },
    ])
  })

  test.each(['SM2', 'Ed25519ph', 'Ed25519ph-SHA512'] as const)(
    'cannot be for %s, and no service is asked before that is said',
    async (algorithm) => {
      const service = countingService()
      const [asked, unnamed] = [
        createSigner({ provider: service.provider, keyId: 'k', algorithm: 'ES256' }),
        signerOf(algorithm, { keyId: 'contracts' }),
      ]
      const error = await failureOf(() => jwks([asked, unnamed]))
      expect(error).toMatchObject({ code: 'UnsupportedAlgorithm', keyId: 'contracts', provider: 'local' })
      expect(error.message).toContain(`contracts (local, ${algorithm})`)
      expect(error.message).toContain('choose the signers')
      expect(service.asked).toBe(0)
    },
  )

  test('cannot be for ML-DSA with a context, with which tokens are not signed either', async () => {
    const signer = signerOf('ML-DSA-44', { keyId: 'contracts', context: 'contract 1' })
    const error = await failureOf(() => jwks([signerOf('ES256'), signer]))
    expect(error).toMatchObject({ code: 'UnsupportedAlgorithm', keyId: 'contracts', provider: 'local' })
    expect(error.message).toContain('contracts (local, ML-DSA-44)')
    expect(error.message).toContain('an empty context alone')
    expect((await failureOf(() => signJws(signer, new Uint8Array(1)))).code).toBe(error.code)
    expect((await jwks(signerOf('ML-DSA-44', { context: '' }))).keys).toHaveLength(1)
  })

  test('is called by the thumbprint of itself, even if an alias is moved just then', async () => {
    const [before, after] = [signerOf('ES256'), signerOf('ES256', { key: 'two' })]
    const answers = [before, after]
    const publicKey = () => (answers.shift() ?? after).publicKey()
    const moving = { ...before, sign: before.sign.bind(before), publicKey } as Signer
    const { keys } = await setForJose(moving)
    expect(keys[0]?.kid).toBe(await calculateJwkThumbprint(keys[0] ?? { kty: '' }))
    expect(keys[0]?.kid).toBe((await before.publicKey()).thumbprint)
  })

  test('is asked for once, however often the set is made', async () => {
    const service = countingService()
    const signer = createSigner({ provider: service.provider, keyId: 'k', algorithm: 'ES256' })
    await Promise.all([jwks(signer), jwks(signer)])
    await jwks([signer])
    expect(service.asked).toBe(1)
  })

  test('that cannot be had makes the whole set fail', async () => {
    const service = countingService()
    service.failure = new SigningError('AccessDenied', 'No.')
    const failing = createSigner({ provider: service.provider, keyId: 'k', algorithm: 'ES256' })
    expect((await failureOf(() => jwks([signerOf('RS256'), failing]))).code).toBe('AccessDenied')
  })

  test.each([
    [{ signal: AbortSignal.abort() }, 'Aborted'],
    [{ timeoutMs: 1 }, 'Timeout'],
    [{ timeoutMs: -1 }, 'InvalidArgument'],
  ])('is waited for within %j', async (options, code) => {
    const { provider } = countingService()
    const signer = createSigner({ provider, keyId: 'k', algorithm: 'ES256' })
    expect((await failureOf(() => jwks(signer, options))).code).toBe(code)
  })

  test.each([
    ['a misspelt one', { timeout: 1_000 }, 'jwks has no option timeout: its options are signal, timeoutMs'],
    ['null', null, 'must be an object, not null'],
    ['the index of a list', 0, 'must be an object, not a number'],
  ])(
    'is not waited for with %s for its options, and no service is asked',
    async (_what, options, message) => {
      const service = countingService()
      const signer = createSigner({ provider: service.provider, keyId: 'k', algorithm: 'ES256' })
      const work = jwks(signer, options as object)
      await expect(work).rejects.toThrow(TypeError)
      await expect(work).rejects.toThrow(message)
      expect(service.asked).toBe(0)
    },
  )
})

describe('the source of a set', () => {
  const [one, other] = [signerOf('ES256'), signerOf('Ed25519')]
  const byName = new Map([
    ['one', one],
    ['other', other],
  ])

  const several: [string, () => KeySetSource][] = [
    ['a list', () => [one, other]],
    ['a Set', () => new Set([one, other])],
    ["a Map's values", () => byName.values()],
    [
      'a generator',
      function* () {
        yield* [one, other]
      },
    ],
    [
      'the signers of a configuration',
      () => ({ signerNames: ['one', 'other'], get: (name: string) => byName.get(name) as Signer }),
    ],
  ]

  test.each(several)('may be %s', async (_what, source) => {
    const { keys } = await jwks(source())
    expect(keys.map(({ crv }) => crv)).toEqual(['P-256', 'Ed25519'])
  })

  test.each([
    ['nothing', undefined, 'not of undefined'],
    ['null', null, 'not of null'],
    ['text', 'tokens', 'not of string'],
    ['signers that were not waited for', Promise.resolve([]), 'not of Promise'],
    ['a Map', byName, 'a Signer at 0, not Array'],
    ['a list with a hole', [one, undefined], 'a Signer at 1, not undefined'],
    ['a list of names', ['tokens'], 'a Signer at 0, not string'],
    ['names without signers', { signerNames: ['tokens'], get: () => null }, 'a Signer at 0, not null'],
  ])('is not %s', async (_what, source, message) => {
    const work = jwks(source as unknown as KeySetSource)
    await expect(work).rejects.toThrow(TypeError)
    await expect(work).rejects.toThrow(message)
  })

  test('is not what only verifies', async () => {
    const verifier = createVerifier({ publicKey: await one.publicKey(), algorithm: 'ES256' })
    await expect(jwks([verifier as unknown as Signer])).rejects.toThrow(TypeError)
  })

  test.each([
    ['list', []],
    ['configuration', { signerNames: [], get: () => one }],
  ])('is not an empty %s', async (_what, source) => {
    const error = await failureOf(() => jwks(source))
    expect(error).toMatchObject({ code: 'InvalidArgument' })
    expect(error.message).toContain('no signer')
  })
})

describe('a kid', () => {
  test('stands once for a key that two signers share', async () => {
    const { keys } = await jwks([
      signerOf('ES256'),
      signerOf('ES256'),
      signerOf('ES256', { keyId: 'another name' }),
    ])
    expect(keys).toHaveLength(1)
  })

  test('of its own puts a key into the set once more', async () => {
    const [one, named] = [signerOf('ES256'), signerOf('ES256', { kid: 'named' })]
    const { keys } = await jwks([one, named])
    expect(keys.map(({ kid }) => kid)).toEqual([(await one.publicKey()).thumbprint, 'named'])
  })

  test('of its own lets one RSA key be in the set for two algorithms, and jose tells them apart', async () => {
    const [pkcs1, pss] = [signerOf('RS256'), signerOf('PS256', { kid: 'pss' })]
    const set = createLocalJWKSet(await setForJose([pkcs1, pss]))
    await jwtVerify(await tokenOf(pkcs1, { alg: 'RS256', kid: (await pkcs1.publicKey()).thumbprint }), set)
    await jwtVerify(await tokenOf(pss, { alg: 'PS256', kid: 'pss' }), set)
    await expect(jwtVerify(await tokenOf(pss, { alg: 'RS256', kid: 'pss' }), set)).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    })
  })

  /** No more of the keys is known to a rotation than the names that were configured. */
  const rotation = async () => {
    const active = signerOf('ES256', { keyId: 'a' })
    const { thumbprint: kid } = await active.publicKey()
    return createRotatingSigner({
      active: { signer: active },
      next: { signer: signerOf('ES256', { key: 'two', kid, keyId: 'b' }), published: new Date() },
      cacheLifetimeMs: 1_000,
      tokenLifetimeMs: 1_000,
    })
  }

  const two = (kid: string) => [
    signerOf('ES256', { kid, keyId: 'a' }),
    signerOf('ES256', { key: 'two', kid, keyId: 'b' }),
  ]

  const collisions: [string, () => KeySetSource | Promise<KeySetSource>, string[]][] = [
    ['two keys', () => two('same'), ['a (local, ES256)', 'b (local, ES256)', 'kid same']],
    [
      'keys of two kinds',
      () => [
        signerOf('RS256', { kid: 'same', keyId: 'a' }),
        signerOf('Ed25519', { kid: 'same', keyId: 'b' }),
      ],
      ['a (local, RS256)', 'b (local, Ed25519)'],
    ],
    ['two keys of one rotation', rotation, ['a (local, ES256)', 'b (local, ES256)', 'thumbprint']],
    [
      'a key and the thumbprint of another one',
      async () => {
        const one = signerOf('ES256', { keyId: 'a' })
        const { thumbprint: kid } = await one.publicKey()
        return [one, signerOf('ES256', { key: 'two', keyId: 'b', kid })]
      },
      ['a (local, ES256)', 'b (local, ES256)', 'thumbprint'],
    ],
    [
      'one key for two algorithms',
      () => [signerOf('RS256', { keyId: 'a' }), signerOf('PS256', { keyId: 'b' })],
      ['a (local, RS256)', 'b (local, PS256)', 'configure a kid for one of them'],
    ],
  ]

  test.each(collisions)('does not stand for %s', async (_what, source, texts) => {
    const error = await failureOf(async () => jwks(await source()))
    expect(error.code).toBe('InvalidArgument')
    for (const text of texts) expect(error.message).toContain(text)
  })

  test('that collides is told with names that a terminal can show', async () => {
    const keyId = `\u001b[31m\u202e${'long'.repeat(100)}`
    const error = await failureOf(() => jwks([signerOf('RS256', { keyId }), signerOf('PS256')]))
    expect(error.message).toContain('\\u{1b}[31m\\u{202e}longlong')
    expect(error.message.length).toBeLessThan(700)
    expect(error.message).toContain('leave it out of the set')
  })
})

describe('a rotation in a set', () => {
  const HOUR = 3_600_000
  const keys: AlgorithmName[] = ['RS256', 'ES256', 'Ed25519']
  const [retired, active, next] = keys.map((algorithm) => signerOf(algorithm, { kid: algorithm })) as [
    Signer,
    Signer,
    Signer,
  ]
  let time = 0
  const rotating = createRotatingSigner({
    active: { signer: active, published: new Date(0) },
    next: { signer: next, published: new Date(40 * HOUR), activateAt: new Date(50 * HOUR) },
    retired: [{ signer: retired, retiredAt: new Date(20 * HOUR) }],
    cacheLifetimeMs: HOUR,
    tokenLifetimeMs: 2 * HOUR,
    clockToleranceMs: 0,
    now: () => time,
  })

  test.each([
    ['while its retired key has tokens', 22 * HOUR - 1, ['ES256', 'Ed25519', 'RS256']],
    ['when they have expired', 22 * HOUR, ['ES256', 'Ed25519']],
    ['when its next key has taken over', 50 * HOUR, ['Ed25519', 'ES256']],
    ['while the key before has tokens', 52 * HOUR - 1, ['Ed25519', 'ES256']],
    ['when those have expired, too', 52 * HOUR, ['Ed25519']],
  ])('has the right keys %s', async (_when, now, kids) => {
    time = now
    expect((await jwks(rotating)).keys.map(({ kid }) => kid)).toEqual(kids)
  })

  test('has them beside the keys of other signers', async () => {
    time = 60 * HOUR
    const other = signerOf('PS256', { key: 'other', kid: 'other' })
    expect((await jwks([other, rotating])).keys.map(({ kid }) => kid)).toEqual(['other', 'Ed25519'])
  })
})
