import { constants, sign } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { Demands } from '../src/demands.js'
import { type AlgorithmParameters, PublicKey, parseAlgorithm } from '../src/index.js'
import { nodeKeyOptions, verifyMessage } from '../src/verify-message.js'
import { keyPair, otherKeyPair, rsaKeyPairOf } from './support/keys.js'
import { hashOf, isEcdsa, names, strangerSign } from './support/oracle.js'

const message = Buffer.from('a message')
const DEMANDS: Demands = { parameters: {}, saltLength: 'digest', lowS: false }

describe.each(names)('%s', (name) => {
  const { publicKey, privateKey } = keyPair(name)
  const key = PublicKey.from(publicKey)
  const algorithm = parseAlgorithm(name)
  const signature = strangerSign(name, privateKey, message, 'ieee-p1363')

  test('what strangers sign is valid, for this message and key alone', async () => {
    const other = PublicKey.from(otherKeyPair(name).publicKey)
    expect(await verifyMessage(algorithm, key, message, signature, DEMANDS)).toBe(true)
    expect(await verifyMessage(algorithm, key, Buffer.from('another'), signature, DEMANDS)).toBe(false)
    expect(await verifyMessage(algorithm, other, message, signature, DEMANDS)).toBe(false)
  })

  // Zeros are refused when a signature is read; for SM2, which goes to node:crypto as DER, they could not be written.
  test.each(name === 'SM2' ? [0x01, 0x7f, 0x80, 0xff] : [0x00, 0x01, 0x7f, 0x80, 0xff])(
    'a signature of nothing but %i is false, not an error',
    async (byte) => {
      const bytes = Buffer.alloc(signature.length, byte)
      expect(await verifyMessage(algorithm, key, message, bytes, DEMANDS)).toBe(false)
    },
  )
})

test.each<[(typeof names)[number], AlgorithmParameters, AlgorithmParameters]>([
  ['SM2', { userId: Buffer.from('alice') }, { userId: Buffer.from('bob') }],
  ['SM2', { userId: Buffer.from('1234567812345678') }, { userId: Buffer.from('') }],
  ['ML-DSA-44', { context: Buffer.from('a') }, { context: Buffer.from('b') }],
  ['ML-DSA-65', { context: Buffer.alloc(255, 'c') }, {}],
  ['ML-DSA-87', {}, { context: Buffer.of(0) }],
])('%s is bound to its parameters: %p', async (name, parameters, others) => {
  const { publicKey, privateKey } = keyPair(name)
  const signature = strangerSign(name, privateKey, message, 'ieee-p1363', parameters)
  const valid = (given: AlgorithmParameters) =>
    verifyMessage(parseAlgorithm(name), PublicKey.from(publicKey), message, signature, {
      ...DEMANDS,
      parameters: given,
    })
  expect(await valid(parameters)).toBe(true)
  expect(await valid(others)).toBe(false)
})

test.each(['PS256', 'PS384', 'PS512'] as const)('%s: another salt is valid where any is', async (name) => {
  const { publicKey, privateKey } = rsaKeyPairOf(2048)
  const hash = hashOf(name)
  for (const saltLength of [0, 20, constants.RSA_PSS_SALTLEN_MAX_SIGN]) {
    const options = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
    const signature = sign(hash, message, options)
    const valid = (demands: Demands) =>
      verifyMessage(parseAlgorithm(name), PublicKey.from(publicKey), message, signature, demands)
    expect(await valid(DEMANDS)).toBe(false)
    expect(await valid({ ...DEMANDS, saltLength: 'any' })).toBe(true)
  }
})

test('PSS is bound to its salt length, not to whatever is found', () => {
  const { publicKey } = rsaKeyPairOf(2048)
  expect(nodeKeyOptions(parseAlgorithm('PS384'), publicKey)).toEqual({
    key: publicKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 48,
  })
})

test('what node:crypto is told, by scheme', () => {
  const { publicKey: key } = rsaKeyPairOf(2048)
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING }
  const any = { ...pss, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
  expect(nodeKeyOptions(parseAlgorithm('PS256'), key, 'any')).toEqual(any)
  for (const name of names.filter((name) => !name.startsWith('PS')))
    expect(nodeKeyOptions(parseAlgorithm(name), key, 'any')).toEqual(
      isEcdsa(name) ? { key, dsaEncoding: 'ieee-p1363' } : { key },
    )
})
