import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { PublicKey, parseAlgorithm } from '../src/index.js'
import { loadCurve } from '../src/kit.js'
import { newKeyPair, scalarOf } from './support/keys.js'
import { ecdsaNames, hashOf } from './support/oracle.js'

describe.each(ecdsaNames)('%s', (name) => {
  const { key, digest } = parseAlgorithm(name)

  test('the point and the number of a key belong together, whatever their leading zeros', async () => {
    const curve = await loadCurve(key)
    const bytes = curve.Point.Fn.BYTES
    const short = new Set<string>()
    for (let count = 0; short.size < 3; count++) {
      if (count > 20_000) throw new Error('No number with leading zeros came')
      const pair = newKeyPair(name)
      const scalar = scalarOf(pair.privateKey)
      const point = PublicKey.from(pair.publicKey).toRaw()
      expect([scalar.length, point.length]).toEqual([bytes, 1 + 2 * bytes])
      const found = Object.entries({ d: scalar[0], x: point[1], y: point[1 + bytes] })
        .filter(([number, first]) => first === 0 && !short.has(number))
        .map(([number]) => short.add(number))
      if (found.length === 0 && count > 3) continue
      expect(Buffer.from(curve.getPublicKey(scalar, false)).equals(point)).toBe(true)
    }
  })

  test('is the curve of node:crypto: what it signs, that verifies', async () => {
    const curve = await loadCurve(key)
    const { privateKey, publicKey } = newKeyPair(name)
    const signature = curve.sign(Buffer.from('message'), scalarOf(privateKey), { format: 'der', lowS: false })
    expect(hashOf(name)).toBe(digest?.hash)
    expect(verify(digest?.hash, Buffer.from('message'), publicKey, signature)).toBe(true)
    const [one, other] = [createPublicKey(privateKey), publicKey].map((key) => PublicKey.from(key).toRaw())
    expect(one).toEqual(other)
  })
})

// SM2 is on a curve, but is no ECDSA.
test.each(['RSA', 'Ed25519', 'SM2', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const)(
  'there is none for %s',
  (kind) => {
    expect(() => loadCurve(kind)).toThrow(TypeError)
  },
)
