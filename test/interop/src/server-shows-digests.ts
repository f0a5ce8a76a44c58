import { createHash } from 'node:crypto'
import { expect } from '@jest/globals'
import type { SIGNING } from './behaviour-signing.js'
import {
  byBoth,
  type Demonstration,
  type Demonstrations,
  hashOf,
  isSignature,
  RAW,
  smallMessage,
  vendorSigns,
} from './server-demonstration.js'
import { longestSalt } from './server-signing.js'
import type { ProviderName, ServerUnderTest } from './server-under-test.js'

const WIRE_NAMES = {
  RS256: 'RSASSA_PKCS1_V1_5_SHA_256',
  PS256: 'RSASSA_PSS_SHA_256',
  PS384: 'RSASSA_PSS_SHA_384',
  PS512: 'RSASSA_PSS_SHA_512',
  ES256: 'ECDSA_SHA_256',
} as const

type Algorithm = keyof typeof WIRE_NAMES

const PSS = ['PS256', 'PS384', 'PS512'] as const
const ANY_SALT = { saltLength: 'any' } as const
const ANOTHER_SALT = "saltLength 'any' accepts it"
const HASHED_AGAIN = "sign messages with messageType 'raw', which sends them as they are, up to 4096 bytes"

const keyFor = (server: ServerUnderTest, algorithm: Algorithm) =>
  server.keyOf(algorithm === 'ES256' ? 'ECC_NIST_P256' : 'RSA_2048')

const digestOf = (algorithm: Algorithm, message: Uint8Array) =>
  createHash(hashOf(algorithm)).update(message).digest()

/** What openssl says of a signature, in answer to each question of a test. */
interface Judged {
  readonly algorithm: Algorithm
  readonly message: Buffer
  readonly digest: Buffer
  readonly longest: { readonly saltLength: number }
  /** By the server, for the vendor's client. */
  vendorSigns(messageType: 'RAW' | 'DIGEST'): Promise<Uint8Array>
  verifies(message: Uint8Array, signature: Uint8Array, salt?: { saltLength: number }): Promise<boolean>
  /** By ours. */
  sign(provider: ProviderName, how?: { messageType?: 'raw'; saltLength?: 'any' }): Promise<Uint8Array>
}

async function judged(server: ServerUnderTest, algorithm: Algorithm): Promise<Judged> {
  const KeyId = await keyFor(server, algorithm)
  const message = smallMessage()
  const digest = digestOf(algorithm, message)
  const SigningAlgorithm = WIRE_NAMES[algorithm]
  return {
    algorithm,
    message,
    digest,
    longest: longestSalt('RSA_2048', algorithm),
    vendorSigns: (MessageType) =>
      vendorSigns(server, {
        KeyId,
        SigningAlgorithm,
        MessageType,
        Message: MessageType === 'RAW' ? message : digest,
      }),
    verifies: (signed, signature, salt) =>
      isSignature(server, KeyId, algorithm, { message: signed, signature, ...salt }),
    async sign(provider, { saltLength, messageType } = {}) {
      const signer = server.signer(provider, KeyId, algorithm, saltLength && { saltLength })
      return (await signer.sign(message, messageType && { messageType })).bytes
    },
  }
}

const forEachOf =
  (algorithms: readonly Algorithm[], show: (each: Judged) => Promise<void>): Demonstration =>
  async (server) => {
    for (const algorithm of algorithms) await show(await judged(server, algorithm))
  }

const failsWith = (...hints: string[]) => ({
  code: 'SignatureCheckFailed',
  message: expect.stringMatching(new RegExp(hints.map(escaped).join('.*'))),
})
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const digestIsHashed = forEachOf(['RS256', 'ES256'], async ({ message, digest, verifies, ...each }) => {
  const signature = await each.vendorSigns('DIGEST')
  expect(await verifies(message, signature)).toBe(false)
  expect(await verifies(digest, signature)).toBe(true)
  await byBoth(async (provider) => {
    await expect(each.sign(provider)).rejects.toMatchObject(failsWith(HASHED_AGAIN))
    expect(await verifies(message, await each.sign(provider, RAW))).toBe(true)
  })
})

