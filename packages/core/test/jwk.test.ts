import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { PublicKey } from '../src/index.js'
import { readJwk } from '../src/jwk.js'
import { failure } from './support/failure.js'
import { keyPair, type MlDsaName, newKeyPair, rsaJwk, spkiOf } from './support/keys.js'
import { ecdsaNames } from './support/oracle.js'

const NATIVE = [...ecdsaNames, 'Ed25519', 'RS256'] as const
const ML_DSA: readonly MlDsaName[] = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']

const jwkOf = (name: (typeof NATIVE)[number]) => keyPair(name).publicKey.export({ format: 'jwk' })
const bytesOf = (text = '') => Buffer.from(text, 'base64url')
const zero = (text = '') => Buffer.concat([Uint8Array.of(0), bytesOf(text)]).toString('base64url')
const withoutFirst = (text = '') => bytesOf(text).subarray(1).toString('base64url')

/** The last character holds bits that mean nothing; another one decodes to the same bytes. */
function otherSpelling(text = ''): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet[alphabet.indexOf(text.at(-1) ?? '') ^ 1] ?? ''
  const other = text.slice(0, -1) + last
  if (!bytesOf(other).equals(bytesOf(text))) throw new Error('No second spelling')
  return other
}

const ec = jwkOf('ES256')
const ed = jwkOf('Ed25519')
const rsa = jwkOf('RS256')

/** RFC 9964: the key inside its SPKI, from which the lengths of two headers and the object identifier are cut. */
const akpOf = (alg: MlDsaName) => {
  const pub = spkiOf(keyPair(alg).publicKey).subarray(22).toString('base64url')
  return { kty: 'AKP', alg, pub }
}

describe('a public JWK', () => {
  test.each(NATIVE)('of a key for %s is read', (name) => {
    expect(Buffer.from(readJwk(jwkOf(name)))).toEqual(spkiOf(keyPair(name).publicKey))
  })

  test.each(ML_DSA)('of a key for %s is read', (name) => {
    expect(Buffer.from(readJwk(akpOf(name)))).toEqual(spkiOf(keyPair(name).publicKey))
  })

  test('may say more about its key, which changes nothing', () => {
    const more = { kid: 'a', alg: 'ES256', use: 'sig', key_ops: ['verify'], ext: true, x5c: [], other: 1 }
    expect(Buffer.from(readJwk({ ...ec, ...more }))).toEqual(spkiOf(keyPair('ES256').publicKey))
  })
})

const { x, y } = ec
const REFUSED: [string, object][] = [
  ['nothing', {}],
  ['no kty', { crv: 'P-256', x, y }],
  ['another kty', { ...ec, kty: 'RSA' }],
  ['kty in lower case', { ...ec, kty: 'ec' }],
  ['an unknown kty', { ...ec, kty: 'EC2' }],
  ['a curve as a key of ML-DSA', { ...ec, kty: 'AKP' }],
  ['a key of ML-DSA without its alg', { kty: 'AKP', pub: akpOf('ML-DSA-44').pub }],
  ['another alg of ML-DSA', { ...akpOf('ML-DSA-44'), alg: 'ML-DSA-45' }],
  ['an alg of ML-DSA in lower case', { ...akpOf('ML-DSA-44'), alg: 'ml-dsa-44' }],
  ['a key of ML-DSA that is padded', { ...akpOf('ML-DSA-65'), pub: `${akpOf('ML-DSA-65').pub}=` }],
  [
    'a key of ML-DSA with other unused bits',
    { ...akpOf('ML-DSA-65'), pub: otherSpelling(akpOf('ML-DSA-65').pub) },
  ],
  ['no crv', { kty: 'EC', x, y }],
  ['an unknown crv', { ...ec, crv: 'P-257' }],
  ['crv in lower case', { ...ec, crv: 'p-256' }],
  ["OpenSSL's name of the curve", { ...ec, crv: 'prime256v1' }],
  ['the curve of another key', { ...ec, crv: 'secp256k1' }],
  ['no x', { kty: 'EC', crv: 'P-256', y }],
  ['no y', { kty: 'EC', crv: 'P-256', x }],
  ['an x that is no text', { ...ec, x: 1 }],
  ['an empty x', { ...ec, x: '' }],
  ['x and y exchanged', { ...ec, x: y, y: x }],
  ['a point off the curve', { ...ec, y: x }],
  ['the point of zeros', { ...ec, x: zero('A'.repeat(41)), y: zero('A'.repeat(41)) }],
  ['a coordinate with a zero before it', { ...ec, x: zero(x) }],
  ['a coordinate that is padded', { ...ec, x: `${x}=` }],
  ['a coordinate with white space', { ...ec, x: ` ${x}` }],
  ['a coordinate in base64', { ...ec, ...plainBase64(ec) }],
  ['a coordinate with other unused bits', { ...ec, x: otherSpelling(x) }],
  ['a y for Ed25519', { ...ed, y }],
  ['an Ed25519 key that is too short', { ...ed, x: withoutFirst(ed.x) }],
  ['an Ed25519 key that is too long', { ...ed, x: zero(ed.x) }],
  ['an Ed25519 key with other unused bits', { ...ed, x: otherSpelling(ed.x) }],
  ['crv for RSA', { ...rsa, crv: 'P-256' }],
  ['no n', { kty: 'RSA', e: 'AQAB' }],
  ['no e', { kty: 'RSA', n: rsa.n }],
  ['an n with a zero before it', { ...rsa, n: zero(rsa.n) }],
  ['an e with a zero before it', { ...rsa, e: 'AAEAAQ' }],
  ['an n that is padded', { ...rsa, n: `${rsa.n}==` }],
  ['an n with other unused bits', { ...rsa, n: otherSpelling(rsa.n) }],
  ['an e with other unused bits', { ...rsa, e: otherSpelling('Aw') }],
]

