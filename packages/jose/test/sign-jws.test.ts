import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { createSigner, type Signer, type SignInput } from '@signport/core'
import { compactVerify, flattenedVerify, generalVerify, importJWK, type JWK } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { type JwsOptions, signJws } from '../src/index.js'
import { failure, failureText } from './support/failure.js'
import { headerText, oraclesOf, partOf, publicJwkOf, verifiedBy } from './support/oracles.js'
import { AliasService, JOSE_ALGORITHMS, keyFor, newP256, signerOf } from './support/signers.js'

const payload = Buffer.from('{"total": "4,711 units"}')
const TWO_MEGABYTES = Buffer.alloc(2 * 1024 * 1024, 'All work and no play. ')

async function* streamOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  yield* chunks
}

const inPieces = (bytes: Uint8Array, length: number) =>
  streamOf(
    ...Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
      bytes.subarray(index * length, (index + 1) * length),
    ),
  )

const keyOf = async (signer: Signer, alg: string) => importJWK(await publicJwkOf(signer), alg)

describe.each(JOSE_ALGORITHMS)('a compact JWS of %s', (algorithm) => {
  test.each(oraclesOf(algorithm))('is verified by %s', async (oracle) => {
    const signer = signerOf(algorithm)
    const jwk = await publicJwkOf(signer)
    const jws = await signJws(signer, payload)
    expect(partOf(jws, 0)).toEqual({ alg: algorithm, kid: jwk.kid })
    expect(await verifiedBy(oracle, jws, jwk)).toEqual(payload)
  })

  test.each(oraclesOf(algorithm))('is refused by %s after its payload was changed', async (oracle) => {
    const signer = signerOf(algorithm)
    const [header, , signature] = (await signJws(signer, payload)).split('.')
    const forged = `${header}.${Buffer.from('{"total": "4,712 units"}').toString('base64url')}.${signature}`
    await expect(verifiedBy(oracle, forged, await publicJwkOf(signer))).rejects.toThrow()
  })
})

describe('the header', () => {
  const signer = signerOf('ES256', keyFor('ES256'), { kid: 'tokens-1' })

  test.each([
    [{}, '{"alg":"ES256","kid":"tokens-1"}'],
    [{ kid: false }, '{"alg":"ES256"}'],
    [{ header: { typ: 'x+jwt', cty: 'y' } }, '{"alg":"ES256","kid":"tokens-1","typ":"x+jwt","cty":"y"}'],
    [{ header: { typ: 'a', kid: 'tokens-1', alg: 'ES256' } }, '{"alg":"ES256","kid":"tokens-1","typ":"a"}'],
    [
      { header: { crit: ['exp'], exp: 5, typ: 'a' } },
      '{"alg":"ES256","kid":"tokens-1","exp":5,"typ":"a","crit":["exp"]}',
    ],
    [
      { header: { crit: ['exp'], exp: 5 }, b64: false, detached: true },
      '{"alg":"ES256","kid":"tokens-1","exp":5,"b64":false,"crit":["exp","b64"]}',
    ],
  ] as const)('with %j has its members in this order: %s', async (options, expected) => {
    expect(headerText(await signJws(signer, payload, options))).toBe(expected)
  })

  test('names the key by its thumbprint where it has no other name', async () => {
    const unnamed = signerOf('ES256')
    const { thumbprint } = await unnamed.publicKey()
    expect(partOf(await signJws(unnamed, payload), 0)).toEqual({ alg: 'ES256', kid: thumbprint })
    const named = await signJws(unnamed, payload, { header: { kid: thumbprint } })
    expect(partOf(named, 0)).toEqual({ alg: 'ES256', kid: thumbprint })
  })

  test('says EdDSA for Ed25519 where the caller wants that', async () => {
    const ed25519 = signerOf('Ed25519')
    const jws = await signJws(ed25519, payload, { header: { alg: 'EdDSA' } })
    expect(partOf(jws, 0)).toMatchObject({ alg: 'EdDSA' })
    expect(await verifiedBy('jose', jws, await publicJwkOf(ed25519))).toEqual(payload)
  })

  test('may hold the public key of the signer, and no other', async () => {
    const jwk = (await signer.publicKey()).toJwk()
    const jws = await signJws(signer, payload, { header: { jwk }, kid: false })
    expect(partOf(jws, 0)).toEqual({ alg: 'ES256', jwk })
    const other = (await signerOf('ES256', keyFor('ES256', 'other')).publicKey()).toJwk()
    const error = await failure(() => signJws(signer, payload, { header: { jwk: other } }), 'InvalidArgument')
    expect(error.message).toBe(`header.jwk is not the key that signs, whose thumbprint is ${jwk.kid}.`)
  })

  test('is what it was when the call was made, whatever becomes of the object', async () => {
    const header: Record<string, unknown> = { typ: 'before', list: ['a'] }
    const pending = signJws(signer, payload, { header })
    header.typ = 'after'
    ;(header.list as string[]).push('b')
    expect(partOf(await pending, 0)).toMatchObject({ typ: 'before', list: ['a'] })
  })
})

