import { createHash, createPrivateKey } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { createSigner } from '@signport/core'
import { createLocalProvider } from '../src/index.js'
import { chunked } from './support/messages.js'

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex')
const sha512 = (message: Uint8Array) => createHash('sha512').update(message).digest()

/** RFC 8032 section 7.3, whose key is that of TEST SHA(abc) in section 7.1. */
const SECRET = hex('833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42')
const MESSAGE = hex('616263')
const SIGNATURE = hex(
  `98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41
   31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406`,
)
const PURE_OF_DIGEST = hex(
  `dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589
   09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704`,
)

const key = createPrivateKey({
  key: Buffer.concat([hex('302e020100300506032b657004220420'), SECRET]),
  format: 'der',
  type: 'pkcs8',
})
const signerOf = (algorithm: string) =>
  createSigner({ provider: createLocalProvider({ keys: { k: key } }), keyId: 'k', algorithm })

describe('RFC 8032', () => {
  test('section 7.3: Ed25519ph, from message, stream and digest', async () => {
    const signer = signerOf('Ed25519ph')
    for (const { bytes } of [
      await signer.sign(MESSAGE),
      await signer.sign(chunked(MESSAGE)),
      await signer.signDigest(sha512(MESSAGE)),
    ])
      expect(Buffer.from(bytes)).toEqual(SIGNATURE)
  })

  test('section 7.1, TEST SHA(abc): pure Ed25519 whose message is a hash', async () => {
    const { bytes } = await signerOf('Ed25519').sign(sha512(MESSAGE))
    expect(Buffer.from(bytes)).toEqual(PURE_OF_DIGEST)
  })
})

test('Ed25519ph-SHA512 is Ed25519ph of the hash, and neither of the two others', async () => {
  const ours = await signerOf('Ed25519ph-SHA512').sign(MESSAGE)
  expect(Buffer.from(ours.bytes)).toEqual(
    Buffer.from((await signerOf('Ed25519ph').sign(sha512(MESSAGE))).bytes),
  )
  expect(Buffer.from(ours.bytes)).not.toEqual(SIGNATURE)
  expect(await signerOf('Ed25519ph').verify(MESSAGE, ours.bytes)).toBe(false)
  expect(await signerOf('Ed25519').verify(MESSAGE, ours.bytes)).toBe(false)
  expect(await signerOf('Ed25519').verify(sha512(MESSAGE), ours.bytes)).toBe(false)
})
