import { createHash, createPublicKey } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { ed25519, ed25519ph } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { createVerifier } from '../src/index.js'
import { loadEd25519ph, prehashOf } from '../src/kit.js'
import { parseAlgorithm } from '../src/parse-algorithm.js'
import { hex, pem } from './support/asn1.js'
import { failure } from './support/failure.js'
import { reusing } from './support/streams.js'

const sha512 = (message: Uint8Array) => createHash('sha512').update(message).digest()
const spki = (raw: Uint8Array) => Buffer.concat([hex('302a300506032b6570032100'), raw])
const verifierOf = (algorithm: string, raw: Uint8Array) =>
  createVerifier({ publicKey: pem('PUBLIC KEY', spki(raw)), algorithm })

/** RFC 8032 section 7.3. */
const PH = {
  secret: hex('833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42'),
  raw: hex('ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf'),
  message: hex('616263'),
  signature: hex(
    `98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41
     31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406`,
  ),
}

/** RFC 8032 section 7.1: secret, public key, message, signature. */
const PURE: [string, string, string, string, string][] = [
  [
    'TEST 1',
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    `e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155
     5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b`,
  ],
  [
    'TEST 2',
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    `92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
     085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00`,
  ],
  [
    'TEST 3',
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    `6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac
     18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a`,
  ],
  [
    'TEST SHA(abc)',
    '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
    'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    `ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a
     2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f`,
    `dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589
     09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704`,
  ],
]

const names = ['Ed25519', 'Ed25519ph', 'Ed25519ph-SHA512'] as const

/** Each of the three, by @noble/curves: AWS's form is Ed25519ph whose message is the SHA-512 of the message. */
const STRANGER: Record<(typeof names)[number], (message: Uint8Array, secret: Uint8Array) => Uint8Array> = {
  Ed25519: (message, secret) => ed25519.sign(message, secret),
  Ed25519ph: (message, secret) => ed25519ph.sign(message, secret),
  'Ed25519ph-SHA512': (message, secret) => ed25519ph.sign(sha512(message), secret),
}

describe('RFC 8032', () => {
  test('section 7.3, Ed25519ph: message, stream and digest', async () => {
    const verifier = verifierOf('Ed25519ph', PH.raw)
    expect(await verifier.verify(PH.message, PH.signature)).toBe(true)
    expect(await verifier.verify(reusing(PH.message, 2), PH.signature)).toBe(true)
    expect(await verifier.verifyDigest(sha512(PH.message), PH.signature)).toBe(true)
  })

  test('section 7.3 is the only signature of key and message', async () => {
    const { sign } = await loadEd25519ph()
    expect(Buffer.from(sign(sha512(PH.message), PH.secret))).toEqual(PH.signature)
  })

  test.each(PURE)('section 7.1, %s: pure Ed25519', async (_, secret, raw, message, signature) => {
    expect(Buffer.from(ed25519.sign(hex(message), hex(secret)))).toEqual(hex(signature))
    expect(await verifierOf('Ed25519', hex(raw)).verify(hex(message), hex(signature))).toBe(true)
    expect(await verifierOf('Ed25519', hex(raw)).verify(reusing(hex(message), 1), hex(signature))).toBe(true)
    expect(await verifierOf('Ed25519ph', hex(raw)).verify(hex(message), hex(signature))).toBe(false)
  })
})

describe('the three on one curve', () => {
  const { secretKey, publicKey: raw } = ed25519.keygen()
  const message = Buffer.from('The quick brown fox jumps over the lazy dog')
  const pairs = names.flatMap((made) => names.map((read) => [made, read] as const))

  test.each(pairs)('a signature of %s by @noble/curves, read as %s', async (made, read) => {
    const signature = STRANGER[made](message, secretKey)
    const verifier = verifierOf(read, raw)
    expect(await verifier.verify(message, signature)).toBe(made === read)
    expect(await verifier.verify(reusing(message, 7), signature)).toBe(made === read)
    if (read !== 'Ed25519')
      expect(await verifier.verifyDigest(sha512(message), signature)).toBe(made === read)
  })

  test.each(names.slice(1))('%s signs here what @noble/curves signs', async (name) => {
    const { sign } = await loadEd25519ph()
    const algorithm = parseAlgorithm(name)
    if (algorithm.scheme !== 'ed25519ph') throw new TypeError(name)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (any) => {
        const signature = sign(prehashOf(algorithm, sha512(any)), secretKey)
        expect(signature).toEqual(STRANGER[name](any, secretKey))
        expect(await verifierOf(name, raw).verify(any, signature)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  test.each(names.slice(1))('%s: what is no signature', async (name) => {
    const verifier = verifierOf(name, raw)
    const signature = STRANGER[name](message, secretKey)
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order
    const greater = hex(s.toString(16).padStart(64, '0')).reverse()
    const others = [
      signature.subarray(0, 63),
      Buffer.concat([signature, Uint8Array.of(0)]),
      new Uint8Array(),
      new Uint8Array(64),
      Buffer.concat([signature.subarray(32), signature.subarray(0, 32)]),
      // The same s, and the order of the group: RFC 8032 section 5.1.7 refuses it.
      Buffer.concat([signature.subarray(0, 32), greater]),
    ]
    for (const other of others) {
      expect(await verifier.verify(message, other)).toBe(false)
      expect(await verifier.verifyDigest(sha512(message), other)).toBe(false)
    }
    expect(await verifier.verifyDigest(sha512(PH.message), signature)).toBe(false)
  })

  test('pure Ed25519 takes no digest, and says why', async () => {
    const signature = STRANGER.Ed25519(message, secretKey)
    const error = await failure(
      () => verifierOf('Ed25519', raw).verifyDigest(sha512(message), signature),
      'UnsupportedAlgorithm',
    )
    expect(error.message).toBe(
      'Ed25519 takes no digest: it reads the message twice (RFC 8032 section 5.1.6). Give it the message itself.',
    )
  })

  test.each(names.slice(1))('a digest for %s of another length is refused', async (name) => {
    const verifier = verifierOf(name, raw)
    await failure(() => verifier.verifyDigest(new Uint8Array(32), new Uint8Array(64)), 'DigestLengthMismatch')
  })

  test('a key of small order signs nothing: every message would have the same signature', async () => {
    // The point (0, -1), whose order is 2.
    const small = hex(`ec${'ff'.repeat(30)}7f`)
    expect(createPublicKey({ key: spki(small), format: 'der', type: 'spki' }).asymmetricKeyType).toBe(
      'ed25519',
    )
    const neutral = Buffer.concat([hex(`01${'00'.repeat(31)}`), new Uint8Array(32)])
    for (const name of names.slice(1)) {
      await failure(() => verifierOf(name, small), 'InvalidArgument')
      const { verify } = await loadEd25519ph()
      expect(verify(neutral, sha512(message), small)).toBe(false)
    }
  })
})