const digestIsSigned = forEachOf(['RS256', 'ES256'], async ({ message, digest, verifies, ...each }) => {
  const signature = await each.vendorSigns('DIGEST')
  expect(await verifies(message, signature)).toBe(true)
  expect(await verifies(digest, signature)).toBe(false)
  await byBoth(async (provider) => expect(await verifies(message, await each.sign(provider))).toBe(true))
})

const saltIsLongest = forEachOf(PSS, async ({ message, longest, verifies, ...each }) => {
  const signature = await each.vendorSigns('RAW')
  expect(await verifies(message, signature)).toBe(false)
  expect(await verifies(message, signature, longest)).toBe(true)
  await byBoth(async (provider) => {
    await expect(each.sign(provider, RAW)).rejects.toMatchObject(failsWith(ANOTHER_SALT))
    const released = await each.sign(provider, { ...RAW, ...ANY_SALT })
    expect(await verifies(message, released, longest)).toBe(true)
  })
})

const saltIsUsual = forEachOf(PSS, async ({ message, longest, verifies, ...each }) => {
  const signature = await each.vendorSigns('RAW')
  expect(await verifies(message, signature)).toBe(true)
  expect(await verifies(message, signature, longest)).toBe(false)
  await byBoth(async (provider) => expect(await verifies(message, await each.sign(provider, RAW))).toBe(true))
})

const bothFaults = forEachOf(PSS, async ({ message, digest, longest, verifies, ...each }) => {
  const signature = await each.vendorSigns('DIGEST')
  expect(await verifies(message, signature, longest)).toBe(false)
  expect(await verifies(digest, signature)).toBe(false)
  expect(await verifies(digest, signature, longest)).toBe(true)
  await byBoth(async (provider) => {
    await expect(each.sign(provider)).rejects.toMatchObject(failsWith(HASHED_AGAIN, ANOTHER_SALT))
    await expect(each.sign(provider, ANY_SALT)).rejects.toMatchObject(failsWith(HASHED_AGAIN))
    await expect(each.sign(provider, RAW)).rejects.toMatchObject(failsWith(ANOTHER_SALT))
    const released = await each.sign(provider, { ...RAW, ...ANY_SALT })
    expect(await verifies(message, released, longest)).toBe(true)
  })
})

const longestSaltAlone = forEachOf(PSS, async ({ message, longest, verifies, ...each }) => {
  const signature = await each.vendorSigns('DIGEST')
  expect(await verifies(message, signature)).toBe(false)
  expect(await verifies(message, signature, longest)).toBe(true)
  await byBoth(async (provider) => {
    await expect(each.sign(provider)).rejects.toMatchObject(failsWith(ANOTHER_SALT))
    expect(await verifies(message, await each.sign(provider, ANY_SALT), longest)).toBe(true)
  })
})

const pssDigestIsSigned = forEachOf(PSS, async ({ message, verifies, ...each }) => {
  expect(await verifies(message, await each.vendorSigns('DIGEST'))).toBe(true)
  await byBoth(async (provider) => expect(await verifies(message, await each.sign(provider))).toBe(true))
})

type Aspects = 'a digest' | 'the salt of PSS' | 'a digest for PSS'

/** What servers make of digests, and of PSS, shown. */
export const DIGESTS_SHOWN: Demonstrations<Pick<typeof SIGNING, Aspects>> = {
  'a digest': { 'is hashed once more': digestIsHashed, 'is signed as it is': digestIsSigned },
  'the salt of PSS': { 'is as long as it can be': saltIsLongest, 'is as long as the digest': saltIsUsual },
  'a digest for PSS': {
    'is hashed once more and has the longest salt': bothFaults,
    'has the longest salt alone': longestSaltAlone,
    'is signed as it is': pssDigestIsSigned,
  },
}
