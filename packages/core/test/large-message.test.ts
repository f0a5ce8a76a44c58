import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { slicesOf } from '../src/digest.js'
import { PublicKey, parseAlgorithm } from '../src/index.js'
import { verifyMessage } from '../src/verify-message.js'
import { failure } from './support/failure.js'

const GIB = 2 ** 30

/** More than is given to node:crypto in one call. Nothing is written into it, so it takes no memory. */
const message = new Uint8Array(GIB + 1)

test('slices are views of at most 1 GiB, and none of nothing', () => {
  expect(Array.from(slicesOf(message), ({ length }) => length)).toEqual([GIB, 1])
  expect(Array.from(slicesOf(message), ({ buffer }) => buffer === message.buffer)).toEqual([true, true])
  expect([...slicesOf(new Uint8Array())]).toEqual([])
})

test('pure Ed25519, which reads the message twice, does not verify so much, and says so', async () => {
  const key = PublicKey.from(generateKeyPairSync('ed25519').publicKey)
  const demands = { parameters: {}, saltLength: 'digest', lowS: false } as const
  const verifying = () => verifyMessage(parseAlgorithm('Ed25519'), key, message, new Uint8Array(64), demands)
  expect((await failure(verifying, 'MessageTooLarge')).message).toBe(
    'Ed25519 needs the whole message at once, and node:crypto takes 1073741824 bytes.',
  )
})
