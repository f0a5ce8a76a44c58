import { createPrivateKey } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from '@jest/globals'
import { compactVerify, importX509 } from 'jose'
import { signJws } from '../src/index.js'
import { CERTIFICATE, CERTIFIED_KEY, ED448_CERTIFICATE, pemOf } from './support/certificates.js'
import { failureText } from './support/failure.js'
import { partOf } from './support/oracles.js'
import { keyFor, signerOf } from './support/signers.js'

const payload = Buffer.from('{}')
const signer = signerOf('ES256', keyFor('ES256'), { kid: 'tokens-1' })
const privateJwk = createPrivateKey(keyFor('ES256') as string).export({ format: 'jwk' })
const { d: _, ...jwk } = privateJwk

const BY_OPTION = 'header.b64 is not given by itself: the option b64: false sets it, and crit with it.'

const { thumbprint } = await signer.publicKey()
const NO_CERTIFICATE = 'must be a certificate: its DER in base64 with padding, without line breaks.'

/** Longer than every depth that is allowed. */
function nested(levels: number): object {
  return levels === 0 ? {} : { a: nested(levels - 1) }
}

const cycle: Record<string, unknown> = {}
cycle.self = cycle

describe('a protected header', () => {
  test.each<[string, unknown, string]>([
    ['that is a list', [], 'TypeError: header must be a plain object, not an array.'],
    ['that is null', null, 'TypeError: header must be a plain object, not null.'],
    ['that is text', 'alg', 'TypeError: header must be a plain object, not text.'],
    ['that is a Map', new Map(), 'TypeError: header must be a plain object, not a Map.'],
    [
      'that is an instance',
      new (class Header {})(),
      'TypeError: header must be a plain object, not a Header.',
    ],
    [
      'with alg none',
      { alg: 'none' },
      'header.alg comes from the signer: it is ES256, not none. Leave it out.',
    ],
    [
      'with another alg',
      { alg: 'RS256' },
      'header.alg comes from the signer: it is ES256, not RS256. Leave it out.',
    ],
    [
      "with a vendor's alg",
      { alg: 'ECDSA_SHA_256' },
      'header.alg comes from the signer: it is ES256, not ECDSA_SHA_256. Leave it out.',
    ],
    [
      'with alg in lower case',
      { alg: 'es256' },
      'header.alg comes from the signer: it is ES256, not es256. Leave it out.',
    ],
    [
      'with alg null',
      { alg: null },
      'header.alg comes from the signer: it is ES256, not null. Leave it out.',
    ],
    [
      'with an empty alg',
      { alg: '' },
      'header.alg comes from the signer: it is ES256, not an empty text. Leave it out.',
    ],
    [
      'with another kid',
      { kid: 'tokens-2' },
      'header.kid must be tokens-1, as the signer calls its key. Leave it out, or configure another kid with the signer.',
    ],
    ['with a kid that is a number', { kid: 1 }, 'header.kid must be text, not a number.'],
    ['with an empty typ', { typ: '' }, 'header.typ must be text, not an empty text.'],
    ['with a cty that is a list', { cty: ['a'] }, 'header.cty must be text, not an array.'],
    ['with a jku that is true', { jku: true }, 'header.jku must be text, not a boolean.'],
    [
      'with x5c that is text',
      { x5c: 'MII' },
      "header.x5c must be a list of certificates in base64, the signer's first.",
    ],
    [
      'with an empty x5c',
      { x5c: [] },
      "header.x5c must be a list of certificates in base64, the signer's first.",
    ],
    ['with x5c that is no base64', { x5c: ['not a cert!'] }, `header.x5c[0] ${NO_CERTIFICATE}`],
    ['with x5c that is no certificate', { x5c: ['AAAA'] }, `header.x5c[0] ${NO_CERTIFICATE}`],
    ['with an empty text in x5c', { x5c: [''] }, `header.x5c[0] ${NO_CERTIFICATE}`],
    [
      'with x5c in base64url',
      { x5c: [CERTIFICATE.replace(/\+/g, '-').replace(/=$/, '')] },
      `header.x5c[0] ${NO_CERTIFICATE}`,
    ],
    [
      'with x5c in lines',
      { x5c: [CERTIFICATE.replace(/.{64}/g, '$&\n')] },
      `header.x5c[0] ${NO_CERTIFICATE}`,
    ],
    [
      'with PEM in x5c',
      { x5c: [Buffer.from(pemOf(CERTIFICATE)).toString('base64')] },
      `header.x5c[0] ${NO_CERTIFICATE}`,
    ],
    [
      'with more after a certificate',
      { x5c: [Buffer.concat([Buffer.from(CERTIFICATE, 'base64'), Buffer.alloc(3)]).toString('base64')] },
      `header.x5c[0] ${NO_CERTIFICATE}`,
    ],
    ['with a second that is none', { x5c: [CERTIFICATE, 'AAAA'] }, `header.x5c[1] ${NO_CERTIFICATE}`],
    [
      'with a certificate for Ed448',
      { x5c: [ED448_CERTIFICATE] },
      'header.x5c[0] certifies a key of a kind that does not sign here.',
    ],
    [
      'with the certificate of another key',
      { x5c: [CERTIFICATE] },
      `header.x5c[0] is not the key that signs, whose thumbprint is ${thumbprint}.`,
    ],
    ['with b64 false', { b64: false }, BY_OPTION],
    ['with b64 true', { b64: true }, BY_OPTION],
    ['with b64 and crit', { b64: false, crit: ['b64'] }, BY_OPTION],
    [
      'with crit that is text',
      { crit: 'exp' },
      'header.crit must be a list of names that is not empty, not text.',
    ],
    [
      'with an empty crit',
      { crit: [] },
      'header.crit must be a list of names that is not empty, not an array.',
    ],
    ['with a number in crit', { crit: [1] }, 'header.crit[0] must be text, not a number.'],
    ['with an empty name in crit', { crit: [''] }, 'header.crit[0] must be text, not an empty text.'],
    ['with a name twice in crit', { crit: ['a', 'a'], a: 1 }, 'header.crit[1] names a a second time.'],
    ['with an absent name in crit', { crit: ['a'] }, 'header.crit[0] is a, which the header does not have.'],
    [
      'with an inherited name in crit',
      { crit: ['toString'] },
      'header.crit[0] is toString, which the header does not have.',
    ],
    [
      'with a standard name in crit',
      { crit: ['typ'], typ: 'a' },
      'header.crit[0] is typ, which no extension but a standard defines.',
    ],
    [
      'with a name of JWE in crit',
      { crit: ['enc'], enc: 'a' },
      'header.crit[0] is enc, which no extension but a standard defines.',
    ],
    ['with b64 in crit', { crit: ['b64'] }, 'header.crit[0] is b64, which the option b64: false adds.'],
    [
      'with a private key',
      { jwk: privateJwk },
      "header.jwk: Expected a public key, but the JWK holds a private one (its member 'd').",
    ],
    [
      'with a secret key',
      { jwk: { kty: 'oct', k: 'AAAA' } },
      "header.jwk: Expected a public key, but the JWK holds a private one (its member 'k').",
    ],
    ['with a jwk that is text', { jwk: 'key' }, 'header.jwk must be a public key as a JWK, not text.'],
    [
      'with undefined in it',
      { typ: undefined },
      'header.typ is undefined, which JSON does not have: leave the member out.',
    ],
    ['with NaN', { a: { b: [0, Number.NaN] } }, 'header.a.b[1] is NaN, which JSON does not have.'],
    ['with Infinity', { a: Number.POSITIVE_INFINITY }, 'header.a is Infinity, which JSON does not have.'],
    ['with a bigint', { a: 1n }, 'header.a is a bigint, which JSON does not have: take a number, or text.'],
    ['with a function', { a: () => 1 }, 'header.a is a function, which JSON does not have.'],
    ['with a symbol', { a: Symbol('s') }, 'header.a is a symbol, which JSON does not have.'],
    [
      'with a Date',
      { a: new Date(0) },
      'header.a is a Date, which JSON does not have: for a time, take the seconds since 1970, Math.floor(date.getTime() / 1000).',
    ],
    ['with bytes', { a: new Uint8Array(2) }, 'header.a is a Uint8Array, which JSON does not have.'],
    ['with a Buffer', { a: Buffer.alloc(2) }, 'header.a is a Buffer, which JSON does not have.'],
    [
      'with a hole in a list',
      { a: new Array(1) },
      'header.a[0] is undefined, which JSON does not have: leave the member out.',
    ],
    [
      'with __proto__',
      JSON.parse('{"__proto__":{"alg":"none"}}'),
      'header.__proto__ is a name that may not be used.',
    ],
    [
      'with __proto__ further in',
      { a: JSON.parse('{"__proto__":1}') },
      'header.a.__proto__ is a name that may not be used.',
    ],
    [
      'with half of a surrogate pair',
      { a: '\ud800' },
      'header.a has half of a surrogate pair, which parsers read differently.',
    ],
    ['with a symbol for a name', { [Symbol('s')]: 1 }, 'header has a symbol for a name.'],
    [
      'with a place that is hard to read',
      { 'a\u202eb': { c: undefined } },
      'header["a\\u{202e}b"].c is undefined, which JSON does not have: leave the member out.',
    ],
  ])('%s is refused', async (_, header, text) => {
    const expected = text.startsWith('TypeError') ? text : `InvalidArgument: ${text}`
    expect(await failureText(() => signJws(signer, payload, { header: header as never }))).toBe(expected)
  })

  test.each([
    ['that holds itself', cycle],
    ['that is nested in too many', nested(100)],
  ])('%s is refused', async (_, header) => {
    const text = await failureText(() => signJws(signer, payload, { header: header as never }))
    expect(text).toMatch(/^InvalidArgument: header\.\S+ is nested in more than 64 others, or in itself\.$/)
  })

  test('may hold the certificate of the key that signs, and those above it', async () => {
    const certified = signerOf('ES256', CERTIFIED_KEY)
    const x5c = [CERTIFICATE, ED448_CERTIFICATE]
    const jws = await signJws(certified, payload, { header: { x5c } })
    expect(partOf(jws, 0)).toMatchObject({ x5c })
    const key = await importX509(pemOf(CERTIFICATE), 'ES256')
    expect(Buffer.from((await compactVerify(jws, key)).payload)).toEqual(payload)
  })

  test('may be nested in some, and hold everything that JSON has', async () => {
    const header = { a: nested(50), list: [null, true, 1.5, -0.1, 'ü', { b: [] }], '': 1 }
    expect(partOf(await signJws(signer, payload, { header }), 0)).toMatchObject(header)
  })

  test('of another realm, or without a prototype, is a header, too', async () => {
    const header = Object.assign(Object.create(null), { a: runInNewContext('({ b: [1] })') })
    expect(partOf(await signJws(signer, payload, { header }), 0)).toMatchObject({ a: { b: [1] } })
  })

  test('is read once: what was checked is what is signed', async () => {
    let reads = 0
    const header = {
      get alg() {
        return reads++ === 0 ? 'ES256' : 'none'
      },
    }
    expect(partOf(await signJws(signer, payload, { header }), 0)).toMatchObject({ alg: 'ES256' })
    expect(reads).toBe(1)
  })

  test('says no secret in its errors', async () => {
    const header = { jwk: { ...jwk, d: 'c2VjcmV0' }, secret: 'hunter2' }
    expect(await failureText(() => signJws(signer, payload, { header }))).not.toMatch(/c2VjcmV0|hunter2/)
  })
})

