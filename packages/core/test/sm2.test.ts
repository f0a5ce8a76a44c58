import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  generateKeyPairSync,
} from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sm2 as smCrypto } from 'sm-crypto-v2'
import { toDer } from '../src/ecdsa-signature.js'
import { createVerifier, type Digest, PublicKey, parseAlgorithm } from '../src/index.js'
import { createHasher, digestPrefix } from '../src/kit.js'
import { isSm2Scalar, signSm2, sm2Prefix, verifySm2 } from '../src/sm2.js'
import { element, hex, integer, pem, sequence, unsigned } from './support/asn1.js'
import { failure } from './support/failure.js'
import { openssl, testWithOpenssl, withFiles } from './support/openssl.js'
import { EXAMPLE, sm2Spki } from './support/sm2-example.js'
import { reusing, streamOf } from './support/streams.js'

/** The order of the curve's group (GB/T 32918.5-2017 section 2). */
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n

const { message: MESSAGE, r: R, s: S } = EXAMPLE
const POINT = Buffer.concat([Uint8Array.of(4), EXAMPLE.x, EXAMPLE.y])
const SPKI = sm2Spki(EXAMPLE.x, EXAMPLE.y)
const SIGNATURE = sequence(unsigned(R), unsigned(S))
const key = PublicKey.from(SPKI)
const row = parseAlgorithm('SM2')
const digest = row.digest as Digest
const verifierFor = (options: object = {}) =>
  createVerifier({ publicKey: SPKI, algorithm: 'SM2', ...options })

const bytes32 = (number: bigint) => hex(number.toString(16).padStart(64, '0'))
const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const modN = (number: bigint) => ((number % N) + N) % N

/** A key of the openssl command, real SM2 for node:crypto, too. */
function newKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' })
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const publicPem = createPublicKey(privatePem).export({ type: 'spki', format: 'pem' }).toString()
  const raw = PublicKey.from(publicPem).toRaw()
  // A public key follows the number, and before it stands its tag and length.
  const scalar = privateKey.export({ type: 'sec1', format: 'der' }).subarray(7, 39)
  return { privatePem, publicPem, raw, scalar }
}

describe('the example of GB/T 32918.5-2017', () => {
  test('Z, and the digest of Z and message', () => {
    expect(Buffer.from(sm2Prefix(POINT))).toEqual(EXAMPLE.z)
    expect(Buffer.from(digestPrefix(row, key, {}))).toEqual(EXAMPLE.z)
    expect(createHasher(digest, key).update(MESSAGE).digest()).toEqual(EXAMPLE.e)
  })

  test('the signature verifies, from message, stream and digest', async () => {
    const verifier = verifierFor()
    expect(await verifySm2(EXAMPLE.e, Buffer.concat([R, S]), POINT)).toBe(true)
    expect(await verifier.verify(MESSAGE, SIGNATURE)).toBe(true)
    expect(await verifier.verify(reusing(MESSAGE, 5), SIGNATURE)).toBe(true)
    expect(await verifier.verifyDigest(EXAMPLE.e, SIGNATURE)).toBe(true)
  })

  test('is none over SM3 of the message alone', async () => {
    expect(await verifierFor().verifyDigest(createHash('sm3').update(MESSAGE).digest(), SIGNATURE)).toBe(
      false,
    )
  })

  test('strangers agree that it is one', () => {
    const hexOf = (...parts: Uint8Array[]) => Buffer.concat(parts).toString('hex')
    const options = { hash: true, der: true, userId: EXAMPLE.userId }
    expect(smCrypto.doVerifySignature(MESSAGE, hexOf(SIGNATURE), hexOf(POINT), options)).toBe(true)
    const verifier = createVerify('sm3').update(EXAMPLE.z).update(MESSAGE)
    expect(verifier.verify(pem('PUBLIC KEY', SPKI), SIGNATURE)).toBe(true)
  })
})

describe('numbers that are no signature', () => {
  // The key's own number is known here: only so can the sum be made the point at infinity.
  const d = numberOf(EXAMPLE.d)
  const t = 1234n
  const infinite = modN(-t * d)
  const twin = bytes32(N - numberOf(S))

  test.each<[string, Uint8Array, Uint8Array]>([
    ['r of zero', bytes32(0n), S],
    ['s of zero', R, bytes32(0n)],
    ['r of n', bytes32(N), S],
    ['s of n', R, bytes32(N)],
    ['r of the greatest number', bytes32(2n ** 256n - 1n), S],
    ['r and s whose sum is n', R, bytes32(N - numberOf(R))],
    ['a sum of points at infinity', bytes32(modN(t - infinite)), bytes32(infinite)],
    ['r and s exchanged', S, R],
    ['n - s, which ECDSA would take', R, twin],
  ])('%s', async (_, r, s) => {
    expect(await verifySm2(EXAMPLE.e, Buffer.concat([r, s]), POINT)).toBe(false)
    if (!r.some(Boolean) || !s.some(Boolean)) return
    const signature = toDer(Buffer.concat([r, s]), 32)
    expect(await verifierFor().verify(MESSAGE, signature)).toBe(false)
    expect(await verifierFor().verifyDigest(EXAMPLE.e, signature)).toBe(false)
  })
})

