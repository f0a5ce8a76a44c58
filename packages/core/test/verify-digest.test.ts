import { constants, sign } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { PublicKey, parseAlgorithm } from '../src/index.js'
import { verifyPrehashed } from '../src/verify-digest.js'
import { failure } from './support/failure.js'
import { keyPair, otherKeyPair, pssKeyPair, rsaJwk, rsaKeyPairOf } from './support/keys.js'
import {
  digestNames,
  ecdsaNames,
  hashOf,
  strangerDigest,
  strangerSign,
  strangerVerify,
} from './support/oracle.js'

const message = Buffer.from('a message')
const digestOf = (name: (typeof digestNames)[number], of: Uint8Array = message) =>
  strangerDigest(name, keyPair(name).publicKey, of)

describe.each(digestNames)('%s', (name) => {
  const { publicKey, privateKey } = keyPair(name)
  const algorithm = parseAlgorithm(name)
  const key = PublicKey.from(publicKey)
  const signature = strangerSign(name, privateKey, message, 'ieee-p1363')
  const verify = (digest: Uint8Array, bytes: Uint8Array, by = key) =>
    verifyPrehashed(algorithm, by, digest, bytes)

  test('what strangers sign is valid, for this digest and key alone', async () => {
    for (let count = 0; count < 10; count++) {
      const each = strangerSign(name, privateKey, message, 'ieee-p1363')
      expect(await verify(digestOf(name), each)).toBe(true)
    }
    expect(await verify(digestOf(name, Buffer.from('another')), signature)).toBe(false)
    expect(await verify(digestOf(name), signature, PublicKey.from(otherKeyPair(name).publicKey))).toBe(false)
  })

  test('as strangers find, when a bit of the signature is changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * signature.length - 1), async (bit) => {
        const changed = Buffer.from(signature)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(strangerVerify(name, publicKey, message, changed, 'ieee-p1363')).toBe(false)
        expect(await verify(digestOf(name), changed)).toBe(false)
      }),
      { numRuns: 40 },
    )
  })

  test.each([0x00, 0x01, 0x7f, 0x80, 0xff])(
    'a signature of nothing but %i is false, not an error',
    async (byte) => {
      expect(await verify(digestOf(name), Buffer.alloc(signature.length, byte))).toBe(false)
    },
  )
})

describe.each(ecdsaNames)('%s', (name) => {
  const { publicKey, privateKey } = keyPair(name)
  const algorithm = parseAlgorithm(name)

  test('a high s is as valid as its twin', async () => {
    const { loadCurve } = await import('../src/kit.js')
    const order = (await loadCurve(algorithm.key)).Point.Fn.ORDER
    const signature = strangerSign(name, privateKey, message, 'ieee-p1363')
    const half = signature.length / 2
    const s = BigInt(`0x${signature.subarray(half).toString('hex')}`)
    const twin = Buffer.from((order - s).toString(16).padStart(2 * half, '0'), 'hex')
    const other = Buffer.concat([signature.subarray(0, half), twin])
    expect([s, order - s].some((number) => number > order / 2n)).toBe(true)
    for (const each of [signature, other]) {
      expect(strangerVerify(name, publicKey, message, each, 'ieee-p1363')).toBe(true)
      expect(await verifyPrehashed(algorithm, PublicKey.from(publicKey), digestOf(name), each)).toBe(true)
    }
  })

  test('r and s that are not below the order are refused', async () => {
    const { loadCurve } = await import('../src/kit.js')
    const order = (await loadCurve(algorithm.key)).Point.Fn.ORDER
    const signature = strangerSign(name, privateKey, message, 'ieee-p1363')
    const half = signature.length / 2
    const number = Buffer.from(order.toString(16).padStart(2 * half, '0'), 'hex')
    for (const place of [0, half]) {
      const wrong = Buffer.from(signature)
      wrong.set(number, place)
      expect(await verifyPrehashed(algorithm, PublicKey.from(publicKey), digestOf(name), wrong)).toBe(false)
    }
  })
})

