import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { algorithms, parseAlgorithm } from '../src/index.js'
import { failure } from './support/failure.js'

/** The table of the design, section 3, written down a second time: name, key, scheme, hash, digest and signature bytes. */
const ROWS = [
  ['RS256', 'RSA', 'rsassa-pkcs1-v1_5', 'sha256', 32, undefined],
  ['RS384', 'RSA', 'rsassa-pkcs1-v1_5', 'sha384', 48, undefined],
  ['RS512', 'RSA', 'rsassa-pkcs1-v1_5', 'sha512', 64, undefined],
  ['PS256', 'RSA', 'rsassa-pss', 'sha256', 32, undefined],
  ['PS384', 'RSA', 'rsassa-pss', 'sha384', 48, undefined],
  ['PS512', 'RSA', 'rsassa-pss', 'sha512', 64, undefined],
  ['ES256', 'P-256', 'ecdsa', 'sha256', 32, 32],
  ['ES384', 'P-384', 'ecdsa', 'sha384', 48, 48],
  ['ES512', 'P-521', 'ecdsa', 'sha512', 64, 66],
  ['ES256K', 'secp256k1', 'ecdsa', 'sha256', 32, 32],
  ['Ed25519', 'Ed25519', 'eddsa', undefined, undefined, 64],
] as const

test('the table has these rows and no other, in this order', () => {
  expect(algorithms.map(({ name }) => name)).toEqual(ROWS.map(([name]) => name))
})

test.each(ROWS)('%s', (name, key, scheme, hash, digestBytes, length) => {
  const row = parseAlgorithm(name)
  expect(row).toMatchObject({ name, key, scheme })
  expect(row.digest?.hash).toBe(hash)
  expect(row.digest?.bytes).toBe(digestBytes)
  if (row.scheme === 'ecdsa') expect(row.scalarBytes).toBe(length)
  if (row.scheme === 'eddsa') expect(row.signatureBytes).toBe(length)
  // RFC 7518 section 3.5: the salt is as long as the digest.
  if (row.scheme === 'rsassa-pss') expect(row.saltBytes).toBe(digestBytes)
  expect(row.standard).toMatch(/^RFC \d{4} section \d/)
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
    'ES-256',
    'HS256',
    'none',
    'EdDSA',
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
    const known = new Set(ROWS.map(([name]) => name.toLowerCase()))
    fc.assert(
      fc.property(fc.string(), (name) => {
        fc.pre(!known.has(name.toLowerCase()))
        expect(() => parseAlgorithm(name)).toThrow('Unknown algorithm')
      }),
    )
  })

  test('a name from elsewhere is cut and escaped in the message', async () => {
    const error = await failure(() => parseAlgorithm(`\u001b[2J${'x'.repeat(1000)}`))
    expect(error.message).toContain("'\\u{1b}[2J")
    expect(error.message.length).toBeLessThan(400)
  })

  test.each([[undefined], [null], [256], [{ name: 'ES256' }], [new String('ES256')]])(
    '%p is a TypeError',
    (name) => {
      expect(() => parseAlgorithm(name as string)).toThrow(TypeError)
    },
  )
})
