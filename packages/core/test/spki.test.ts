import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { PublicKey } from '../src/index.js'
import { readSpki, spkiOfMlDsa } from '../src/spki.js'
import {
  bitString,
  element,
  explicit,
  hex,
  integer,
  nothing,
  oid,
  pem,
  sequence,
  unsigned,
} from './support/asn1.js'
import { failure } from './support/failure.js'
import { keyPair, type MlDsaName, pssKeyPair, spkiOf } from './support/keys.js'
import { openssl, testWithOpenssl } from './support/openssl.js'

/** RFC 5480, GM/T 0006-2012, RFC 3279, RFC 4055, RFC 8410, RFC 9881. */
const EC = oid('2a8648ce3d0201')
const P256 = oid('2a8648ce3d030107')
const SM2 = oid('2a811ccf5501822d')
const RSA = oid('2a864886f70d010101')
const PSS = oid('2a864886f70d01010a')
const ED25519 = oid('2b6570')
const ML_DSA_44 = oid('608648016503040311')
const SHA256 = oid('608648016503040201')
const MGF1 = oid('2a864886f70d010108')

const ecSpki = spkiOf(keyPair('ES256').publicKey)
const point = ecSpki.subarray(-65)
const x = point.subarray(1, 33)
const parity = (point.at(-1) ?? 0) & 1
const ec = (...key: Uint8Array[]) => sequence(sequence(EC, P256), bitString(...key))

const numbers = keyPair('RS256').publicKey.export({ type: 'pkcs1', format: 'der' })
const rsa = (...key: Uint8Array[]) => sequence(sequence(RSA, nothing), bitString(...key))

const edPoint = spkiOf(keyPair('Ed25519').publicKey).subarray(-32)

const sm2Point = spkiOf(keyPair('SM2').publicKey).subarray(-65)
const sm2 = (...key: Uint8Array[]) => sequence(sequence(EC, SM2), bitString(...key))

const ML_DSA: readonly MlDsaName[] = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']
const mlDsaKey = spkiOf(keyPair('ML-DSA-44').publicKey).subarray(-1312)
const mlDsa = (...key: Uint8Array[]) => sequence(sequence(ML_DSA_44), bitString(...key))

describe('the keys of every algorithm are read as they are', () => {
  test.each([
    ['P-256', keyPair('ES256').publicKey, 65],
    ['P-384', keyPair('ES384').publicKey, 97],
    ['P-521', keyPair('ES512').publicKey, 133],
    ['secp256k1', keyPair('ES256K').publicKey, 65],
    ['SM2', keyPair('SM2').publicKey, 65],
    ['Ed25519', keyPair('Ed25519').publicKey, 32],
    ['RSA', keyPair('RS256').publicKey, numbers.length],
    ['RSA for PSS', pssKeyPair().publicKey, numbers.length],
    ['RSA for PSS with SHA-384', pssKeyPair('sha384', 48).publicKey, numbers.length],
  ])('%s', (name, key, rawBytes) => {
    const { keyObject, der, raw, kind } = readSpki(spkiOf(key))
    expect(der).toEqual(spkiOf(key))
    expect(keyObject?.equals(key)).toBe(true)
    expect(raw).toEqual(Uint8Array.from(spkiOf(key).subarray(-rawBytes)))
    // Of SM2 alone node:crypto does not tell what it is.
    expect(kind).toBe(name === 'SM2' ? 'SM2' : undefined)
  })

  test.each(ML_DSA)('%s', (name) => {
    const key = spkiOf(keyPair(name).publicKey)
    const { keyObject, der, raw, kind } = readSpki(key)
    expect(der).toEqual(key)
    expect(kind).toBe(name)
    expect(key.subarray(22)).toEqual(Buffer.from(raw))
    expect(Buffer.from(spkiOfMlDsa(name, raw))).toEqual(key)
    // Node 20 does not have it.
    expect(keyObject !== undefined).toBe(!process.version.startsWith('v20.'))
    if (keyObject) expect(spkiOf(keyObject)).toEqual(key)
  })

  test('and so is what the tests build themselves', () => {
    expect(ec(point)).toEqual(ecSpki)
    expect(sm2(sm2Point)).toEqual(spkiOf(keyPair('SM2').publicKey))
    expect(mlDsa(mlDsaKey)).toEqual(spkiOf(keyPair('ML-DSA-44').publicKey))
    expect(rsa(numbers)).toEqual(spkiOf(keyPair('RS256').publicKey))
    expect(Buffer.from(readSpki(sequence(sequence(ED25519), bitString(edPoint))).der).subarray(-32)).toEqual(
      edPoint,
    )
  })

  test('and what is read is memory of its own', () => {
    for (const name of ['ES256', 'SM2', 'ML-DSA-65'] as const) {
      const der = spkiOf(keyPair(name).publicKey)
      const read = readSpki(der)
      const raw = Buffer.from(read.raw)
      der.fill(0)
      expect(Buffer.from(read.der)).toEqual(spkiOf(keyPair(name).publicKey))
      expect(Buffer.from(read.raw)).toEqual(raw)
    }
  })
})

