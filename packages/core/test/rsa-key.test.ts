import { constants, privateDecrypt, publicEncrypt } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { rsaFromPkcs8, rsaFromSpki } from '../src/rsa-key.js'
import { keyPair, pssKeyPair } from './support/keys.js'

describe.each([
  ['an RSA key', keyPair('RS256')],
  ['an id-RSASSA-PSS key', pssKeyPair()],
  ['an id-RSASSA-PSS key with parameters', pssKeyPair('sha256', 32)],
])('the plain key inside %s', (_, { publicKey, privateKey }) => {
  const plainPublic = rsaFromSpki(publicKey.export({ type: 'spki', format: 'der' }))
  const plainPrivate = rsaFromPkcs8(privateKey.export({ type: 'pkcs8', format: 'der' }))

  test('is of the type rsa, and as large', () => {
    for (const key of [plainPublic, plainPrivate]) {
      expect(key.asymmetricKeyType).toBe('rsa')
      expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048)
    }
  })

  test('does the raw operation, which its original may refuse', () => {
    const padding = constants.RSA_NO_PADDING
    const number = Buffer.alloc(256, 5)
    const encrypted = publicEncrypt({ key: plainPublic, padding }, number)
    expect(privateDecrypt({ key: plainPrivate, padding }, encrypted)).toEqual(number)
  })
})