describe('an unprotected header', () => {
  test.each<[string, object, string]>([
    ['with alg', { unprotected: { alg: 'ES256' } }, 'unprotected.alg must be in the protected header.'],
    ['with crit', { unprotected: { crit: ['a'] } }, 'unprotected.crit must be in the protected header.'],
    ['with b64', { unprotected: { b64: false } }, 'unprotected.b64 must be in the protected header.'],
    [
      'with kid beside the protected one',
      { unprotected: { kid: 'tokens-1' } },
      'kid stands in the protected header by itself: to have it in the unprotected one, take kid: false, too.',
    ],
    [
      'with another kid',
      { kid: false, unprotected: { kid: 'tokens-2' } },
      'unprotected.kid must be tokens-1, as the signer calls its key. Leave it out, or configure another kid with the signer.',
    ],
    [
      'with a kid that is no text',
      { kid: false, unprotected: { kid: 7 } },
      'unprotected.kid must be text, not a number.',
    ],
    [
      'with a name of the protected one',
      { header: { typ: 'a' }, unprotected: { typ: 'a' } },
      'typ stands in both headers: leave one of them out.',
    ],
    [
      'with a private key',
      { unprotected: { jwk: privateJwk } },
      "unprotected.jwk: Expected a public key, but the JWK holds a private one (its member 'd').",
    ],
    [
      'with what JSON does not have',
      { unprotected: { a: 1n } },
      'unprotected.a is a bigint, which JSON does not have: take a number, or text.',
    ],
    [
      'and kid left out but given',
      { kid: false, header: { kid: 'tokens-1' } },
      'header.kid and the option kid: false exclude each other.',
    ],
  ])('%s is refused', async (_, options, text) => {
    const call = () => signJws(signer, payload, { ...options, serialization: 'flattened' })
    expect(await failureText(call)).toBe(`InvalidArgument: ${text}`)
  })

  test('that is no object is a TypeError', async () => {
    const options = { serialization: 'flattened', unprotected: 'a' as never } as const
    expect(await failureText(() => signJws(signer, payload, options))).toBe(
      'TypeError: unprotected must be a plain object, not text.',
    )
  })
})

test('a kid that is not the thumbprint of the key is refused where the key has no name', async () => {
  const unnamed = signerOf('ES256')
  const { thumbprint } = await unnamed.publicKey()
  expect(await failureText(() => signJws(unnamed, payload, { header: { kid: 'mine' } }))).toBe(
    `InvalidArgument: header.kid must be ${thumbprint}, as the signer calls its key. Leave it out, or configure another kid with the signer.`,
  )
})

test('an Ed25519 signer has two names to choose from, and no third', async () => {
  const ed25519 = signerOf('Ed25519')
  expect(await failureText(() => signJws(ed25519, payload, { header: { alg: 'Ed448' } }))).toBe(
    'InvalidArgument: header.alg comes from the signer: it is Ed25519 or EdDSA, not Ed448. Leave it out.',
  )
})
