import { describe, expect, test } from '@jest/globals'
import { algorithms, type ProviderInput, parseAlgorithm } from '@signport/core'
import {
  keyParameters,
  probeParameters,
  RAW_LIMITS,
  readKeyAnswer,
  readSignAnswer,
  signParameters,
  supportOf,
} from '../../src/protocol/index.js'
import { failureOf } from '../support/failure.js'

const BYTES = Uint8Array.of(1, 2)
const requestOf = (input: ProviderInput) => ({
  keyId: 'k',
  algorithm: parseAlgorithm('ES256'),
  wireName: 'ECDSA_SHA_256',
  input,
  parameters: {},
  pinned: false,
})

describe('the parameters of Sign', () => {
  test.each<[ProviderInput, string]>([
    [{ kind: 'raw', message: BYTES }, 'RAW'],
    [{ kind: 'digest', digest: BYTES }, 'DIGEST'],
    [{ kind: 'external-mu', digest: BYTES }, 'EXTERNAL_MU'],
  ])('say that %j is %s', (input, MessageType) => {
    const expected = { KeyId: 'k', Message: BYTES, MessageType, SigningAlgorithm: 'ECDSA_SHA_256' }
    expect(signParameters(requestOf(input))).toEqual(expected)
    expect(signParameters(requestOf(input), ['t'])).toEqual({ ...expected, GrantTokens: ['t'] })
  })

  test('stand for no stream', () => {
    const input = { kind: 'stream', chunks: (async function* () {})() } as const
    expect(() => signParameters(requestOf(input))).toThrow('The protocol takes no streams.')
  })

  test.each<[string, string, number]>([
    ['ES384', 'DIGEST', 48],
    ['Ed25519', 'RAW', 1],
    ['ML-DSA-44', 'EXTERNAL_MU', 64],
    ['SM2', 'DIGEST', 32],
  ])('of a probe for %s are %s of %d zeros', (name, MessageType, length) => {
    expect(probeParameters('k', parseAlgorithm(name), 'W', ['t'])).toEqual({
      KeyId: 'k',
      Message: new Uint8Array(length),
      MessageType,
      SigningAlgorithm: 'W',
      GrantTokens: ['t'],
      DryRun: true,
    })
  })
})

test('the parameters of GetPublicKey are the key and the grants', () => {
  expect(keyParameters({ keyId: 'k' })).toEqual({ KeyId: 'k' })
  expect(keyParameters({ keyId: 'k' }, ['t'])).toEqual({ KeyId: 'k', GrantTokens: ['t'] })
})

describe('what is supported', () => {
  test('has the names of AWS, and a digest first wherever there is one', () => {
    const rows = algorithms.map((algorithm) => [
      algorithm.name,
      supportOf(algorithm)?.wireName,
      supportOf(algorithm)?.inputs.join(),
    ])
    expect(rows).toEqual([
      ['RS256', 'RSASSA_PKCS1_V1_5_SHA_256', 'digest,raw'],
      ['RS384', 'RSASSA_PKCS1_V1_5_SHA_384', 'digest,raw'],
      ['RS512', 'RSASSA_PKCS1_V1_5_SHA_512', 'digest,raw'],
      ['PS256', 'RSASSA_PSS_SHA_256', 'digest,raw'],
      ['PS384', 'RSASSA_PSS_SHA_384', 'digest,raw'],
      ['PS512', 'RSASSA_PSS_SHA_512', 'digest,raw'],
      ['ES256', 'ECDSA_SHA_256', 'digest,raw'],
      ['ES384', 'ECDSA_SHA_384', 'digest,raw'],
      ['ES512', 'ECDSA_SHA_512', 'digest,raw'],
      ['ES256K', 'ECDSA_SHA_256', 'digest,raw'],
      ['Ed25519', 'ED25519_SHA_512', 'raw'],
      ['Ed25519ph', undefined, undefined],
      ['Ed25519ph-SHA512', 'ED25519_PH_SHA_512', 'digest'],
      ['ML-DSA-44', 'ML_DSA_SHAKE_256', 'external-mu,raw'],
      ['ML-DSA-65', 'ML_DSA_SHAKE_256', 'external-mu,raw'],
      ['ML-DSA-87', 'ML_DSA_SHAKE_256', 'external-mu,raw'],
      ['SM2', 'SM2DSA', 'digest,raw'],
    ])
    expect(RAW_LIMITS).toEqual({ minBytes: 1, maxBytes: 4096 })
  })

  test('has names of its own before those of AWS', () => {
    const own = new Map([['Ed25519ph', 'OWN']] as const)
    expect(supportOf(parseAlgorithm('Ed25519ph'), own)).toMatchObject({ wireName: 'OWN', inputs: ['digest'] })
    expect(supportOf(parseAlgorithm('ES384'), own)).toMatchObject({ wireName: 'ECDSA_SHA_384' })
  })
})

describe('an answer', () => {
  const context = { provider: 'p', keyId: 'k', requestId: 'id-1' }

  test('hands over what was said, and nothing else', () => {
    expect(readSignAnswer({ Signature: BYTES }, { provider: 'p', keyId: 'k' })).toEqual({ bytes: BYTES })
    expect(readSignAnswer({ Signature: BYTES, KeyId: 'a', SigningAlgorithm: 'W' }, context)).toEqual({
      bytes: BYTES,
      keyId: 'a',
      wireName: 'W',
      requestId: 'id-1',
    })
    expect(readKeyAnswer({ PublicKey: BYTES }, context)).toEqual({ publicKey: BYTES })
    expect(readKeyAnswer({ PublicKey: BYTES, KeyId: 'a' }, context)).toEqual({ publicKey: BYTES, keyId: 'a' })
  })

  test.each<[string, () => unknown]>([
    ['without Signature', () => readSignAnswer({}, context)],
    ['without a byte of Signature', () => readSignAnswer({ Signature: new Uint8Array() }, context)],
    ['without PublicKey', () => readKeyAnswer({}, context)],
  ])('%s is none', async (what, read) => {
    const error = await failureOf(read)
    expect(error).toMatchObject({ code: 'InvalidResponse', provider: 'p', keyId: 'k', requestId: 'id-1' })
    expect(error.message).toContain(`but without ${what.split(' ').at(-1)}.`)
  })
})
