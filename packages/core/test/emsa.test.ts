import { constants, createHash, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { encodePkcs1, encodePss, verifyPss } from '../src/emsa.js'
import { parseAlgorithm, type RsaPkcs1Algorithm, type RsaPssAlgorithm } from '../src/index.js'
import { hex } from './support/asn1.js'
import { rsaKeyPairOf } from './support/keys.js'
import { strangerSign, strangerVerify } from './support/oracle.js'

const pss = (name: string) => parseAlgorithm(name) as RsaPssAlgorithm
const pkcs1 = (name: string) => parseAlgorithm(name) as RsaPkcs1Algorithm
const hashed = (hash: string, message: Uint8Array) => createHash(hash).update(message).digest()

/** The two raw operations of RSA, by node:crypto. */
const raw = {
  private: (bits: number, encoded: Uint8Array) =>
    privateDecrypt({ key: rsaKeyPairOf(bits).privateKey, padding: constants.RSA_NO_PADDING }, encoded),
  public: (bits: number, signature: Uint8Array) =>
    publicEncrypt({ key: rsaKeyPairOf(bits).publicKey, padding: constants.RSA_NO_PADDING }, signature),
}

const message = Buffer.from('a message')

// With 8k + 1 bits the encoding is a byte shorter than the modulus; with 8k + 2 its first byte holds one bit.
const SIZES = [2048, 2049, 2050, 2055, 2056]
const PSS = ['PS256', 'PS384', 'PS512'] as const
const PKCS1 = ['RS256', 'RS384', 'RS512'] as const
const cases = SIZES.flatMap((bits) => PSS.map((name) => [name, bits] as const))

describe('EMSA-PSS', () => {
  test('the keys of this table really have their sizes', () => {
    for (const bits of SIZES)
      expect(rsaKeyPairOf(bits).publicKey.asymmetricKeyDetails?.modulusLength).toBe(bits)
  })

  test.each(cases)('%s with %i bits: what is encoded, node:crypto verifies', (name, bits) => {
    const algorithm = pss(name)
    const { publicKey } = rsaKeyPairOf(bits)
    for (let count = 0; count < 20; count++) {
      const encoded = encodePss(algorithm, hashed(algorithm.digest.hash, message), bits)
      expect(encoded).toHaveLength(Math.ceil(bits / 8))
      expect(BigInt(`0x${Buffer.from(encoded).toString('hex')}`) < 2n ** BigInt(bits - 1)).toBe(true)
      expect(strangerVerify(name, publicKey, message, raw.private(bits, encoded))).toBe(true)
    }
  })

  test.each(cases)('%s with %i bits: what node:crypto signs is verified', (name, bits) => {
    const algorithm = pss(name)
    const digest = hashed(algorithm.digest.hash, message)
    const other = hashed(algorithm.digest.hash, Buffer.from('another message'))
    for (let count = 0; count < 20; count++) {
      const encoded = raw.public(bits, strangerSign(name, rsaKeyPairOf(bits).privateKey, message))
      expect(verifyPss(algorithm, digest, encoded, bits)).toBe(true)
      expect(verifyPss(algorithm, other, encoded, bits)).toBe(false)
    }
  })

  test.each(cases)('%s with %i bits: no changed bit goes unseen', (name, bits) => {
    const algorithm = pss(name)
    const digest = hashed(algorithm.digest.hash, message)
    const encoded = encodePss(algorithm, digest, bits)
    for (let bit = 0; bit < 8 * encoded.length; bit++) {
      const changed = Buffer.from(encoded)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7))
      if (verifyPss(algorithm, digest, changed, bits)) throw new Error(`bit ${bit} went unseen`)
    }
  })

  test.each([0, 1, 20, 31, 33, 64])('a salt of %i bytes is refused, as node:crypto does', (saltLength) => {
    const algorithm = pss('PS256')
    const digest = hashed('sha256', message)
    const encoded = encodePss({ ...algorithm, saltBytes: saltLength }, digest, 2048)
    const signature = raw.private(2048, encoded)
    // A true signature, of another algorithm than ours.
    expect(verifyPss({ ...algorithm, saltBytes: saltLength }, digest, encoded, 2048)).toBe(true)
    expect(strangerVerify('PS256', rsaKeyPairOf(2048).publicKey, message, signature)).toBe(false)
    expect(verifyPss(algorithm, digest, encoded, 2048)).toBe(false)
  })

  test('the other hashes of the same length of encoding are refused', () => {
    const encoded = encodePss(pss('PS256'), hashed('sha256', message), 2048)
    expect(verifyPss(pss('PS384'), hashed('sha384', message), encoded, 2048)).toBe(false)
    expect(verifyPss(pss('PS512'), hashed('sha512', message), encoded, 2048)).toBe(false)
  })

  test('the salt is random unless it is given', () => {
    const digest = hashed('sha256', message)
    const algorithm = pss('PS256')
    expect(encodePss(algorithm, digest, 2048)).not.toEqual(encodePss(algorithm, digest, 2048))
    const salt = randomBytes(32)
    expect(encodePss(algorithm, digest, 2048, salt)).toEqual(encodePss(algorithm, digest, 2048, salt))
  })

  test('any digest and salt are encoded so that they verify, and random bytes never do', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PSS),
        fc.integer({ min: 2048, max: 2100 }),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        (name, bits, digest, salt) => {
          const algorithm = pss(name)
          const value = digest.subarray(0, algorithm.digest.bytes)
          const encoded = encodePss(algorithm, value, bits, salt.subarray(0, algorithm.saltBytes))
          expect(encoded).toHaveLength(Math.ceil(bits / 8))
          expect(verifyPss(algorithm, value, encoded, bits)).toBe(true)
          expect(verifyPss(algorithm, value, randomBytes(encoded.length), bits)).toBe(false)
        },
      ),
    )
  })

  test('the first byte of 8k + 1 bits must be zero', () => {
    const algorithm = pss('PS256')
    const digest = hashed('sha256', message)
    const encoded = Buffer.from(encodePss(algorithm, digest, 2049))
    expect(encoded[0]).toBe(0)
    expect(verifyPss(algorithm, digest, encoded, 2049)).toBe(true)
    encoded[0] = 1
    expect(verifyPss(algorithm, digest, encoded, 2049)).toBe(false)
  })
})

describe('EMSA-PKCS1-v1_5', () => {
  test.each(SIZES.flatMap((bits) => PKCS1.map((name) => [name, bits] as const)))(
    '%s with %i bits is what node:crypto signs, to the byte',
    (name, bits) => {
      const algorithm = pkcs1(name)
      const encoded = encodePkcs1(algorithm, hashed(algorithm.digest.hash, message), bits)
      const signature = strangerSign(name, rsaKeyPairOf(bits).privateKey, message)
      expect(raw.public(bits, signature)).toEqual(Buffer.from(encoded))
      expect(raw.private(bits, encoded)).toEqual(signature)
    },
  )

  test('is written as RFC 8017 section 9.2 says', () => {
    const digest = hashed('sha256', message)
    const info = Buffer.concat([hex('3031300d060960864801650304020105000420'), digest])
    const expected = Buffer.concat([hex('0001'), Buffer.alloc(256 - 3 - info.length, 0xff), hex('00'), info])
    expect(Buffer.from(encodePkcs1(pkcs1('RS256'), digest, 2048))).toEqual(expected)
  })
})