describe('the serializations', () => {
  const signer = signerOf('ES256')
  const bytes = Buffer.from([0, 255, 128, 46, 10])

  test.each([false, true])('a compact one that is detached (%j) is verified by jose', async (detached) => {
    const [header, middle, signature] = (await signJws(signer, bytes, { detached })).split('.')
    expect(middle).toBe(detached ? '' : bytes.toString('base64url'))
    const whole = `${header}.${bytes.toString('base64url')}.${signature}`
    expect(Buffer.from((await compactVerify(whole, await keyOf(signer, 'ES256'))).payload)).toEqual(bytes)
  })

  test('a flattened one has header and payload where they are given', async () => {
    const options = { serialization: 'flattened', unprotected: { note: 1 } } as const
    const jws = await signJws(signer, bytes, options)
    expect(Object.keys(jws)).toEqual(['payload', 'protected', 'header', 'signature'])
    const verified = await flattenedVerify(jws as never, await keyOf(signer, 'ES256'))
    expect(verified.unprotectedHeader).toEqual({ note: 1 })
    expect(Buffer.from(verified.payload)).toEqual(bytes)
  })

  test('a flattened one without them has neither', async () => {
    const options = { serialization: 'flattened', detached: true, unprotected: {} } as const
    const jws = await signJws(signer, bytes, options)
    expect(Object.keys(jws)).toEqual(['protected', 'signature'])
    const again = { ...jws, payload: bytes.toString('base64url') }
    const verified = await flattenedVerify(again, await keyOf(signer, 'ES256'))
    expect(Buffer.from(verified.payload)).toEqual(bytes)
  })

  test('a general one has the signatures of three signers, each with its own header', async () => {
    const signers = [
      signerOf('PS256'),
      { signer: signerOf('ES384'), header: { typ: 'b' } },
      signerOf('Ed25519'),
    ]
    const header = { typ: 'a' }
    const jws = await signJws(signers, bytes, { serialization: 'general', header })
    const types = jws.signatures.map(({ protected: encoded }) => JSON.parse(headerText(encoded)).typ)
    expect(types).toEqual(['a', 'b', 'a'])
    for (const [index, algorithm] of (['PS256', 'ES384', 'Ed25519'] as const).entries()) {
      const one = { ...jws, signatures: [jws.signatures[index]] }
      const key = await keyOf(signerOf(algorithm), algorithm)
      expect(Buffer.from((await generalVerify(one as never, key)).payload)).toEqual(bytes)
    }
  })

  test('what a signer has as undefined leaves the headers of the options', async () => {
    const own = { signer, header: undefined, unprotected: undefined, kid: undefined } as never
    const options = {
      serialization: 'general',
      header: { typ: 'a' },
      unprotected: { b: 1 },
      kid: false,
    } as const
    const { signatures } = await signJws([own, { signer, header: {} }], bytes, options)
    const headers = signatures.map((each) => JSON.parse(headerText(each.protected)))
    expect(headers).toEqual([{ alg: 'ES256', typ: 'a' }, { alg: 'ES256' }])
    expect(signatures.map(({ header }) => header)).toEqual([{ b: 1 }, { b: 1 }])
  })

  test('jsonwebtoken takes a compact one, too', async () => {
    const jwk = (await publicJwkOf(signer)) as JsonWebKey
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    expect(jsonwebtoken.verify(await signJws(signer, payload), key, { algorithms: ['ES256'] })).toEqual({
      total: '4,711 units',
    })
  })
})

