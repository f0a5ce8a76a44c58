import { beforeAll, describe, expect, test } from '@jest/globals'
import type { KeyPair } from '../../src/crypto/key-pair.js'
import { rsa } from '../../src/crypto/rsa.js'
import { signingAlgorithm } from '../../src/keys/signing-algorithm.js'

let pair: KeyPair

beforeAll(async () => {
  pair = await rsa.open('RSA_2048', await rsa.generate('RSA_2048'))
})

describe.each(['RSASSA_PSS_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_256'] as const)('%s', (name) => {
  test.each(['RAW', 'DIGEST'] as const)('of %s has a zero that begins a signature, too', async (type) => {
    const algorithm = signingAlgorithm(name)
    // One signature in 256 begins with a zero.
    for (let count = 0; ; count += 1) {
      const message = { type, bytes: Buffer.alloc(32, String(count)) }
      const signature = Buffer.from(await pair.sign(algorithm, message))
      expect(signature).toHaveLength(256)
      if (signature[0] !== 0) continue
      expect(await pair.verify(algorithm, message, signature)).toBe(true)
      expect(await pair.verify(algorithm, message, signature.subarray(1))).toBe(false)
      expect(await pair.verify(algorithm, message, Buffer.concat([Buffer.alloc(1), signature]))).toBe(false)
      return
    }
  })
})
