import { createHash, createPrivateKey, type KeyObject, sign, verify } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import fc from 'fast-check'
import { calculateJwkThumbprint } from 'jose'
import { createVerifier, PublicKey } from '../src/index.js'
import { createHasher, mlDsaOfOid } from '../src/kit.js'
import { type MlDsaKind, mlDsaPrefix, verifyMlDsa } from '../src/ml-dsa.js'
import { bitString, element, hex, nothing, oid, sequence } from './support/asn1.js'
import { failure } from './support/failure.js'
import { reusing, streamOf } from './support/streams.js'

const MESSAGE = Buffer.from('The quick brown fox jumps over the lazy dog')
const SEED = hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f')

/** What node:crypto can do with ML-DSA: nothing on 20, read and verify on 22, everything on 24. */
const [major = 0] = process.versions.node.split('.').map(Number)
const reads = major >= 22
const signs = major >= 24

/** Each parameter set with the first bytes of its SPKI and of its PKCS#8 as a seed (RFC 9881), written down as they are. */
const SETS = [
  {
    kind: 'ML-DSA-44',
    noble: ml_dsa44,
    spki: '30820532300b06096086480165030403110382052100',
    pkcs8: '3034020100300b060960864801650304031104228020',
    rawBytes: 1312,
    signatureBytes: 2420,
  },
  {
    kind: 'ML-DSA-65',
    noble: ml_dsa65,
    spki: '308207b2300b0609608648016503040312038207a100',
    pkcs8: '3034020100300b060960864801650304031204228020',
    rawBytes: 1952,
    signatureBytes: 3309,
  },
  {
    kind: 'ML-DSA-87',
    noble: ml_dsa87,
    spki: '30820a32300b060960864801650304031303820a2100',
    pkcs8: '3034020100300b060960864801650304031304228020',
    rawBytes: 2592,
    signatureBytes: 4627,
  },
] as const

const CONTEXTS: [string, Uint8Array][] = [
  ['no context', new Uint8Array()],
  ['a context', Buffer.from('invoices')],
  ['a context of 255 bytes', Buffer.alloc(255, 0xab)],
]

/** mu as FIPS 204 writes it (algorithm 7, step 6, and algorithm 2, step 10): H(H(pk) ‖ 0 ‖ |ctx| ‖ ctx ‖ M). */
function muOf(publicKey: Uint8Array, message: Uint8Array, context: Uint8Array): Buffer {
  const hash = (...parts: Uint8Array[]) =>
    createHash('shake256', { outputLength: 64 }).update(Buffer.concat(parts)).digest()
  return hash(hash(publicKey), Uint8Array.of(0, context.length), context, message)
}

function nativeKey(pkcs8: string): KeyObject {
  return createPrivateKey({ key: Buffer.concat([hex(pkcs8), SEED]), format: 'der', type: 'pkcs8' })
}