describe('an unencoded payload (RFC 7797)', () => {
  const signer = signerOf('ES256')
  const critical = { crit: { b64: true } }

  test.each([
    ['a sentence, without the sign at its end', 'printable ASCII'],
    ['', 'nothing'],
  ])('stands in a compact JWS as it is: %j, %s', async (text) => {
    const jws = await signJws(signer, Buffer.from(text), { b64: false })
    expect(jws.split('.')[1]).toBe(text)
    const [encoded = '', body = '', signature = ''] = jws.split('.')
    const flattened = { protected: encoded, payload: body, signature }
    const verified = await flattenedVerify(flattened, await keyOf(signer, 'ES256'), critical)
    expect(Buffer.from(verified.payload).toString()).toBe(text)
  })

  test.each(['a.b', 'grün', 'line\n', '\ufeffmark', '漢字'])(
    'stands in a flattened JWS as it is: %j',
    async (text) => {
      const jws = await signJws(signer, Buffer.from(text), { b64: false, serialization: 'flattened' })
      expect(jws.payload).toBe(text)
      const verified = await flattenedVerify(jws as never, await keyOf(signer, 'ES256'), critical)
      expect(Buffer.from(verified.payload)).toEqual(Buffer.from(text))
    },
  )

  test('may be any bytes where it is detached', async () => {
    const bytes = Buffer.from([0xff, 0x2e, 0])
    const jws = await signJws(signer, bytes, { b64: false, detached: true, serialization: 'flattened' })
    const verified = await flattenedVerify(
      { ...jws, payload: bytes } as never,
      await keyOf(signer, 'ES256'),
      critical,
    )
    expect(Buffer.from(verified.payload)).toEqual(bytes)
  })
})

describe('a payload of 2 MB', () => {
  const signer = signerOf('ES256')

  test('is signed with the JWS around it', async () => {
    const jws = await signJws(signer, TWO_MEGABYTES)
    const verified = await verifiedBy('jose', jws, await publicJwkOf(signer))
    expect(verified.equals(TWO_MEGABYTES)).toBe(true)
  })

  test.each([
    ['bytes', () => TWO_MEGABYTES],
    ['a generator', () => inPieces(TWO_MEGABYTES, 65_537)],
    ['a ReadableStream', () => ReadableStream.from(inPieces(TWO_MEGABYTES, 4_096))],
  ] as const)('is signed detached, as %s, with base64url and without', async (_, source) => {
    const key = await keyOf(signer, 'ES256')
    const encoded = await signJws(signer, source() as SignInput, {
      detached: true,
      serialization: 'flattened',
    })
    const body = TWO_MEGABYTES.toString('base64url')
    expect(await flattenedVerify({ ...encoded, payload: body }, key)).toBeTruthy()
    const options = { detached: true, b64: false, serialization: 'flattened' } as const
    const plain = await signJws(signer, source() as SignInput, options)
    const crit = { crit: { b64: true } }
    expect(await flattenedVerify({ ...plain, payload: TWO_MEGABYTES } as never, key, crit)).toBeTruthy()
  })

  test.each([false, true])(
    'and one of 403 MB is longer than a text can be (detached: %j)',
    async (detached) => {
      // Never touched, and so never in memory.
      const error = await failure(
        () => signJws(signer, new Uint8Array(403e6), { detached }),
        'MessageTooLarge',
      )
      expect(error.message).toMatch(
        /^In base64url, a payload of 403000000 bytes is longer than a text can be \(40\d{7} bytes at most\): give it as a stream, with detached: true\.$/,
      )
    },
  )

  test('is too long for a service that takes 4096 bytes and no digest, which says so', async () => {
    const service = new AliasService(newP256())
    service.support = () => ({ wireName: 'x', inputs: ['raw'], raw: { minBytes: 0, maxBytes: 4096 } })
    const remote = createSigner({ provider: service, keyId: 'k', algorithm: 'ES256' })
    const error = await failure(() => signJws(remote, TWO_MEGABYTES), 'MessageTooLarge')
    expect(error.message).toContain('4096')
    expect(service.asked).not.toContain('sign')
  })
})