const withTrailer = (der: Uint8Array) => Buffer.concat([der, Uint8Array.of(0)])
const offCurve = Buffer.from(point)
offCurve[64] = (offCurve[64] ?? 0) ^ 1

const REFUSED: [string, Uint8Array][] = [
  ['a byte after a P-256 key', withTrailer(ecSpki)],
  ['a byte after an RSA key', withTrailer(rsa(numbers))],
  ['an element after the bit string', sequence(sequence(EC, P256), bitString(point), nothing)],
  ['a byte after the RSA numbers', rsa(numbers, Uint8Array.of(0))],
  ['a third RSA number', rsa(sequence(unsigned(hex('81')), integer(3), integer(5)))],
  ['an element after the curve', sequence(sequence(EC, P256, nothing), bitString(point))],
  ['a long form of the outer length', Buffer.concat([hex('3081'), ecSpki.subarray(1)])],
  ['a long form of an inner length', sequence(hex('308113'), EC, P256, bitString(point))],
  ['an indefinite length', sequence(hex('3080'), EC, P256, hex('0000'), bitString(point))],
  ['unused bits', sequence(sequence(EC, P256), element(0x03, hex('01'), point))],
  ['an empty bit string', sequence(sequence(EC, P256), element(0x03))],
  ['a point without bytes', ec()],
  // OpenSSL reads it, and then node:crypto ends the process: the reason for reading the form first.
  ['the point at infinity', ec(hex('00'))],
  ['a compressed point', ec(Uint8Array.of(2 + parity), x)],
  ['a hybrid point', ec(Uint8Array.of(6 + parity), point.subarray(1))],
  ['a point off the curve', ec(offCurve)],
  ['a point of zeros', ec(Uint8Array.of(4), new Uint8Array(64))],
  ['a point that is too short', ec(point.subarray(0, 64))],
  ['a point that is too long', ec(point, Uint8Array.of(0))],
  ['a coordinate that is not below the prime', ec(Uint8Array.of(4), Buffer.alloc(64, 0xff))],
  ['no curve', sequence(sequence(EC), bitString(point))],
  ['an implicit curve', sequence(sequence(EC, nothing), bitString(point))],
  ['an unknown curve', sequence(sequence(EC, oid('2a0304')), bitString(point))],
  ['the point of another curve', sequence(sequence(EC, oid('2b8104000a')), bitString(point))],
  ['an unknown kind of key', sequence(sequence(oid('2a0304'), nothing), bitString(point))],
  ['an even RSA modulus', rsa(sequence(unsigned(Buffer.alloc(256, 0x80)), integer(1, 0, 1)))],
  ['an RSA modulus of zero', rsa(sequence(integer(0), integer(1, 0, 1)))],
  ['a negative RSA modulus', rsa(sequence(element(2, Buffer.alloc(256, 0x81)), integer(1, 0, 1)))],
  ['an RSA exponent of zero', rsa(sequence(unsigned(Buffer.alloc(256, 0x81)), integer(0)))],
  ['a negative RSA exponent', rsa(sequence(unsigned(Buffer.alloc(256, 0x81)), integer(0xff)))],
  ['RSA numbers that are none', rsa(hex('beef'))],
  ['RSA-PSS parameters of nothing', sequence(sequence(PSS, nothing), bitString(numbers))],
  ['an RSA-PSS salt of more than a number', pssWithSalt(Buffer.alloc(12, 0x7f))],
  ['a negative RSA-PSS salt', pssWithSalt(hex('ff'))],
  [
    'an RSA-PSS mask without a hash',
    sequence(sequence(PSS, sequence(explicit(1, sequence(MGF1)))), bitString(numbers)),
  ],
  ['another RSA-PSS trailer', sequence(sequence(PSS, sequence(explicit(3, integer(2)))), bitString(numbers))],
  ['31 bytes of Ed25519', sequence(sequence(ED25519), bitString(edPoint.subarray(1)))],
  ['33 bytes of Ed25519', sequence(sequence(ED25519), bitString(edPoint, hex('00')))],
  ['parameters of Ed25519', sequence(sequence(ED25519, nothing), bitString(edPoint))],
  ['an Ed25519 number that is no point', sequence(sequence(ED25519), bitString(Buffer.alloc(32, 2)))],
  ['a point of small order', sequence(sequence(ED25519), bitString(hex(`01${'00'.repeat(31)}`)))],
  ['a byte after an SM2 key', withTrailer(sm2(sm2Point))],
  ['SM2: a compressed point', sm2(Uint8Array.of(2 + ((sm2Point.at(-1) ?? 0) & 1)), sm2Point.subarray(1, 33))],
  ['SM2: the point at infinity', sm2(hex('00'))],
  ['SM2: a point of P-256', sm2(point)],
  ['SM2: an element after the curve', sequence(sequence(EC, SM2, nothing), bitString(sm2Point))],
  ['a byte after an ML-DSA key', withTrailer(mlDsa(mlDsaKey))],
  ['1311 bytes of ML-DSA-44', mlDsa(mlDsaKey.subarray(1))],
  ['1313 bytes of ML-DSA-44', mlDsa(mlDsaKey, hex('00'))],
  ['an ML-DSA key without bytes', mlDsa()],
  ['parameters of ML-DSA', sequence(sequence(ML_DSA_44, nothing), bitString(mlDsaKey))],
  ['unused bits of ML-DSA', sequence(sequence(ML_DSA_44), element(0x03, hex('01'), mlDsaKey))],
  ['another parameter set', sequence(sequence(oid('608648016503040312')), bitString(mlDsaKey))],
  ['ML-DSA of hashes', sequence(sequence(oid('608648016503040320')), bitString(mlDsaKey))],
  ['an RSA key by its PKCS #1 form alone', numbers],
  ['a private key', keyPair('ES256').privateKey.export({ type: 'pkcs8', format: 'der' })],
  ['a private key in its older form', keyPair('ES256').privateKey.export({ type: 'sec1', format: 'der' })],
  [
    'an RSA private key in its older form',
    keyPair('RS256').privateKey.export({ type: 'pkcs1', format: 'der' }),
  ],
  ['an empty sequence', hex('3000')],
  ['nothing', hex('')],
]