describe('bytes that are laid out otherwise', () => {
  test.each<[string, Uint8Array]>([
    ['r ‖ s', Buffer.concat([R, S])],
    ['nothing', new Uint8Array()],
    ['a byte more after it', Buffer.concat([SIGNATURE, Uint8Array.of(0)])],
    ['a byte more inside', sequence(unsigned(R), unsigned(S), Uint8Array.of(0))],
    ['a third number', sequence(unsigned(R), unsigned(S), integer(1))],
    ['a byte less', SIGNATURE.subarray(0, -1)],
    ['needless zeros', sequence(element(2, Uint8Array.of(0, 0), R), unsigned(S))],
    ['a negative number', sequence(element(2, R), unsigned(S))],
    ['a long length', Buffer.concat([Uint8Array.of(0x30, 0x81), SIGNATURE.subarray(1)])],
  ])('%s', async (_, signature) => {
    const verifier = verifierFor()
    expect(await verifier.verify(MESSAGE, signature)).toBe(false)
    expect(await verifier.verify(MESSAGE, signature, { encoding: 'ieee-p1363' })).toBe(false)
    expect(await verifier.verifyDigest(EXAMPLE.e, signature)).toBe(false)
  })
})

test.each<[string, bigint, boolean]>([
  ['0', 0n, false],
  ['1', 1n, true],
  ['n - 2', N - 2n, true],
  ['n - 1', N - 1n, false],
  ['n', N, false],
  ['n + 1', N + 1n, false],
])('%s as a private key', (_, number, expected) => {
  expect(isSm2Scalar(bytes32(number))).toBe(expected)
})

describe('signatures from a digest', () => {
  test('verify by node:crypto and here, whatever the digest', async () => {
    const { publicPem, raw, scalar } = newKey()
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (message) => {
      const prefix = sm2Prefix(raw)
      const digest = createHash('sm3').update(prefix).update(message).digest()
      const signature = await signSm2(digest, scalar)
      expect(await verifySm2(digest, signature, raw)).toBe(true)
      const verifier = createVerify('sm3').update(prefix).update(message)
      expect(verifier.verify(publicPem, toDer(signature, 32))).toBe(true)
    })
    await fc.assert(property, { numRuns: 30 })
  })

  test('two of one digest differ', async () => {
    const [one, two] = [await signSm2(EXAMPLE.e, EXAMPLE.d), await signSm2(EXAMPLE.e, EXAMPLE.d)]
    expect(one).not.toEqual(two)
  })
})

