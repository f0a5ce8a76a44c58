import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { PublicKey } from '../src/index.js'
import { pssRestriction, readKeyKind } from '../src/key-kind.js'
import { bitString, hex, oid, sequence, unsigned } from './support/asn1.js'
import { failure } from './support/failure.js'
import { keyPair, pssKeyPair, rsaJwk } from './support/keys.js'

test.each([
  ['ES256', 'P-256'],
  ['ES384', 'P-384'],
  ['ES512', 'P-521'],
  ['ES256K', 'secp256k1'],
  ['Ed25519', 'Ed25519'],
] as const)('the key of %s is of the kind %s', (name, kind) => {
  expect(readKeyKind(keyPair(name).publicKey)).toEqual({ kind })
})

describe('an RSA key', () => {
  test.each([
    [2047, false],
    [2048, true],
    [2049, true],
    [3072, true],
    [4096, true],
    [8191, true],
    [8192, true],
    [8193, false],
    [16384, false],
    [16400, false],
    [1024, false],
    [512, false],
  ])('of %i bits is taken: %s', async (bits, taken) => {
    if (taken) expect(PublicKey.from(rsaJwk(bits))).toMatchObject({ kind: 'RSA', modulusBits: bits })
    else {
      const error = await failure(() => PublicKey.from(rsaJwk(bits)), 'InvalidArgument')
      expect(error.message).toBe(`RSA keys must have 2048 to 8192 bits, but this one has ${bits}.`)
    }
  })

  test('of 1024 bits is refused although node:crypto makes it', async () => {
    for (const type of ['rsa', 'rsa-pss'] as const) {
      const { publicKey } = generateKeyPairSync(type as 'rsa', { modulusLength: 1024 })
      await failure(() => PublicKey.from(publicKey), 'InvalidArgument')
    }
  })

  test.each([
    ['one', 'AQ', false],
    ['two', 'Ag', false],
    ['three', 'Aw', true],
    ['four', 'BA', false],
    ['17', 'EQ', true],
    ['65536', 'AQAA', false],
    ['65537', 'AQAB', true],
    ['a large odd number', hex('010000000000000001').toString('base64url'), true],
    ['a large even number', hex('010000000000000000').toString('base64url'), false],
  ])('with an exponent of %s (%s): taken is %s', async (_, e, taken) => {
    if (taken) expect(PublicKey.from(rsaJwk(2048, e)).toJwk().e).toBe(e)
    else expect((await failure(() => PublicKey.from(rsaJwk(2048, e)))).message).toContain('exponent')
  })

  test('with an even modulus is refused', async () => {
    const jwk = rsaJwk(2048)
    const n = Buffer.from(jwk.n, 'base64url')
    n[255] = (n[255] ?? 0) & 0xfe
    await failure(() => PublicKey.from({ ...jwk, n: n.toString('base64url') }), 'InvalidArgument')
  })
})

describe('kinds of keys that no algorithm uses', () => {
  const made: [string, () => KeyObject][] = [
    ['x25519', () => generateKeyPairSync('x25519').publicKey],
    ['x448', () => generateKeyPairSync('x448').publicKey],
    ['ed448', () => generateKeyPairSync('ed448').publicKey],
    ['dsa', () => generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).publicKey],
    ['dh', () => generateKeyPairSync('dh' as 'x448', { group: 'modp14' } as object).publicKey],
    ...['brainpoolP256r1', 'secp224r1', 'prime192v1'].map((namedCurve): [string, () => KeyObject] => [
      namedCurve,
      () => generateKeyPairSync('ec', { namedCurve }).publicKey,
    ]),
  ]

  test.each(made)('%s', async (name, make) => {
    const key = make()
    const error = await failure(() => PublicKey.from(key), 'InvalidArgument')
    expect(error.message).toMatch(
      name.length < 7
        ? `Keys of the type ${name} cannot be used here.`
        : `Keys on the curve ${name} cannot be used here.`,
    )
    const der = key.export({ type: 'spki', format: 'der' })
    expect((await failure(() => PublicKey.from(der))).message).toBe(error.message)
  })

  test('a JWK of X25519', async () => {
    const spki = generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'der' })
    const jwk = { kty: 'OKP', crv: 'X25519', x: spki.subarray(12).toString('base64url') }
    expect((await failure(() => PublicKey.from(jwk))).message).toContain('x25519')
  })
})

describe('kinds that are known without node:crypto', () => {
  test('SM2, made here: it would call the key one of ECDSA', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' })
    await failure(() => readKeyKind(publicKey), 'InvalidArgument')
    // Read from its DER, node:crypto no longer calls it a key on a curve.
    await failure(() => readKeyKind(keyPair('SM2').publicKey), 'InvalidArgument')
    expect(PublicKey.from(publicKey).kind).toBe('SM2')
    expect(PublicKey.from(publicKey.export({ type: 'spki', format: 'der' })).kind).toBe('SM2')
    expect(PublicKey.from(keyPair('SM2').publicKey).kind).toBe('SM2')
  })

  test.each(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const)('%s, which Node 20 does not have', (name) => {
    expect(PublicKey.from(keyPair(name).publicKey).kind).toBe(name)
  })
})

describe('the restriction of an id-RSASSA-PSS key', () => {
  test.each<[string, KeyObject, object | undefined]>([
    ['an RSA key', keyPair('RS256').publicKey, undefined],
    ['a key on a curve', keyPair('ES256').publicKey, undefined],
    ['no parameters', pssKeyPair().publicKey, { minSaltBytes: 0 }],
    ['SHA-256', pssKeyPair('sha256', 32).publicKey, { hash: 'sha256', maskHash: 'sha256', minSaltBytes: 32 }],
    ['SHA-512', pssKeyPair('sha512', 20).publicKey, { hash: 'sha512', maskHash: 'sha512', minSaltBytes: 20 }],
    // RFC 4055 section 3.1: what is left out has its default value.
    ['empty parameters', emptyPss(), { hash: 'sha1', maskHash: 'sha1', minSaltBytes: 20 }],
  ])('%s', (_, key, expected) => {
    expect(pssRestriction(key)).toEqual(expected)
    expect(PublicKey.from(key).pss).toEqual(expected)
  })
})

function emptyPss(): KeyObject {
  const modulus = Buffer.from(rsaJwk(2048).n, 'base64url')
  const algorithm = sequence(oid('2a864886f70d01010a'), sequence())
  const der = sequence(algorithm, bitString(sequence(unsigned(modulus), hex('0203010001'))))
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
}