function pssWithSalt(salt: Uint8Array): Buffer {
  const hash = explicit(0, sequence(SHA256, nothing))
  const mask = explicit(1, sequence(MGF1, sequence(SHA256, nothing)))
  const parameters = sequence(hash, mask, explicit(2, element(2, salt)))
  return sequence(sequence(PSS, parameters), bitString(numbers))
}

describe('refused:', () => {
  test.each(REFUSED)('%s', async (_, der) => {
    const error = await failure(() => readSpki(der), 'InvalidArgument')
    expect(error.message).toMatch(/^The public key is malformed: .+\.$/)
    expect(error.cause).toBeInstanceOf(Error)
  })

  // PEM has the same content, and a KeyObject may have been made of it.
  test.each(REFUSED.filter(([, der]) => der.length > 0))('%s, in PEM', async (_, der) => {
    await failure(() => PublicKey.from(pem('PUBLIC KEY', der)), 'InvalidArgument')
  })

  test.each([
    ['infinity', ec(hex('00'))],
    ['compressed', ec(Uint8Array.of(2 + parity), x)],
    ['hybrid', ec(Uint8Array.of(6 + parity), point.subarray(1))],
    ['a salt of more than a number', pssWithSalt(Buffer.alloc(12, 0x7f))],
  ])('%s, although node:crypto has made a KeyObject of it', async (_, der) => {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    await failure(() => PublicKey.from(key), 'InvalidArgument')
  })

  testWithOpenssl('a curve by its parameters, as openssl writes it', async () => {
    const made = openssl(['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-param_enc', 'explicit'])
    const text = openssl(['ec', '-pubout', '-param_enc', 'explicit'], made).toString()
    expect(createPublicKey(text).asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    await failure(() => PublicKey.from(text), 'InvalidArgument')
    await failure(() => PublicKey.from(createPublicKey(text)), 'InvalidArgument')
  })
})

test('an RSA-PSS key without the NULL of its hashes has the fingerprint of one with it', () => {
  const parameters = (...end: Uint8Array[]) =>
    sequence(
      explicit(0, sequence(SHA256, ...end)),
      explicit(1, sequence(MGF1, sequence(SHA256, ...end))),
      explicit(2, integer(32)),
    )
  const key = (...end: Uint8Array[]) =>
    PublicKey.from(sequence(sequence(PSS, parameters(...end)), bitString(numbers)))
  // RFC 4055 section 2.1: both are to be accepted.
  expect(key().fingerprint).toBe(key(nothing).fingerprint)
})

test('an RSA key without the NULL of its algorithm has the fingerprint of one with it', () => {
  // RFC 8017 appendix A.1 asks for it; OpenSSL does without.
  const [one, other] = [[nothing], []].map((end) =>
    PublicKey.from(sequence(sequence(RSA, ...end), bitString(numbers))),
  )
  expect(one?.fingerprint).toBe(other?.fingerprint)
})

describe('whatever happens to the bytes of a key', () => {
  const keys = [
    keyPair('ES256').publicKey,
    keyPair('ES512').publicKey,
    keyPair('Ed25519').publicKey,
    keyPair('SM2').publicKey,
    keyPair('ML-DSA-44').publicKey,
    pssKeyPair('sha256', 32).publicKey,
    generateKeyPairSync('rsa', { modulusLength: 512 }).publicKey,
    generateKeyPairSync('x25519').publicKey,
  ].map(spkiOf)

  const change = fc.tuple(
    fc.constantFrom('replace', 'remove', 'insert'),
    fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    fc.nat(255),
  )

  test('there is a key, spelled in its one way, or InvalidArgument', () => {
    const count = { read: 0, refused: 0 }
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.array(change, { maxLength: 3 }), (key, changes) => {
        const bytes = [...key]
        for (const [kind, place, byte] of changes) {
          const at = Math.floor(place * Math.min(bytes.length, 90))
          if (kind === 'replace') bytes[at] = byte
          else bytes.splice(at, kind === 'remove' ? 1 : 0, ...(kind === 'remove' ? [] : [byte]))
        }
        bytes[1] = bytes.length < 130 ? bytes.length - 2 : (bytes[1] ?? 0)
        try {
          const der = Uint8Array.from(bytes)
          const found = PublicKey.from(der)
          // The parameters of PSS alone can be written in several ways.
          if (!found.pss) expect(found.toSpki()).toEqual(der)
          expect(PublicKey.from(found.toSpki()).fingerprint).toBe(found.fingerprint)
          count.read++
        } catch (error) {
          if ((error as { code?: string }).code !== 'InvalidArgument') throw error
          count.refused++
        }
      }),
      { numRuns: 3000 },
    )
    expect(count.read).toBeGreaterThan(50)
    expect(count.refused).toBeGreaterThan(50)
  })

  test('and of bytes that never were one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (content) => {
        const der = sequence(sequence(EC, P256), bitString(content))
        expect(() => readSpki(der)).toThrow('malformed')
        expect(() => readSpki(randomBytes(content.length))).toThrow('malformed')
      }),
    )
  })
})
