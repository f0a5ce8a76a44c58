import { createPrivateKey, sign } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { spkiOf } from '@signport/contract'
import type { Signature, SigningProvider } from '@signport/core'
import { type ChaosKey, found, makeKeys } from '../src/chaos-key.js'
import { type ChaosItem, planItem } from '../src/item.js'
import { messageOf } from '../src/message.js'
import { createReleaseCheck } from '../src/release-check.js'

const keys = makeKeys()
const first = found(keys, 'P-256')
const other = found(keys, 'another P-256')

const ITEM: ChaosItem = { ...planItem(1, 0), algorithm: 'ES256', key: 'P-256', pin: 'none' }

const signedBy = ({ entry: { privateKey = '' } }: ChaosKey, keyId: string, item = ITEM): Signature => ({
  bytes: Uint8Array.from(sign('sha256', messageOf(1, item), createPrivateKey(privateKey))),
  encoding: 'der',
  algorithm: 'ES256',
  provider: 'aws-kms',
  keyId,
  messageType: 'digest',
})

/** A server behind whose alias there is the other key by now. */
const MOVED: Pick<SigningProvider, 'getPublicKey'> = {
  getPublicKey: async () => ({ keyId: other.id, publicKey: spkiOf(other.publicKey) }),
}

async function defectsOf(item: ChaosItem, signature: Signature) {
  const check = createReleaseCheck(1, keys)
  const now = await check.assert(item, signature)
  return [...now, ...(await check.finish(MOVED as SigningProvider))]
}

test('a signature by the first key is right, whatever the key is called', async () => {
  for (const name of [first.id, `arn:aws:kms:us-east-1:111122223333:key/${first.id}`, ITEM.keyId])
    expect(await defectsOf(ITEM, signedBy(first, name))).toEqual([])
})

test('one by the key that the name leads to now is right for whoever pins none', async () => {
  expect(await defectsOf(ITEM, signedBy(other, other.id))).toEqual([])
})

describe.each(['key', 'thumbprint'] as const)('for whoever pins a %s', (pin) => {
  const item = { ...ITEM, pin }

  test('one by the first key is right', async () => {
    expect(await defectsOf(item, signedBy(first, first.id))).toEqual([])
  })

  test('one by another key is wrong, wherever the name leads to now', async () => {
    expect(await defectsOf(item, signedBy(other, other.id))).toEqual([
      'item 0 was given a signature that is not valid',
    ])
  })
})

test.each([
  ['by another key under the name of the first one', signedBy(other, first.id), /not valid/],
  ['by the first key under the name of the other one', signedBy(first, other.id), /not valid/],
  ['by a key that the name does not lead to', signedBy(first, 'another'), /does not lead to/],
  ['over another message', signedBy(first, first.id, { ...ITEM, index: 5 }), /not valid/],
])('one %s is wrong', async (_, signature, defect) => {
  expect(await defectsOf(ITEM, signature)).toEqual([expect.stringMatching(defect)])
})
