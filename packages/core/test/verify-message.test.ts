import { constants } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { parseAlgorithm } from '../src/index.js'
import { nodeKeyOptions, verifyMessage } from '../src/verify-message.js'
import { keyPair, otherKeyPair, rsaKeyPairOf } from './support/keys.js'
import { names, nodeSign } from './support/oracle.js'

const message = Buffer.from('a message')

describe.each(names)('%s', (name) => {
  const { publicKey, privateKey } = keyPair(name)
  const algorithm = parseAlgorithm(name)
  const signature = nodeSign(name, privateKey, message, 'ieee-p1363')

  test('what node:crypto signs is valid, for this message and key alone', async () => {
    expect(await verifyMessage(algorithm, publicKey, message, signature)).toBe(true)
    expect(await verifyMessage(algorithm, publicKey, Buffer.from('another'), signature)).toBe(false)
    expect(await verifyMessage(algorithm, otherKeyPair(name).publicKey, message, signature)).toBe(false)
  })

  test.each([0x00, 0x01, 0x7f, 0x80, 0xff])(
    'a signature of nothing but %i is false, not an error',
    async (byte) => {
      const bytes = Buffer.alloc(signature.length, byte)
      expect(await verifyMessage(algorithm, publicKey, message, bytes)).toBe(false)
    },
  )
})

test('PSS is bound to its salt length, not to whatever is found', () => {
  const { publicKey } = rsaKeyPairOf(2048)
  expect(nodeKeyOptions(parseAlgorithm('PS384'), publicKey)).toEqual({
    key: publicKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 48,
  })
})
