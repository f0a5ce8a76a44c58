import { ECDH, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { type KeyKind, PublicKey } from '@signport/core'
import fc from 'fast-check'
import { kindOfSpec, spkiOfPoint } from '../src/public-point.js'
import { failureOf } from './support/failure.js'

const CURVES: [KeyKind, string][] = [
  ['P-256', 'prime256v1'],
  ['P-384', 'secp384r1'],
  ['P-521', 'secp521r1'],
  ['secp256k1', 'secp256k1'],
]

const spkiOf = (key: KeyObject) => key.export({ type: 'spki', format: 'der' })

function formsOf(curve: string, point: Buffer): [string, Buffer][] {
  const compressed = ECDH.convertKey(point, curve, undefined, undefined, 'compressed') as Buffer
  return [
    ['both coordinates', point.subarray(1)],
    ['both coordinates after 04', point],
    ['one coordinate', compressed],
  ]
}

describe('a point', () => {
  for (const [kind, curve] of CURVES) {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: curve })
    const spki = spkiOf(publicKey)
    const point = Buffer.from(PublicKey.from(publicKey).toRaw())

    test.each(formsOf(curve, point))(`on ${kind} with %s is the key that OpenSSL writes`, (_, form) => {
      expect(Buffer.from(spkiOfPoint(form, kind))).toEqual(spki)
    })

    test(`that is not on ${kind} is refused`, async () => {
      const moved = Buffer.from(point)
      moved.writeUInt8((moved.at(-1) ?? 0) ^ 1, moved.length - 1)
      const error = await failureOf(() => spkiOfPoint(moved, kind))
      expect(error).toMatchObject({ code: 'InvalidResponse', retryable: false })
    })

    test(`of an SPKI on ${kind} stays in it`, () => {
      expect(spkiOfPoint(spki, kind)).toBe(spki)
    })
  }

  test.each<KeyKind | undefined>(['Ed25519', undefined])('of Ed25519 is a key for the kind %s', (kind) => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const spki = spkiOf(publicKey)
    expect(Buffer.from(spkiOfPoint(spki.subarray(-32), kind))).toEqual(spki)
    expect(spkiOfPoint(spki, kind)).toBe(spki)
  })

  test('on a curve that nobody names is handed on', () => {
    const bytes = Buffer.alloc(65, 4)
    expect(spkiOfPoint(bytes, undefined)).toBe(bytes)
    expect(spkiOfPoint(bytes, 'RSA')).toBe(bytes)
  })

  test('of any bytes is a key, the same bytes, or refused as an answer', () => {
    const kinds = fc.constantFrom<KeyKind | undefined>(
      ...CURVES.map(([kind]) => kind),
      'Ed25519',
      'RSA',
      undefined,
    )
    const lengths = fc.oneof(fc.constantFrom(32, 33, 64, 65, 49, 96, 97, 67, 132, 133), fc.nat({ max: 200 }))
    const bytes = lengths.chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
    fc.assert(
      fc.property(bytes, kinds, (given, kind) => {
        try {
          const spki = spkiOfPoint(given, kind)
          expect(spki === given || spki[0] === 0x30).toBe(true)
        } catch (error) {
          expect(error).toMatchObject({ code: 'InvalidResponse' })
        }
      }),
    )
  })
})

test.each<[string | undefined, KeyKind | undefined]>([
  ['ECC_NIST_P256', 'P-256'],
  ['ECC_NIST_P384', 'P-384'],
  ['ECC_NIST_P521', 'P-521'],
  ['ECC_SECG_P256K1', 'secp256k1'],
  ['ECC_NIST_EDWARDS25519', 'Ed25519'],
  ['ECC_ED25519', 'Ed25519'],
  ['EDDSA_ED25519', 'Ed25519'],
  ['RSA_2048', undefined],
  ['constructor', undefined],
  [undefined, undefined],
])('the key spec %s is of the kind %s', (spec, kind) => {
  expect(kindOfSpec(spec)).toBe(kind)
})
