import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { algorithmNames, algorithms, parseAlgorithm } from '../src/index.js'
import { failure } from './support/failure.js'

const RFC = /^RFC \d{4} section \d/
const FIPS = /^FIPS 204 section \d/
const GBT = /^GB\/T 32918\.2-2016$/

/**
 * The table of the design, section 3, written down a second time: name, key, scheme, hash, digest and signature bytes
 * (of r and s alone, where there are two numbers), and where it is specified.
 */
const ROWS = [
  ['RS256', 'RSA', 'rsassa-pkcs1-v1_5', 'sha256', 32, undefined, RFC],
  ['RS384', 'RSA', 'rsassa-pkcs1-v1_5', 'sha384', 48, undefined, RFC],
  ['RS512', 'RSA', 'rsassa-pkcs1-v1_5', 'sha512', 64, undefined, RFC],
  ['PS256', 'RSA', 'rsassa-pss', 'sha256', 32, undefined, RFC],
  ['PS384', 'RSA', 'rsassa-pss', 'sha384', 48, undefined, RFC],
  ['PS512', 'RSA', 'rsassa-pss', 'sha512', 64, undefined, RFC],
  ['ES256', 'P-256', 'ecdsa', 'sha256', 32, 32, RFC],
  ['ES384', 'P-384', 'ecdsa', 'sha384', 48, 48, RFC],
  ['ES512', 'P-521', 'ecdsa', 'sha512', 64, 66, RFC],
  ['ES256K', 'secp256k1', 'ecdsa', 'sha256', 32, 32, RFC],
  ['Ed25519', 'Ed25519', 'eddsa', undefined, undefined, 64, RFC],
  ['Ed25519ph', 'Ed25519', 'ed25519ph', 'sha512', 64, 64, RFC],
  ['Ed25519ph-SHA512', 'Ed25519', 'ed25519ph', 'sha512', 64, 64, RFC],
  ['ML-DSA-44', 'ML-DSA-44', 'ml-dsa', 'shake256', 64, 2420, FIPS],
  ['ML-DSA-65', 'ML-DSA-65', 'ml-dsa', 'shake256', 64, 3309, FIPS],
  ['ML-DSA-87', 'ML-DSA-87', 'ml-dsa', 'shake256', 64, 4627, FIPS],
  ['SM2', 'SM2', 'sm2', 'sm3', 32, 32, GBT],
] as const

/** What a digest is that depends on the key. */
const KINDS: Partial<Record<string, string>> = { sm2: 'sm2-za-message', 'ml-dsa': 'ml-dsa-mu' }

test('the table has these rows and no other, in this order', () => {
  expect(algorithms.map(({ name }) => name)).toEqual(ROWS.map(([name]) => name))
})

test.each(ROWS)('%s', (name, key, scheme, hash, digestBytes, length, standard) => {
  const row = parseAlgorithm(name)
  expect(row).toMatchObject({ name, key, scheme })
  expect(row.digest?.hash).toBe(hash)
  expect(row.digest?.bytes).toBe(digestBytes)
  expect(row.digest?.kind).toBe(KINDS[scheme])
  if ('scalarBytes' in row) expect(row.scalarBytes).toBe(length)
  else if ('signatureBytes' in row) expect(row.signatureBytes).toBe(length)
  else expect(length).toBeUndefined()
  // RFC 7518 section 3.5: the salt is as long as the digest.
  if (row.scheme === 'rsassa-pss') expect(row.saltBytes).toBe(digestBytes)
  // AWS's form hashes what is the digest already.
  if (row.scheme === 'ed25519ph') expect(row.rehashed).toBe(name === 'Ed25519ph-SHA512')
  expect(row.standard).toMatch(standard)
})

describe('parseAlgorithm', () => {
  test.each(ROWS.map(([name]) => name))('%s in any case is one and the same row', (name) => {
    const row = parseAlgorithm(name)
    fc.assert(
      fc.property(fc.mixedCase(fc.constant(name)), (spelling) => {
        expect(parseAlgorithm(spelling)).toBe(row)
      }),
    )
  })

  test.each([
    '',
    ' ES256',
    'ES256 ',
    'ES256\n',
    'ES 256',
    'HS256',
    'none',
    'SM3',
    'ML-DSA-45',
    'Ed448',
    'constructor',
    'Constructor',
    'prototype',
    '__proto__',
    'toString',
    'hasOwnProperty',
    // The Kelvin sign, whose lower case is k.
    'ES256\u212a',
    'ＥＳ256',
  ])('%j is no algorithm', async (name) => {
    const error = await failure(() => parseAlgorithm(name), 'UnknownAlgorithm')
    for (const [known] of ROWS) expect(error.message).toContain(known)
  })

  test('what is not the name of a row is never one', () => {
    // Separators do not count, and neither does the case of ASCII's letters.
    const plain = (name: string) => name.replace(/[-_]/g, '').toLowerCase()
    const names = algorithms.flatMap((row) => {
      const { webcrypto: _, ...others } = algorithmNames(row)
      return [row.name, ...Object.values(others).flat()]
    })
    const known = new Set(names.map(plain))
    expect(known.size).toBeGreaterThan(ROWS.length)
    fc.assert(
      fc.property(fc.string(), (name) => {
        fc.pre(!known.has(plain(name)))
        expect(() => parseAlgorithm(name)).toThrow('Unknown algorithm')
      }),
    )
  })

  test('separators do not count, and EdDSA is what it nearly always means', () => {
    for (const spelling of ['ES-256', 'es_256', 'e-s-2-5-6'])
      expect(parseAlgorithm(spelling).name).toBe('ES256')
    for (const spelling of ['EdDSA', 'Ed-25519']) expect(parseAlgorithm(spelling).name).toBe('Ed25519')
  })

  test('an object is read as one of WebCrypto, whose names are others', async () => {
    await failure(() => parseAlgorithm({ name: 'ES256' }), 'UnknownAlgorithm')
    expect(parseAlgorithm({ name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }).name).toBe('ES256')
  })

  test('a name from elsewhere is cut and escaped in the message', async () => {
    const error = await failure(() => parseAlgorithm(`\u001b[2J${'x'.repeat(1000)}`))
    expect(error.message).toContain("'\\u{1b}[2J")
    expect(error.message.length).toBeLessThan(400)
  })

  test.each([[undefined], [null], [256], [{}], [{ name: 256 }], [['ES256']], [new String('ES256')]])(
    '%p is a TypeError',
    (name) => {
      expect(() => parseAlgorithm(name as string)).toThrow(TypeError)
    },
  )
})