describe.each(SETS)('$kind', ({ kind, noble, spki, pkcs8, rawBytes, signatureBytes }) => {
  const { publicKey: raw, secretKey } = noble.keygen(SEED)
  const der = Buffer.concat([hex(spki), raw])
  const key = PublicKey.from(der)
  const jwk = { kty: 'AKP', alg: kind, pub: Buffer.from(raw).toString('base64url') }
  const verifierFor = (context: string | Uint8Array = new Uint8Array()) =>
    createVerifier({ publicKey: der, algorithm: kind, context })

  describe('its public key', () => {
    test('has SPKI, JWK, PEM and its bytes, each of which leads back to it', async () => {
      expect(key.kind).toBe(kind)
      expect(Buffer.from(key.toSpki())).toEqual(der)
      expect(Buffer.from(key.toRaw())).toEqual(Buffer.from(raw))
      expect(key.toRaw()).toHaveLength(rawBytes)
      const { kid, ...members } = key.toJwk()
      expect(members).toEqual(jwk)
      expect(kid).toBe(key.thumbprint)
      for (const form of [key.toPem(), key.toJwk(), JSON.stringify(jwk), Buffer.from(key.toPem())])
        expect(Buffer.from(PublicKey.from(form).toSpki())).toEqual(der)
    })

    test('has the thumbprint that jose computes', async () => {
      expect(key.thumbprint).toBe(await calculateJwkThumbprint(jwk))
    })

    test(`is ${reads ? '' : 'not '}one of node:crypto`, async () => {
      expect(key.isNative).toBe(reads)
      if (reads) expect(PublicKey.from(key.toKeyObject()).equals(key)).toBe(true)
      else
        expect((await failure(() => key.toKeyObject(), 'UnsupportedAlgorithm')).message).toBe(
          `Node ${process.version} has no keys of the kind ${kind}.`,
        )
    })

    const id = oid(spki.slice(spki.indexOf('0609') + 4, spki.indexOf('0609') + 22))
    const short = raw.subarray(1)
    test.each<[string, Uint8Array]>([
      ['a byte less', sequence(sequence(id), bitString(short))],
      ['a byte more', sequence(sequence(id), bitString(raw, Uint8Array.of(0)))],
      ['no bytes', sequence(sequence(id), bitString())],
      ['parameters', sequence(sequence(id, nothing), bitString(raw))],
      ['unused bits', sequence(sequence(id), element(3, Uint8Array.of(1), raw))],
      ['bytes after it', Buffer.concat([der, Uint8Array.of(0)])],
    ])('with %s is refused', async (_, malformed) => {
      await failure(() => PublicKey.from(malformed), 'InvalidArgument')
    })

    test.each<[string, object, string]>([
      ['no alg', { kty: 'AKP', pub: jwk.pub }, `The 'alg' of an AKP key must be`],
      ['another alg', { ...jwk, alg: 'ES256' }, `The 'alg' of an AKP key must be`],
      ['an alg of Object', { ...jwk, alg: 'constructor' }, `The 'alg' of an AKP key must be`],
      ['no pub', { kty: 'AKP', alg: kind }, 'malformed'],
      ['a pub that is no text', { ...jwk, pub: 7 }, `The member 'pub'`],
      ['a padded pub', { ...jwk, pub: `${jwk.pub}=` }, `The member 'pub'`],
      ['a pub that is too short', { ...jwk, pub: Buffer.from(short).toString('base64url') }, 'malformed'],
      ['its seed', { ...jwk, priv: SEED.toString('base64url') }, `(its member 'priv')`],
    ])('as a JWK with %s is refused', async (_, malformed, why) => {
      const error = await failure(() => PublicKey.from(malformed as typeof jwk), 'InvalidArgument')
      expect(error.message).toContain(why)
    })
  })

  describe.each(CONTEXTS)('%s', (_, context) => {
    const signature = noble.sign(MESSAGE, secretKey, { context })
    const mu = muOf(raw, MESSAGE, context)

    test('mu is that of FIPS 204', () => {
      const digest = { hash: 'shake256', bytes: 64, kind: 'ml-dsa-mu' } as const
      expect(createHasher(digest, key, { context }).update(MESSAGE).digest()).toEqual(mu)
      expect(mlDsaPrefix(raw, context)).toHaveLength(66 + context.length)
    })

    test('a signature of @noble/post-quantum verifies from message, stream and mu', async () => {
      const verifier = verifierFor(context)
      expect(signature).toHaveLength(signatureBytes)
      expect(await verifier.verify(MESSAGE, signature)).toBe(true)
      expect(await verifier.verify(reusing(MESSAGE, 10), signature)).toBe(true)
      expect(await verifier.verifyDigest(mu, signature)).toBe(true)
    })

    test('under another context it is false', async () => {
      for (const other of ['other', ...(context.length > 0 ? [''] : [])]) {
        const verifier = verifierFor(other)
        expect(await verifier.verify(MESSAGE, signature)).toBe(false)
        expect(await verifier.verify(streamOf(MESSAGE), signature)).toBe(false)
      }
    })

    const bent = (position: number) => {
      const copy = Uint8Array.from(signature)
      copy[position] = (copy[position] ?? 0) ^ 1
      return copy
    }
    test.each<[string, Uint8Array]>([
      ['nothing', new Uint8Array()],
      ['a byte less', signature.subarray(0, -1)],
      ['a byte more', Buffer.concat([signature, Uint8Array.of(0)])],
      ['another challenge', bent(0)],
      ['another response', bent(100)],
      ['another hint', bent(signatureBytes - 1)],
      ['zeros', new Uint8Array(signatureBytes)],
      ['ones', new Uint8Array(signatureBytes).fill(0xff)],
    ])('%s is no signature', async (_, bytes) => {
      const verifier = verifierFor(context)
      expect(await verifier.verify(MESSAGE, bytes)).toBe(false)
      expect(await verifier.verify(streamOf(MESSAGE), bytes)).toBe(false)
      expect(await verifier.verifyDigest(mu, bytes)).toBe(false)
    })
  })

  test('the context may be text', async () => {
    const signature = noble.sign(MESSAGE, secretKey, { context: Buffer.from('Grüße') })
    expect(await verifierFor('Grüße').verify(MESSAGE, signature)).toBe(true)
  })

  test('256 bytes of context are refused', async () => {
    const error = await failure(() => verifierFor(new Uint8Array(256)), 'InvalidArgument')
    expect(error.message).toBe('context has at most 255 bytes, but this one has 256.')
  })

  test('a digest of another length is refused', async () => {
    const error = await failure(
      () => verifierFor().verifyDigest(new Uint8Array(63), new Uint8Array()),
      'DigestLengthMismatch',
    )
    expect(error.message).toBe(`${kind} signs a shake256 digest of exactly 64 bytes, but this one has 63.`)
  })

  const testWithSigning = signs ? test : test.skip
  testWithSigning('a signature of node:crypto verifies from message, stream and mu', async () => {
    const signature = sign(undefined, MESSAGE, nativeKey(pkcs8))
    const mu = muOf(raw, MESSAGE, new Uint8Array())
    expect(await verifierFor().verify(MESSAGE, signature)).toBe(true)
    expect(await verifierFor().verify(streamOf(MESSAGE), signature)).toBe(true)
    expect(await verifyMlDsa(kind, mu, signature, raw)).toBe(true)
  })

  const testWithReading = reads ? test : test.skip
  testWithReading('@noble/post-quantum and node:crypto agree about every signature', () => {
    const position = fc.nat(signatureBytes - 1)
    fc.assert(
      fc.property(fc.uint8Array(), fc.option(position), (message, bentAt) => {
        const signature = noble.sign(message, secretKey)
        if (bentAt !== null) signature[bentAt] = (signature[bentAt] ?? 0) ^ 0x10
        const expected = verify(undefined, message, key.toKeyObject(), signature)
        expect(expected).toBe(bentAt === null)
        expect(noble.verify(signature, message, raw)).toBe(expected)
      }),
      { numRuns: 20 },
    )
  })
})

test('no other algorithm has a context', async () => {
  const publicKey = PublicKey.from({
    kty: 'OKP',
    crv: 'Ed25519',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  })
  for (const algorithm of ['Ed25519', 'Ed25519ph']) {
    const error = await failure(
      () => createVerifier({ publicKey, algorithm, context: 'c' }),
      'InvalidArgument',
    )
    expect(error.message).toBe(`context belongs to ML-DSA; ${algorithm} has none.`)
  }
})

test.each<[string, MlDsaKind | undefined]>([
  ['608648016503040311', 'ML-DSA-44'],
  ['608648016503040312', 'ML-DSA-65'],
  ['608648016503040313', 'ML-DSA-87'],
  // HashML-DSA-44 with SHA-512, and id-ml-kem-512: other algorithms.
  ['608648016503040320', undefined],
  ['608648016503040401', undefined],
])('the object identifier %s is %s', (identifier, kind) => {
  expect(mlDsaOfOid(identifier)).toBe(kind)
})