describe('the id of the signer', () => {
  const { privatePem, publicPem, raw, scalar } = newKey()
  // The length is counted in bits, in two bytes: 8191 bytes fit, of which openssl takes one less.
  const longest = 'x'.repeat(8190)
  const ids: [string, string | Uint8Array, string][] = [
    ['the usual one', '1234567812345678', 'distid:1234567812345678'],
    ['a text', 'alice@example.org', 'distid:alice@example.org'],
    ['a text that is not ASCII', '签名者', 'distid:签名者'],
    ['bytes', Uint8Array.of(0, 255, 0, 1), 'hexdistid:00FF0001'],
    ['nothing', '', 'distid:'],
    ['8190 bytes', longest, `distid:${longest}`],
  ]

  testWithOpenssl.each(ids)('%s: a signature of openssl', async (_, userId, option) => {
    const signature = withFiles([privatePem], (path) =>
      openssl(['dgst', '-sm3', '-sign', path, '-sigopt', option], MESSAGE),
    )
    const verifier = createVerifier({ publicKey: publicPem, algorithm: 'SM2', userId })
    const other = createVerifier({ publicKey: publicPem, algorithm: 'SM2', userId: 'somebody else' })
    for (const input of [() => MESSAGE, () => streamOf(MESSAGE)]) {
      expect(await verifier.verify(input(), signature)).toBe(true)
      expect(await other.verify(input(), signature)).toBe(false)
    }
    const prefix = sm2Prefix(raw, Buffer.from(userId))
    const digest = createHash('sm3').update(prefix).update(MESSAGE).digest()
    // What is in the digest already needs not to be said again.
    expect(await other.verifyDigest(digest, signature)).toBe(true)
  })

  testWithOpenssl.each(ids)('%s: a signature of ours', async (_, userId, option) => {
    const prefix = sm2Prefix(raw, Buffer.from(userId))
    const digest = createHash('sm3').update(prefix).update(MESSAGE).digest()
    const signature = toDer(await signSm2(digest, scalar), 32)
    const answer = withFiles([publicPem, signature], (publicKey, path) =>
      openssl(['dgst', '-sm3', '-verify', publicKey, '-signature', path, '-sigopt', option], MESSAGE),
    )
    expect(answer.toString()).toBe('Verified OK\n')
  })

  const texts = ids.flatMap(([name, userId]) => (typeof userId === 'string' ? [[name, userId] as const] : []))
  test.each([...texts, ['8191 bytes', `${longest}x`] as const])(
    '%s: signatures of sm-crypto-v2 and for it',
    async (_, userId) => {
      const options = { der: true, hash: true, userId }
      const signature = smCrypto.doSignature(MESSAGE, Buffer.from(scalar).toString('hex'), options)
      const verifier = createVerifier({ publicKey: publicPem, algorithm: 'SM2', userId })
      expect(await verifier.verify(MESSAGE, Buffer.from(signature, 'hex'))).toBe(true)
      expect(await verifier.verify(streamOf(MESSAGE), Buffer.from(signature, 'hex'))).toBe(true)

      const prefix = sm2Prefix(raw, Buffer.from(userId))
      const digest = createHash('sm3').update(prefix).update(MESSAGE).digest()
      const ours = Buffer.from(toDer(await signSm2(digest, scalar), 32)).toString('hex')
      const point = Buffer.from(raw).toString('hex')
      expect(smCrypto.doVerifySignature(MESSAGE, ours, point, options)).toBe(true)
    },
  )

  test('without one it is the usual one, of which openssl must be told', async () => {
    const signer = createVerifier({ publicKey: publicPem, algorithm: 'SM2' })
    const digest = createHash('sm3').update(sm2Prefix(raw)).update(MESSAGE).digest()
    expect(await signer.verify(MESSAGE, toDer(await signSm2(digest, scalar), 32))).toBe(true)
  })

  test.each<[string, object, string]>([
    ['8192 bytes', { userId: 'x'.repeat(8192) }, 'userId has at most 8191 bytes, but this one has 8192.'],
    ['a context', { context: 'c' }, 'context belongs to ML-DSA; SM2 has none.'],
  ])('%s is refused', async (_, options, message) => {
    expect((await failure(() => verifierFor(options), 'InvalidArgument')).message).toBe(message)
  })

  test.each([7, true, null])('%j is neither text nor bytes', (userId) => {
    expect(() => verifierFor({ userId })).toThrow(TypeError)
  })

  test('no other algorithm has one', async () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const error = await failure(
      () => createVerifier({ publicKey, algorithm: 'Ed25519', userId: 'alice' }),
      'InvalidArgument',
    )
    expect(error.message).toBe('userId belongs to SM2; Ed25519 has none.')
  })
})

describe('public keys', () => {
  test('have SPKI, PEM and the SHA-256 of the SPKI as their name, and no JWK', async () => {
    const sha256 = createHash('sha256').update(SPKI).digest()
    expect(key.kind).toBe('SM2')
    expect(Buffer.from(key.toSpki())).toEqual(SPKI)
    expect(key.toPem()).toBe(pem('PUBLIC KEY', SPKI))
    expect(Buffer.from(key.toRaw())).toEqual(POINT)
    expect(key.thumbprint).toBe(sha256.toString('base64url'))
    expect(key.fingerprint).toBe(`sha256:${sha256.toString('hex')}`)
    expect(key.equals(PublicKey.from(key.toKeyObject()))).toBe(true)
    const error = await failure(() => key.toJwk(), 'UnsupportedAlgorithm')
    expect(error.message).toBe('SM2 keys have no JWK: use PEM or SPKI.')
  })

  test('made by node:crypto, whose ECDSA on this curve is no SM2', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' })
    const verifier = createVerifier({ publicKey, algorithm: 'SM2' })
    const prefix = sm2Prefix(verifier.publicKey.toRaw())
    const ecdsa = createSign('sm3').update(prefix).update(MESSAGE).sign(privateKey)
    expect(createVerify('sm3').update(prefix).update(MESSAGE).verify(publicKey, ecdsa)).toBe(true)
    expect(await verifier.verify(MESSAGE, ecdsa)).toBe(false)

    const imported = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const signature = createSign('sm3').update(prefix).update(MESSAGE).sign(imported)
    expect(await verifier.verify(MESSAGE, signature)).toBe(true)
  })

  const off = Buffer.from(EXAMPLE.y)
  off[31] = 0
  test.each<[string, Uint8Array]>([
    ['off the curve', sm2Spki(EXAMPLE.x, off)],
    ['the origin', sm2Spki(Buffer.alloc(32), Buffer.alloc(32))],
    ['a coordinate too long', sm2Spki(Buffer.concat([Uint8Array.of(0), EXAMPLE.x]), EXAMPLE.y)],
    ['a coordinate of the prime and more', sm2Spki(Buffer.alloc(32, 0xff), EXAMPLE.y)],
  ])('%s is refused', async (_, spki) => {
    await failure(() => PublicKey.from(spki), 'InvalidArgument')
  })

  test('are not those of another curve', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    await failure(() => createVerifier({ publicKey, algorithm: 'SM2' }), 'InvalidKeyUsage')
    await failure(() => createVerifier({ publicKey: SPKI, algorithm: 'ES256' }), 'InvalidKeyUsage')
  })
})
