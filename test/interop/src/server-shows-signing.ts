import { expect } from '@jest/globals'
import type { SIGNING } from './behaviour-signing.js'
import {
  byBoth,
  type Demonstration,
  type Demonstrations,
  isSignature,
  NOBODY,
  RAW,
  refusedUnasked,
  smallMessage,
  vendorSigns,
} from './server-demonstration.js'
import { DIGESTS_SHOWN } from './server-shows-digests.js'
import type { ServerUnderTest } from './server-under-test.js'

async function refusesShortDigest(server: ServerUnderTest, short: Uint8Array): Promise<void> {
  const keyId = await server.keyOf('ECC_NIST_P256')
  await byBoth((provider) =>
    refusedUnasked(server.signer(provider, keyId, 'ES256').signDigest(short), 'DigestLengthMismatch'),
  )
}

const shortDigestIsSigned: Demonstration = async (server) => {
  const short = smallMessage().subarray(0, 31)
  const signature = await vendorSigns(server, { Message: short, MessageType: 'DIGEST' })
  const keyId = await server.keyOf('ECC_NIST_P256')
  expect(await isSignature(server, keyId, 'ES256', { message: short, signature })).toBe(true)
  await refusesShortDigest(server, short)
}

const shortDigestIsRefused: Demonstration = async (server) => {
  const short = smallMessage().subarray(0, 31)
  await expect(vendorSigns(server, { Message: short, MessageType: 'DIGEST' })).rejects.toMatchObject({
    name: 'ValidationException',
  })
  await refusesShortDigest(server, short)
}

/** Says something that can be looked for in a text. */
const LARGE = Buffer.from('what nobody should read '.repeat(171))

async function refusesRaw(
  server: ServerUnderTest,
  message: Uint8Array,
  code: 'MessageTooLarge' | 'InvalidArgument',
): Promise<void> {
  const keyId = await server.keyOf('ECC_NIST_P256')
  await byBoth((provider) => refusedUnasked(server.signer(provider, keyId, 'ES256').sign(message, RAW), code))
}

const rawIsSigned = async (server: ServerUnderTest, message: Uint8Array) => {
  const signature = await vendorSigns(server, { Message: message })
  const keyId = await server.keyOf('ECC_NIST_P256')
  expect(await isSignature(server, keyId, 'ES256', { message, signature })).toBe(true)
}

const largeIsSigned: Demonstration = async (server) => {
  await rawIsSigned(server, LARGE)
  await refusesRaw(server, LARGE, 'MessageTooLarge')
}

const largeIsRepeated: Demonstration = async (server) => {
  const repeated = expect.stringContaining(LARGE.toString())
  await expect(vendorSigns(server, { Message: LARGE })).rejects.toMatchObject({
    name: 'ValidationException',
    message: repeated,
  })
  await refusesRaw(server, LARGE, 'MessageTooLarge')
  const client = server.clientOf({ credentials: server.permitted })
  const KeyId = await server.keyOf('ECC_NIST_P256')
  const signing = client.sign({
    KeyId,
    Message: LARGE,
    MessageType: 'RAW',
    SigningAlgorithm: 'ECDSA_SHA_256',
  })
  await expect(signing).rejects.toMatchObject({
    providerCode: 'ValidationException',
    message: expect.not.stringContaining('nobody should read'),
  })
}

const NOTHING = new Uint8Array()

const emptyIsRefused: Demonstration = async (server) => {
  await expect(vendorSigns(server, { Message: NOTHING })).rejects.toMatchObject({
    name: 'ValidationException',
  })
  await refusesRaw(server, NOTHING, 'InvalidArgument')
}

const emptyIsSigned: Demonstration = async (server) => {
  await rawIsSigned(server, NOTHING)
  await refusesRaw(server, NOTHING, 'InvalidArgument')
  const keyId = await server.keyOf('ECC_NIST_P256')
  await byBoth(async (provider) => {
    const { bytes: signature } = await server.signer(provider, keyId, 'ES256').sign(NOTHING)
    expect(await isSignature(server, keyId, 'ES256', { message: NOTHING, signature })).toBe(true)
  })
}

const dryRunIsSigned: Demonstration = async (server) => {
  const message = smallMessage()
  const signature = await vendorSigns(server, { Message: message, DryRun: true })
  const keyId = await server.keyOf('ECC_NIST_P256')
  expect(await isSignature(server, keyId, 'ES256', { message, signature })).toBe(true)
  await byBoth(async (provider) => {
    // The answer to its DryRun was a signature, not AWS's DryRunOperationException.
    expect(await server.signer(provider, keyId, 'ES256').probe()).toMatchObject({ permission: 'confirmed' })
    await expect(server.signer(provider, NOBODY, 'ES256').probe()).rejects.toMatchObject({
      code: 'KeyNotFound',
    })
  })
}

/** Half the order of secp256k1 (SEC 2, section 2.4.1). */
const HALF_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n >> 1n

/** Of a signature as DER: SEQUENCE { INTEGER r, INTEGER s }, both shorter than 128 bytes. */
function isHigh(signature: Uint8Array): boolean {
  const s = signature.subarray(6 + (signature[3] ?? 0))
  return BigInt(`0x${Buffer.from(s).toString('hex')}`) > HALF_ORDER
}

/** Of so many signatures, all are low or all are high once in a trillion times. */
const MANY = 40

const sIsEither: Demonstration = async (server) => {
  const KeyId = await server.keyOf('ECC_SECG_P256K1')
  const found = new Set<boolean>()
  for (let count = 0; count < MANY; count++)
    found.add(isHigh(await vendorSigns(server, { KeyId, Message: smallMessage() })))
  expect([...found].sort()).toEqual([false, true])
  await byBoth(async (provider) => {
    const signer = server.signer(provider, KeyId, 'ES256K', { lowS: true })
    for (let count = 0; count < MANY / 2; count++) {
      const message = smallMessage()
      const { bytes: signature } = await signer.sign(message, RAW)
      expect(isHigh(signature)).toBe(false)
      if (count === 0) expect(await isSignature(server, KeyId, 'ES256K', { message, signature })).toBe(true)
    }
  })
}

/** What servers make of what they are to sign, shown. */
export const SIGNING_SHOWN: Demonstrations<typeof SIGNING> = {
  ...DIGESTS_SHOWN,
  'a digest of the wrong length': {
    'is signed': shortDigestIsSigned,
    'is a ValidationException': shortDigestIsRefused,
  },
  'a raw message of more than 4,096 bytes': {
    'is signed': largeIsSigned,
    'is refused in a text that repeats it': largeIsRepeated,
  },
  'an empty raw message': { 'is a ValidationException': emptyIsRefused, 'is signed': emptyIsSigned },
  DryRun: { 'is passed over': dryRunIsSigned },
  's of ECDSA with secp256k1': { 'is low or high': sIsEither },
}
