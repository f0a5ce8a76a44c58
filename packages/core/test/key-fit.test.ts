import type { KeyObject } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  algorithmsFor,
  assertKeyFits,
  impliedAlgorithm,
  keyFits,
  PublicKey,
  parseAlgorithm,
} from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair, pssKeyPair } from './support/keys.js'
import { names } from './support/oracle.js'

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

const FITTING: [string, KeyObject | Uint8Array, string[]][] = [
  ['RSA', keyPair('RS256').publicKey, RSA],
  ['P-256', keyPair('ES256').publicKey, ['ES256']],
  ['P-384', keyPair('ES384').publicKey, ['ES384']],
  ['P-521', keyPair('ES512').publicKey, ['ES512']],
  ['secp256k1', keyPair('ES256K').publicKey, ['ES256K']],
  ['Ed25519', keyPair('Ed25519').publicKey, ['Ed25519', 'Ed25519ph', 'Ed25519ph-SHA512']],
  ['ML-DSA-44', keyPair('ML-DSA-44').publicKey, ['ML-DSA-44']],
  ['ML-DSA-65', keyPair('ML-DSA-65').publicKey, ['ML-DSA-65']],
  ['ML-DSA-87', keyPair('ML-DSA-87').publicKey, ['ML-DSA-87']],
  ['SM2', keyPair('SM2').publicKey, ['SM2']],
  ['PSS', pssKeyPair().publicKey, ['PS256', 'PS384', 'PS512']],
  ['PSS with SHA-256', pssKeyPair('sha256', 32).publicKey, ['PS256']],
  ['PSS with SHA-256 and no least salt', pssKeyPair('sha256', 0).publicKey, ['PS256']],
  ['PSS with SHA-384', pssKeyPair('sha384', 48).publicKey, ['PS384']],
  ['PSS with SHA-512', pssKeyPair('sha512', 64).publicKey, ['PS512']],
  ['PSS with SHA-256 and a longer salt than JOSE has', pssKeyPair('sha256', 33).publicKey, []],
  ['PSS with SHA-1', pssKeyPair('sha1', 20).publicKey, []],
]

describe.each(FITTING)('%s', (_, node, fitting) => {
  const key = PublicKey.from(node)

  test(`fits ${fitting.join(', ') || 'nothing'}`, () => {
    expect(algorithmsFor(key).map(({ name }) => name)).toEqual(fitting)
  })

  test.each(names)('%s', async (name) => {
    const algorithm = parseAlgorithm(name)
    const fits = fitting.includes(name)
    expect(keyFits(algorithm, key)).toBe(fits)
    if (fits) return expect(() => assertKeyFits(algorithm, key, 'it')).not.toThrow()
    const { code, message } = await failure(() => assertKeyFits(algorithm, key, 'the key of Alice'))
    expect(code).toBe('InvalidKeyUsage')
    expect(message).toMatch(new RegExp(`^${name} needs .*, but the key of Alice is `))
    for (const possible of fitting) expect(message).toContain(possible)
    if (fitting.length === 0) expect(message).not.toContain('It can be used')
  })
})

test('a PSS key with another hash for its mask fits nothing, since JOSE has no such algorithm', () => {
  const { publicKey } = pssKeyPair('sha256', 32, 'sha1')
  expect(algorithmsFor(PublicKey.from(publicKey))).toEqual([])
})

test.each(FITTING)('%s implies the only algorithm it has, or the pure one', (_, key, [first, ...others]) => {
  const implied = others.length === 0 || first === 'Ed25519' ? first : undefined
  expect(impliedAlgorithm(PublicKey.from(key))?.name).toBe(implied)
})

test.each([
  [
    'ES256',
    keyPair('RS256').publicKey,
    'ES256 needs a key of the kind P-256, but it is an RSA key of 2048 bits.',
  ],
  [
    'RS256',
    keyPair('ES256').publicKey,
    'RS256 needs an RSA key that permits it, but it is one of the kind P-256.',
  ],
  [
    'RS256',
    pssKeyPair().publicKey,
    'RS256 needs an RSA key that permits it, but it is an RSA key bound to PSS.',
  ],
  [
    'PS512',
    pssKeyPair('sha256', 32).publicKey,
    'but it is an RSA key bound to PSS with sha256 and a salt of at least 32 bytes. It can be used for PS256.',
  ],
  [
    'SM2',
    keyPair('ES256').publicKey,
    'SM2 needs a key of the kind SM2, but it is one of the kind P-256. It can be used for ES256.',
  ],
  [
    'ML-DSA-44',
    keyPair('ML-DSA-65').publicKey,
    'ML-DSA-44 needs a key of the kind ML-DSA-44, but it is one of the kind ML-DSA-65. It can be used for ML-DSA-65.',
  ],
  [
    'ES256',
    keyPair('Ed25519').publicKey,
    'but it is one of the kind Ed25519. It can be used for Ed25519, Ed25519ph or Ed25519ph-SHA512.',
  ],
] as const)('%s says what it needs and what the key is', async (name, node, words) => {
  const work = () => assertKeyFits(parseAlgorithm(name), PublicKey.from(node), 'it')
  expect((await failure(work)).message).toContain(words)
})
