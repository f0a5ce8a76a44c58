import { expect, test } from '@jest/globals'
import { algorithms } from '@signport/core'
import { joseName, joseNames } from '../src/jose-name.js'
import { failure } from './support/failure.js'

const holder = (algorithm: never) => ({ algorithm, provider: 'p', keyId: 'k' })

/** What the registry of IANA, "JSON Web Signature and Encryption Algorithms", says of the algorithms of core. */
const REGISTERED: Record<string, readonly string[]> = {
  RS256: ['RS256'],
  RS384: ['RS384'],
  RS512: ['RS512'],
  PS256: ['PS256'],
  PS384: ['PS384'],
  PS512: ['PS512'],
  ES256: ['ES256'],
  ES384: ['ES384'],
  ES512: ['ES512'],
  ES256K: ['ES256K'],
  Ed25519: ['Ed25519', 'EdDSA'],
  'ML-DSA-44': ['ML-DSA-44'],
  'ML-DSA-65': ['ML-DSA-65'],
  'ML-DSA-87': ['ML-DSA-87'],
}

test.each(algorithms.map(({ name }) => name))(
  '%s has the names in JOSE that are registered for it',
  async (name) => {
    const expected = REGISTERED[name] ?? []
    expect(joseNames({ algorithm: name })).toEqual(expected)
    if (expected.length > 0) return expect(joseName(holder(name as never))).toBe(expected[0])
    const error = await failure(() => joseName(holder(name as never)), 'UnsupportedAlgorithm')
    expect(error).toMatchObject({ provider: 'p', keyId: 'k' })
    expect(error.message).toContain(`JOSE has no name for ${name}`)
  },
)
