import { expect, test } from '@jest/globals'
import { algorithms, createSigner, createVerifier } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { LOCAL_ALGORITHMS } from '../../../src/cases/local/local-algorithm.js'

const message = Buffer.from('a message')
const forged = Buffer.from('another message')

test('every algorithm of Signport is measured', () => {
  expect(LOCAL_ALGORITHMS.map(({ name }) => name).sort()).toEqual(algorithms.map(({ name }) => name).sort())
})

test('all but Ed25519ph and ML-DSA have another side on every Node', () => {
  const alone = LOCAL_ALGORITHMS.filter(({ makeKey }) => !makeKey().native).map(({ name }) => name)
  expect(alone.filter((name) => !/^(Ed25519ph|ML-DSA)/.test(name))).toEqual([])
})

test.each(LOCAL_ALGORITHMS)(
  'both sides of $name verify what the other has signed',
  async ({ name, makeKey }) => {
    const { key, native } = makeKey()
    const signer = createSigner({
      provider: createLocalProvider({ keys: { key } }),
      keyId: 'key',
      algorithm: name,
    })
    const verifier = createVerifier({ publicKey: await signer.publicKey(), algorithm: name })
    const { bytes } = await signer.sign(message)
    const sides = native ? [verifier, native] : [verifier]
    for (const signature of native ? [bytes, await native.sign(message)] : [bytes])
      for (const side of sides) {
        expect(await side.verify(message, signature)).toBe(true)
        expect(await side.verify(forged, signature)).toBe(false)
      }
    await signer.close()
  },
)