describe('RSA', () => {
  const sizes = [2048, 2049, 2050, 3072]

  test.each(
    sizes.flatMap((bits) => (['RS256', 'PS256', 'PS512'] as const).map((name) => [name, bits] as const)),
  )('%s with %i bits', async (name, bits) => {
    const { publicKey, privateKey } = rsaKeyPairOf(bits)
    const key = PublicKey.from(publicKey)
    expect(key.modulusBits).toBe(bits)
    for (let count = 0; count < 5; count++) {
      const signature = strangerSign(name, privateKey, message)
      expect(await verifyPrehashed(parseAlgorithm(name), key, digestOf(name), signature)).toBe(true)
      expect(await verifyPrehashed(parseAlgorithm(name), key, digestOf(name, Buffer.of(1)), signature)).toBe(
        false,
      )
    }
  })

  test.each(['PS256', 'PS384', 'PS512'] as const)('%s: another salt is valid where any is', async (name) => {
    for (const bits of [2048, 2049]) {
      const { publicKey, privateKey: key } = rsaKeyPairOf(bits)
      for (const saltLength of [0, 20, constants.RSA_PSS_SALTLEN_MAX_SIGN]) {
        const padding = constants.RSA_PKCS1_PSS_PADDING
        const signature = sign(hashOf(name), message, { key, padding, saltLength })
        const valid = (...demands: 'any'[]) =>
          verifyPrehashed(
            parseAlgorithm(name),
            PublicKey.from(publicKey),
            digestOf(name),
            signature,
            ...demands,
          )
        expect(await valid()).toBe(false)
        expect(await valid('any')).toBe(true)
      }
    }
  })

  test.each([
    [undefined, undefined],
    ['sha256', 32],
  ])('an id-RSASSA-PSS key with %s', async (hash, salt) => {
    const { publicKey, privateKey } = pssKeyPair(hash, salt)
    const key = PublicKey.from(publicKey)
    const signature = strangerSign('PS256', privateKey, message)
    expect(await verifyPrehashed(parseAlgorithm('PS256'), key, digestOf('PS256'), signature)).toBe(true)
    signature[100] = (signature[100] ?? 0) ^ 1
    expect(await verifyPrehashed(parseAlgorithm('PS256'), key, digestOf('PS256'), signature)).toBe(false)
  })

  test('the scheme is looked at: a signature with the other is false', async () => {
    const { publicKey, privateKey } = rsaKeyPairOf(2048)
    const key = PublicKey.from(publicKey)
    for (const [made, asked] of [
      ['RS256', 'PS256'],
      ['PS256', 'RS256'],
    ] as const) {
      const signature = strangerSign(made, privateKey, message)
      expect(await verifyPrehashed(parseAlgorithm(asked), key, digestOf(asked), signature)).toBe(false)
    }
  })

  test.each([
    ['an exponent larger than OpenSSL takes', rsaJwk(4096, Buffer.alloc(200, 0xff).toString('base64url'))],
    ['an exponent larger than its modulus', rsaJwk(2048, Buffer.alloc(257, 0xff).toString('base64url'))],
    ['a modulus of no two primes', rsaJwk(2048)],
  ])('with a key of %s every signature is false', async (_, jwk) => {
    const key = PublicKey.from(jwk)
    for (const name of ['RS256', 'PS256'] as const)
      for (const byte of [0x00, 0x01, 0xff]) {
        const signature = Buffer.alloc((key.modulusBits ?? 0) / 8, byte)
        expect(strangerVerify(name, key.toKeyObject(), message, signature)).toBe(false)
        expect(await verifyPrehashed(parseAlgorithm(name), key, digestOf(name), signature)).toBe(false)
      }
  })
})

test('Ed25519 has no digest', async () => {
  const key = PublicKey.from(keyPair('Ed25519').publicKey)
  const work = () => verifyPrehashed(parseAlgorithm('Ed25519'), key, new Uint8Array(64), new Uint8Array(64))
  await failure(work, 'UnsupportedAlgorithm')
})