test('bytes may be used again as soon as the call was made', async () => {
  const signer = signerOf('ES256')
  for (const encoded of [true, false]) {
    const bytes = Buffer.from('as it was')
    const options = { detached: true, serialization: 'flattened' } as const
    const pending = signJws(signer, bytes, encoded ? options : { ...options, b64: false })
    bytes.fill(0)
    const jws = await pending
    const body = !encoded ? 'as it was' : Buffer.from('as it was').toString('base64url')
    const verified = await flattenedVerify({ ...jws, payload: body }, await keyOf(signer, 'ES256'), {
      crit: { b64: true },
    })
    expect(Buffer.from(verified.payload).toString()).toBe('as it was')
  }
})

describe('the types', () => {
  const signer = signerOf('ES256')

  test('take options that are known only when it runs', async () => {
    const detached: boolean = payload.length > 3
    const text: string = await signJws(signer, payload, { detached })
    expect(text.split('.')[1]).toBe('')
    const options: JwsOptions = { serialization: 'flattened', detached }
    const jws = await signJws(signer, payload, options)
    expect(typeof jws === 'object' && jws.payload).toBeUndefined()
    const flattened = await signJws(signer, payload, { serialization: 'flattened', detached })
    expect(typeof flattened).toBe('object')
  })

  test('refuse a stream that is not detached, and a compact JWS with an unprotected header', async () => {
    // @ts-expect-error a stream goes detached alone
    expect(await failureText(() => signJws(signer, streamOf(payload)))).toMatch(/^InvalidArgument/)
    const unprotected = async () => {
      // @ts-expect-error it is not known to be a text
      const text: string = await signJws(signer, payload, { unprotected: { a: 1 } })
      return text
    }
    expect(await failureText(unprotected)).toMatch(/^InvalidArgument/)
  })
})

