import { constants, createPrivateKey, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { rsaFromSpki } from '../src/rsa-key.js'
import { keyPair, pssKeyPair, spkiOf } from './support/keys.js'

/** The numbers of a private key, without the PKCS#8 around them that binds them to PSS: 30 82 hh ll 02 01 00 02 82 … */
function plainPrivateKey(key: KeyObject): KeyObject {
  const der = key.export({ type: 'pkcs8', format: 'der' })
  const start = der.indexOf('0201000282', 0, 'hex') - 4
  return createPrivateKey({ key: der.subarray(start), format: 'der', type: 'pkcs1' })
}

describe.each([
  ['an RSA key', keyPair('RS256')],
  ['an id-RSASSA-PSS key', pssKeyPair()],
  ['an id-RSASSA-PSS key with parameters', pssKeyPair('sha256', 32)],
])('the plain key inside %s', (_, { publicKey, privateKey }) => {
  const plain = rsaFromSpki(spkiOf(publicKey))

  test('is of the type rsa, and as large', () => {
    expect(plain.asymmetricKeyType).toBe('rsa')
    expect(plain.asymmetricKeyDetails?.modulusLength).toBe(2048)
  })

  test('has the numbers of its original', () => {
    const { n = '', e } = plain.export({ format: 'jwk' })
    expect(spkiOf(publicKey).includes(Buffer.from(n, 'base64url'))).toBe(true)
    expect([Buffer.from(n, 'base64url').length, e]).toEqual([256, 'AQAB'])
  })

  test('does the raw operation, which its original may refuse', () => {
    const padding = constants.RSA_NO_PADDING
    const number = Buffer.alloc(256, 5)
    const encrypted = publicEncrypt({ key: plain, padding }, number)
    expect(privateDecrypt({ key: plainPrivateKey(privateKey), padding }, encrypted)).toEqual(number)
  })
})
