import { describe, expect, test } from '@jest/globals'
import { type AlgorithmName, algorithms, createSigner, createVerifier, type Signature } from '@signport/core'
import { createLocalProvider } from '../src/index.js'
import { OTHER_PEMS, PEMS } from './support/keys.js'
import { chunked, MESSAGE } from './support/messages.js'
import { digestOf, strangerVerifies } from './support/stranger.js'

/*
 * Every algorithm of the table: what was signed here verifies elsewhere, and nothing else verifies here.
 */

const provider = createLocalProvider({ keys: PEMS })
const otherProvider = createLocalProvider({ keys: OTHER_PEMS })
const signerOf = (name: AlgorithmName) => createSigner({ provider, keyId: name, algorithm: name })

const WRONG = Buffer.concat([MESSAGE, Uint8Array.of(0)])

function bent(bytes: Uint8Array, position: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[position] = (copy[position] ?? 0) ^ 1
  return copy
}

test('there are seventeen', () => {
  expect(algorithms).toHaveLength(17)
})

describe.each(algorithms.map((algorithm) => [algorithm.name, algorithm] as const))(
  '%s',
  (name, algorithm) => {
    const signer = signerOf(name)
    const digest = digestOf(name, PEMS[name], MESSAGE)

    /** The answers to one signature from message, stream and digest. */
    async function answers(
      signature: Signature | Uint8Array,
      message: Uint8Array = MESSAGE,
      verifier: Pick<typeof signer, 'verify' | 'verifyDigest'> = signer,
    ): Promise<boolean[]> {
      const value = digest && digestOf(name, PEMS[name], message)
      return [
        await verifier.verify(message, signature),
        await verifier.verify(chunked(message), signature),
        ...(value ? [await verifier.verifyDigest(value, signature)] : []),
      ]
    }

    const all = (answer: boolean) => (digest ? [answer, answer, answer] : [answer, answer])

    test('verifies here and with a stranger, in each way that it is made', async () => {
      const digestKind = algorithm.digest?.kind ? { digestKind: algorithm.digest.kind } : {}
      const made = [
        await signer.sign(MESSAGE),
        await signer.sign(chunked(MESSAGE)),
        ...(digest ? [await signer.signDigest(digest, digestKind)] : []),
      ]
      for (const signature of made) {
        expect(strangerVerifies(name, PEMS[name], MESSAGE, signature.bytes)).toBe(true)
        expect(strangerVerifies(name, PEMS[name], WRONG, signature.bytes)).toBe(false)
        expect(await answers(signature)).toEqual(all(true))
        expect(await answers(signature.bytes)).toEqual(all(true))
      }
    })

    test('not for another message', async () => {
      const signature = await signer.sign(MESSAGE)
      for (const message of [WRONG, MESSAGE.subarray(1), new Uint8Array()])
        expect(await answers(signature, message)).toEqual(all(false))
    })

    test('not with another key', async () => {
      const signature = await signer.sign(MESSAGE)
      const other = createSigner({ provider: otherProvider, keyId: name, algorithm: name })
      expect(await answers(signature, MESSAGE, other)).toEqual(all(false))
      const { publicKey } = createVerifier({ publicKey: await other.publicKey(), algorithm: name })
      expect(publicKey.equals(await signer.publicKey())).toBe(false)
    })

    test('not as another algorithm', async () => {
      const signature = await signer.sign(MESSAGE)
      for (const other of algorithms.filter((each) => each.name !== name)) {
        expect(await answers({ ...signature, algorithm: other.name })).toEqual(all(false))
        if (other.key !== algorithm.key) continue
        // The same key and bytes, with nothing that says what they are.
        const publicKey = await signer.publicKey()
        const verifier = createVerifier({ publicKey, algorithm: other.name })
        expect([other.name, await verifier.verify(MESSAGE, signature.bytes)]).toEqual([other.name, false])
        if (other.digest) {
          const value = digestOf(other.name, PEMS[name], MESSAGE) ?? new Uint8Array()
          expect(await verifier.verifyDigest(value, signature.bytes)).toBe(false)
        }
      }
    })

    test('not when it is shorter, longer or bent', async () => {
      const { bytes } = await signer.sign(MESSAGE)
      const wrong: Uint8Array[] = [
        new Uint8Array(),
        bytes.subarray(0, -1),
        bytes.subarray(1),
        Buffer.concat([bytes, Uint8Array.of(0)]),
        Buffer.concat([Uint8Array.of(0), bytes]),
        Buffer.concat([bytes, bytes]),
        bent(bytes, 0),
        bent(bytes, Math.floor(bytes.length / 2)),
        bent(bytes, bytes.length - 1),
        new Uint8Array(bytes.length),
        new Uint8Array(bytes.length).fill(0xff),
      ]
      for (const [index, signature] of wrong.entries())
        expect([index, await answers(signature)]).toEqual([index, all(false)])
    })

    test('is checked before it is released, when it is asked for', async () => {
      for (const check of ['always', 'first'] as const) {
        const checked = createSigner({ provider, keyId: name, algorithm: name, check })
        for (const input of [() => MESSAGE, () => chunked(MESSAGE)])
          expect(await answers(await checked.sign(input()))).toEqual(all(true))
      }
    })
  },
)
