import { constants, createHash, generateKeyPairSync, privateEncrypt, sign, verify } from 'node:crypto'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { encodePkcs1, encodePss, isPss } from '../../src/crypto/rsa-encoding.js'

const BITS = 2048
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: BITS })
const raw = { key: privateKey, padding: constants.RSA_NO_PADDING }
const hash = fc.constantFrom('sha256', 'sha384', 'sha512')
const digestOf = (name: string, message: Uint8Array) => createHash(name).update(message).digest()

test('the encoding of RSASSA-PKCS1-v1_5 gives the signature that node:crypto gives', () => {
  fc.assert(
    fc.property(hash, fc.uint8Array(), (name, message) => {
      const encoded = encodePkcs1(name, digestOf(name, message), BITS)
      expect(privateEncrypt(raw, encoded).equals(sign(name, message, privateKey))).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('the encoding of RSASSA-PSS is one that node:crypto takes for the message, with that salt and no other', () => {
  fc.assert(
    fc.property(hash, fc.uint8Array(), (name, message) => {
      const digest = digestOf(name, message)
      const signature = privateEncrypt(raw, encodePss(name, digest, BITS))
      const isValid = (saltLength: number) =>
        verify(
          name,
          message,
          { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength },
          signature,
        )
      expect(isValid(digest.length)).toBe(true)
      expect(isValid(digest.length - 1)).toBe(false)
    }),
    { numRuns: 30 },
  )
})

test('no changed encoding of RSASSA-PSS is one of the digest', () => {
  const digest = digestOf('sha256', Buffer.from('m'))
  const encoded = encodePss('sha256', digest, BITS)
  expect(isPss(encoded, 'sha256', digest, BITS)).toBe(true)
  fc.assert(
    fc.property(fc.nat({ max: BITS - 1 }), (bit) => {
      const changed = Buffer.from(encoded)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(isPss(changed, 'sha256', digest, BITS)).toBe(false)
    }),
  )
})