describe('bad arguments', () => {
  const signer = signerOf('ES256')
  const other = signerOf('Ed25519')
  const call = signJws as (...args: unknown[]) => Promise<unknown>

  test.each([
    [
      [signer, 'text'],
      'TypeError: The payload must be a Uint8Array, or a stream of them if it is detached, not text. Encode it first: new TextEncoder().encode(text).',
    ],
    [
      [signer, { a: 1 }],
      'TypeError: The payload must be a Uint8Array, or a stream of them if it is detached, not an object.',
    ],
    [
      [signer, undefined],
      'TypeError: The payload must be a Uint8Array, or a stream of them if it is detached, not undefined.',
    ],
    [
      [signer, new Uint8Array(new SharedArrayBuffer(4))],
      'TypeError: The payload must be a Uint8Array, or a stream of them if it is detached, not one in shared memory.',
    ],
    [[undefined, payload], 'TypeError: The signer must be a Signer, not undefined.'],
    [[{ sign() {} }, payload], 'TypeError: The signer must be a Signer, not an object.'],
    [
      [[signer], payload],
      'TypeError: Several signers make a general JWS: take serialization general, or one signer.',
    ],
    [
      [signer, payload, { serialization: 'general' }],
      'TypeError: A general JWS is made by a list of signers, not a KeySigner.',
    ],
    [
      [[], payload, { serialization: 'general' }],
      'InvalidArgument: A general JWS needs at least one signer.',
    ],
    [[[null], payload, { serialization: 'general' }], 'TypeError: The signer must be a Signer, not null.'],
    [[signer, payload, null], 'TypeError: The options must be an object, not null.'],
    [
      [signer, payload, { headers: {} }],
      'TypeError: signJws has no option headers: its options are header, unprotected, kid, detached, b64, serialization, signal, timeoutMs.',
    ],
    [
      [{ signer }, payload],
      'TypeError: A signer with its own headers is one of a general JWS: take serialization general, or the options.',
    ],
    [
      [{ signer, unprotected: { a: 1 } }, payload, { serialization: 'flattened' }],
      'TypeError: A signer with its own headers is one of a general JWS: take serialization general, or the options.',
    ],
    [
      [[{ signer, b64: false }], payload, { serialization: 'general' }],
      'TypeError: A signer of a general JWS has no option b64: its options are header, unprotected, kid.',
    ],
    [[signer, payload, 'compact'], 'TypeError: The options must be an object, not text.'],
    [
      [signer, payload, { serialization: 'json' }],
      'InvalidArgument: The option serialization must be compact, flattened or general, not json.',
    ],
    [[signer, payload, { detached: 'yes' }], 'TypeError: The option detached must be a boolean, not text.'],
    [
      [signer, payload, { b64: true }],
      'InvalidArgument: The option b64 must be false or left out, not a boolean.',
    ],
    [
      [signer, payload, { kid: 'k' }],
      'InvalidArgument: The option kid must be false or left out, not text: a key is named where its signer is configured, by kid.',
    ],
    [
      [signer, payload, { unprotected: { a: 1 } }],
      'InvalidArgument: A compact JWS has no unprotected header: take serialization flattened or general.',
    ],
    [
      [signer, Buffer.from('a.b'), { b64: false }],
      'InvalidArgument: An unencoded payload within a compact JWS must be printable ASCII without a full stop: take detached: true, a JSON serialization, or leave b64 out.',
    ],
    [
      [signer, Buffer.from('ü'), { b64: false }],
      'InvalidArgument: An unencoded payload within a compact JWS must be printable ASCII without a full stop: take detached: true, a JSON serialization, or leave b64 out.',
    ],
    [
      [signer, Buffer.from([0xff]), { b64: false, serialization: 'flattened' }],
      'InvalidArgument: An unencoded payload within JSON must be valid UTF-8: take detached: true, or leave b64 out.',
    ],
    [
      [signer, streamOf(payload)],
      'InvalidArgument: A stream can be signed as a detached payload alone, which the result does not hold: take detached: true, or bytes.',
    ],
    [
      [[signer, other], streamOf(payload), { serialization: 'general', detached: true }],
      'InvalidArgument: A stream can be read once, and so be signed by one signer alone: take bytes for several.',
    ],
    [
      [signer, streamOf('text' as never), { detached: true }],
      'TypeError: Each chunk of the message must be a Uint8Array, not string. For text, say which bytes you mean: new TextEncoder().encode(text).',
    ],
    [
      [signer, streamOf(new Uint8Array(new SharedArrayBuffer(4))), { detached: true }],
      'TypeError: Each chunk of the message must not be in shared memory: copy it first, with Uint8Array.from(bytes).',
    ],
    [
      [signer, payload, { timeoutMs: 0 }],
      'InvalidArgument: timeoutMs must be a whole number from 1 to 2147483647, not 0.',
    ],
    [
      [signer, payload, { timeoutMs: 2 ** 31 }],
      'InvalidArgument: timeoutMs must be a whole number from 1 to 2147483647, not 2147483648.',
    ],
    [[signer, payload, { signal: {} }], 'TypeError: The option signal must be an AbortSignal.'],
  ])('%# are refused with what is wrong', async (args, text) => {
    expect(await failureText(() => call(...args))).toBe(text)
  })

  test.each(['SM2', 'Ed25519ph', 'Ed25519ph-SHA512'] as const)(
    '%s has no name in JOSE',
    async (algorithm) => {
      const key = algorithm === 'SM2' ? keyFor('SM2') : keyFor('Ed25519')
      expect(await failureText(() => signJws(signerOf(algorithm, key), payload))).toBe(
        `UnsupportedAlgorithm: JOSE has no name for ${algorithm}, and a made-up one is understood by nobody: take a signer for RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, ES256K, Ed25519, ML-DSA-44, ML-DSA-65 or ML-DSA-87.`,
      )
    },
  )

  test('a context of ML-DSA is none that JOSE has, and an empty one is no context', async () => {
    const key = keyFor('ML-DSA-44')
    const withContext = signerOf('ML-DSA-44', key, { context: 'house' })
    expect(await failureText(() => signJws(withContext, payload))).toBe(
      'UnsupportedAlgorithm: JOSE has ML-DSA-44 with an empty context alone: take a signer without the parameter context.',
    )
    const empty = signerOf('ML-DSA-44', key, { context: '' })
    const jwk = await publicJwkOf(empty)
    expect(await verifiedBy('noble', await signJws(empty, payload), jwk)).toEqual(payload)
  })
})

