import { describe, expect, test } from '@jest/globals'
import { SigningError } from '@signport/core'
import fc from 'fast-check'
import { compactVerify, flattenedVerify, generalVerify, importJWK, jwtVerify } from 'jose'
import { type JwsOptions, signJws, signJwt } from '../src/index.js'
import { publicJwkOf } from './support/oracles.js'
import { signerOf } from './support/signers.js'

const signer = signerOf('ES256')
const other = signerOf('Ed25519')
const key = await importJWK(await publicJwkOf(signer), 'ES256')
const otherKey = await importJWK(await publicJwkOf(other), 'Ed25519')
const crit = { crit: { b64: true } }
const payloads = fc.uint8Array({ maxLength: 300 })

/** Names that no standard has, and that no parser of JSON in JavaScript treats in a way of its own. */
const names = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter(
    (name) => !/^(__proto__|alg|kid|crit|b64|typ|cty|jku|jwk|x5.*|iss|sub|aud|exp|nbf|iat|jti)$/.test(name),
  )

const objects = fc.dictionary(names, fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }), {
  maxKeys: 5,
})

/** As JSON has it, which knows no -0 and has its own names alone. */
const asJson = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>

const isOfJson = (value: object) => !/__proto__|\\u[dD][89a-fA-F]/.test(JSON.stringify(value))

describe('jose gives back', () => {
  test('every payload of a compact JWS, with every header', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, objects.filter(isOfJson), async (payload, header) => {
        const verified = await compactVerify(await signJws(signer, payload, { header }), key)
        expect(Buffer.from(verified.payload)).toEqual(Buffer.from(payload))
        expect(verified.protectedHeader).toMatchObject(asJson(header))
      }),
    )
  })

  test('every payload of a flattened JWS, encoded or not, attached or not', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, fc.boolean(), async (payload, encoded) => {
        const b64: Pick<JwsOptions, 'b64'> = encoded ? {} : { b64: false }
        const options = { serialization: 'flattened', detached: true, ...b64 } as const
        const jws = await signJws(signer, payload, options)
        const body = encoded ? Buffer.from(payload).toString('base64url') : payload
        const verified = await flattenedVerify({ ...jws, payload: body } as never, key, crit)
        expect(Buffer.from(verified.payload)).toEqual(Buffer.from(payload))
      }),
    )
  })

  test('every text that is not encoded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), async (text) => {
        const jws = await signJws(signer, Buffer.from(text), { b64: false, serialization: 'flattened' })
        const verified = await flattenedVerify(asJson(jws) as never, key, crit)
        expect(Buffer.from(verified.payload).toString()).toBe(Buffer.from(text).toString())
      }),
    )
  })

  test('every payload of a general JWS, by each of its signatures', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, async (payload) => {
        const jws = await signJws([signer, other], payload, { serialization: 'general' })
        for (const [index, verifier] of [key, otherKey].entries()) {
          const one = { ...jws, signatures: [jws.signatures[index]] }
          const verified = await generalVerify(one as never, verifier)
          expect(Buffer.from(verified.payload)).toEqual(Buffer.from(payload))
        }
      }),
      { numRuns: 50 },
    )
  })

  test('all claims that are JSON', async () => {
    await fc.assert(
      fc.asyncProperty(objects.filter(isOfJson), async (claims) => {
        const jwt = await signJwt(signer, claims, { require: [], expiresIn: 60 })
        const { payload } = await jwtVerify(jwt, key)
        expect(payload).toMatchObject(asJson(claims))
      }),
    )
  })
})

describe('junk is refused with an error of ours, or is signed and verified', () => {
  const junk = fc.oneof(
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withNullPrototype: true,
      withBoxedValues: true,
    }),
    fc.dictionary(
      fc.constantFrom('alg', 'kid', 'crit', 'b64', 'jwk', 'typ', 'x5c', '__proto__', 'a'),
      fc.oneof(fc.constantFrom('none', 'ES256', 'b64', ['b64'], ['a'], { kty: 'EC' }), fc.anything()),
    ),
  )

  /** The messages of a crash, such as `Cannot read properties of undefined`, are others. */
  const OURS = new RegExp(
    [
      '^.+ must (be|give|not be) .+\\.$',
      '^.+ has no option .*: its options are .+\\.$',
      '^Several signers make a general JWS: .+\\.$',
      '^A general JWS is made by a list of signers, not .+\\.$',
      '^A signer with its own headers is one of a general JWS: .+\\.$',
    ].join('|'),
    's',
  )

  test.each(["Cannot read properties of undefined (reading 'kid')", 'header.map is not a function'])(
    'a crash is none: %s',
    async (message) => {
      const crash = () => Promise.reject(new TypeError(message))
      await expect(isRefused(crash)).rejects.toThrow(message)
    },
  )

  /** Whether it is refused; any other error than ours fails the test. */
  async function isRefused(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return false
    } catch (error) {
      if (SigningError.is(error)) return true
      if ((error as Error).name === 'TypeError' && OURS.test((error as Error).message)) return true
      throw error
    }
  }

  test('as headers', async () => {
    // Of junk alone, hardly any is signed.
    const headers = fc.oneof(junk, objects.filter(isOfJson))
    let taken = 0
    await fc.assert(
      fc.asyncProperty(headers, fc.option(headers), async (header, beside) => {
        const unprotected = beside ?? undefined
        const options = { serialization: 'flattened', header, unprotected } as never
        await isRefused(async () => {
          const jws = (await signJws(signer, Buffer.from('x'), options)) as unknown as object
          taken++
          // As it goes over the wire. Extensions of the caller's are understood by nobody else.
          const verified = asJson(jws)
          const parsed = JSON.parse(Buffer.from(verified.protected as string, 'base64url').toString())
          expect(parsed).toMatchObject({ alg: 'ES256' })
          const understood = Object.fromEntries((parsed.crit ?? []).map((name: string) => [name, true]))
          await flattenedVerify(verified as never, key, { crit: understood })
        })
      }),
      { numRuns: 500 },
    )
    expect(taken).toBeGreaterThan(0)
  })

  test('as claims', async () => {
    const claims = fc.oneof(
      junk,
      fc.dictionary(
        fc.constantFrom('iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'a'),
        fc.oneof(fc.string(), fc.double(), fc.array(fc.string()), fc.anything()),
      ),
    )
    let taken = 0
    await fc.assert(
      fc.asyncProperty(claims, async (some) => {
        await isRefused(async () => {
          const jwt = await signJwt(signer, some as never, { require: [] })
          taken++
          // A token that may not be used yet is a token, too.
          const nbf = (some as { nbf?: number }).nbf ?? 0
          const currentDate = new Date(Math.max(Date.now(), nbf * 1000))
          // The time of jose is in whole seconds.
          await jwtVerify(jwt, key, { currentDate, clockTolerance: 1 })
        })
      }),
      { numRuns: 500 },
    )
    expect(taken).toBeGreaterThan(0)
  })

  test('as options', async () => {
    const call = signJws as (...args: unknown[]) => Promise<unknown>
    const options = fc.dictionary(
      fc.constantFrom(
        'header',
        'unprotected',
        'detached',
        'b64',
        'kid',
        'serialization',
        'timeoutMs',
        'signal',
      ),
      fc.oneof(fc.constantFrom(false, true, 'compact', 'general'), fc.anything()),
    )
    await fc.assert(
      fc.asyncProperty(fc.oneof(options, fc.anything()), fc.anything(), async (some, payload) => {
        await isRefused(() => call(signer, payload, some))
        await isRefused(() => call(payload, Buffer.from('x'), some))
      }),
      { numRuns: 300 },
    )
  })
})