/** A key whose coordinate has a character that base64url writes otherwise; found, since most have one. */
function plainBase64({ x = '', y = '' }: { x?: string; y?: string }) {
  const plain = {
    x: x.replaceAll('-', '+').replaceAll('_', '/'),
    y: y.replaceAll('-', '+').replaceAll('_', '/'),
  }
  return plain.x === x && plain.y === y ? { x: `${x}+` } : plain
}

describe('refused:', () => {
  test.each(REFUSED)('%s', async (_, jwk) => {
    const error = await failure(() => PublicKey.from(jwk as never), 'InvalidArgument')
    expect(error.message).toMatch(/JWK|member|'alg' of an AKP key/)
  })

  test.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])('a private member %s', async (member) => {
    const error = await failure(() => readJwk({ ...ec, [member]: 'c2VjcmV0' }), 'InvalidArgument')
    expect(error.message).toContain(`its member '${member}'`)
    expect(error.message).not.toContain('c2VjcmV0')
  })

  test('a private member that is inherited', async () => {
    await failure(() => readJwk(Object.assign(Object.create({ d: 'c2VjcmV0' }), ec)), 'InvalidArgument')
  })
})

test('a short coordinate is written with its zeros, and not otherwise', async () => {
  // One key in 128 has one.
  for (let count = 0; count < 20_000; count++) {
    const { publicKey } = newKeyPair('ES256')
    const jwk = publicKey.export({ format: 'jwk' })
    if (bytesOf(jwk.x)[0] !== 0) continue
    expect(Buffer.from(readJwk(jwk))).toEqual(spkiOf(publicKey))
    expect(PublicKey.from(jwk).toJwk().x).toHaveLength(43)
    await failure(() => readJwk({ ...jwk, x: withoutFirst(jwk.x) }), 'InvalidArgument')
    return
  }
  throw new Error('No key with a short coordinate came')
})

test('one key has one spelling: what is read is written the same', () => {
  const spelling = fc.constantFrom('A', 'B', '_', '-', '=', '+', '/', ' ', '')
  let read = 0
  fc.assert(
    fc.property(
      fc.constantFrom(ec, ed, rsa),
      spelling,
      fc.nat(50),
      fc.boolean(),
      (jwk, text, place, insert) => {
        const [member, value = ''] = jwk.n ? (['n', jwk.n] as const) : (['x', jwk.x] as const)
        const changed = value.slice(0, place) + text + value.slice(place + (insert ? 0 : 1))
        try {
          const { kid: _, ...written } = PublicKey.from({ ...jwk, [member]: changed } as never).toJwk()
          expect(written).toEqual({ ...jwk, [member]: changed })
          read++
        } catch (error) {
          if ((error as { code?: string }).code !== 'InvalidArgument') throw error
        }
      },
    ),
    { numRuns: 1000 },
  )
  expect(read).toBeGreaterThan(5)
})

test('random numbers of an RSA key keep their spelling', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2048, max: 8192 }), fc.constantFrom('AQAB', 'Aw', 'EQ'), (bits, e) => {
      const jwk = rsaJwk(bits, e)
      expect(PublicKey.from(jwk).toJwk()).toMatchObject(jwk)
      expect(PublicKey.from(jwk).modulusBits).toBe(bits)
    }),
    { numRuns: 20 },
  )
})