describe('a key service', () => {
  const remote = (service: AliasService, options = {}) =>
    createSigner({
      provider: service,
      keyId: 'alias/tokens',
      algorithm: 'ES256',
      onKeyChange: () => undefined,
      ...options,
    })

  test('is not asked where the arguments are wrong', async () => {
    const service = new AliasService(newP256())
    const bad = [
      { header: { alg: 'none' } },
      { b64: false },
      { header: { crit: [] } },
      { header: { a: Number.NaN } },
    ]
    for (const options of bad)
      await failureText(() => signJws(remote(service), Buffer.from('a.b'), options as never))
    expect(service.asked).toEqual([])
  })

  test('is asked for its key once and for each signature once', async () => {
    const service = new AliasService(newP256())
    const signer = remote(service)
    await signJws(signer, payload)
    await signJws(signer, payload)
    expect(service.asked).toEqual(['getPublicKey', 'sign', 'sign'])
  })

  test('whose alias is moved while it signs: header and signature are made again', async () => {
    const service = new AliasService(newP256())
    const signer = remote(service)
    const before = (await signer.publicKey()).thumbprint
    const key = newP256()
    service.beforeSigning = () => service.moveTo(key)
    const jws = await signJws(signer, payload)
    const after = await publicJwkOf(signer)
    expect(after.kid).not.toBe(before)
    expect(partOf(jws, 0)).toEqual({ alg: 'ES256', kid: after.kid })
    expect(await verifiedBy('jose', jws, after as JWK)).toEqual(payload)
  })

  test('whose alias is moved each time it signs is an error', async () => {
    const service = new AliasService(newP256())
    service.beforeSigning = () => service.moveTo(newP256())
    const error = await failure(() => signJws(remote(service), payload), 'SignatureCheckFailed')
    expect(error.message).toBe(
      'alias/tokens came to be another key while it signed, twice: the header would name the wrong one. Sign again, pin the key, or configure its kid.',
    )
    expect(error.retryable).toBe(true)
  })

  test('whose alias is moved while it signs a stream is an error, since that was read', async () => {
    const service = new AliasService(newP256())
    const signer = remote(service)
    await signer.publicKey()
    service.beforeSigning = () => service.moveTo(newP256())
    const error = await failure(
      () => signJws(signer, streamOf(payload), { detached: true }),
      'SignatureCheckFailed',
    )
    expect(error.message).toContain('and a stream cannot be read again')
  })

  test('whose alias is moved goes on under the name that is configured', async () => {
    const service = new AliasService(newP256())
    const signer = remote(service, { kid: 'tokens' })
    await signer.publicKey()
    service.beforeSigning = () => service.moveTo(newP256())
    expect(partOf(await signJws(signer, payload), 0)).toEqual({ alg: 'ES256', kid: 'tokens' })
  })

  test('that does not answer is given up when the time of the call is over', async () => {
    const service = new AliasService(newP256())
    service.beforeSigning = () => new Promise(() => undefined)
    const error = await failure(() => signJws(remote(service), payload, { timeoutMs: 40 }), 'Timeout')
    expect(error.message).toBe('The call did not end within its 40 ms.')
  })

  test('has the time of one call for all that it is asked', async () => {
    const service = new AliasService(newP256())
    const slow = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
    const getPublicKey = service.getPublicKey.bind(service)
    service.getPublicKey = async () => {
      await slow(150)
      return getPublicKey()
    }
    service.beforeSigning = () => slow(150)
    await failure(() => signJws(remote(service), payload, { timeoutMs: 200 }), 'Timeout')
    expect(await signJws(remote(service), payload, { timeoutMs: 60_000 })).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  test('is given up when the caller aborts, before and while it signs', async () => {
    const service = new AliasService(newP256())
    const reason = new Error('the client has gone')
    const early = await failure(
      () => signJws(remote(service), payload, { signal: AbortSignal.abort(reason) }),
      'Aborted',
    )
    expect(early.cause).toBe(reason)
    expect(service.asked).not.toContain('sign')
    for (const timeoutMs of [undefined, 5_000]) {
      const controller = new AbortController()
      service.beforeSigning = () => controller.abort(reason)
      const options = { signal: controller.signal, ...(timeoutMs && { timeoutMs }) }
      const late = await failure(() => signJws(remote(service), payload, options), 'Aborted')
      expect(late.cause).toBe(reason)
    }
  })

  test('that is given up lets go of a stream that is stuck', async () => {
    const controller = new AbortController()
    let stopped = 0
    const source = {
      [Symbol.asyncIterator]: () => source,
      next: () => new Promise<IteratorResult<Uint8Array>>(() => setTimeout(() => controller.abort(), 20)),
      async return() {
        stopped++
        return { done: true as const, value: undefined }
      },
    }
    const options = { detached: true, signal: controller.signal }
    await failure(() => signJws(signerOf('ES256'), source, options), 'Aborted')
    expect(stopped).toBe(1)
  })
})
