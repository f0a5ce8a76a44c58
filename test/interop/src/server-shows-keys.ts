import { createPublicKey, randomUUID } from 'node:crypto'
import {
  CreateAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  GetPublicKeyCommand,
  type KeySpec,
  ScheduleKeyDeletionCommand,
  SignCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms'
import { expect } from '@jest/globals'
import type { KeyChange, SigningErrorCode } from '@signport/core'
import type { KEYS } from './behaviour-keys.js'
import {
  byBoth,
  type Demonstration,
  type Demonstrations,
  isSignature,
  RAW,
  refusedUnasked,
  smallMessage,
  vendorSigns,
} from './server-demonstration.js'
import { type ProviderName, present, type ServerUnderTest } from './server-under-test.js'

/** How the service refuses, by its own name, and what that is for ours. */
interface Refusal {
  readonly service: string
  readonly code: SigningErrorCode
}

/** The vendor's client and both of ours are refused. */
async function expectRefusal(
  server: ServerUnderTest,
  asked: { readonly KeyId: string; readonly algorithm: string; readonly wireName: string },
  { service, code }: Refusal,
): Promise<void> {
  const { KeyId, algorithm, wireName } = asked
  const input = { KeyId, SigningAlgorithm: wireName as 'ECDSA_SHA_256', Message: smallMessage() }
  await expect(vendorSigns(server, input)).rejects.toMatchObject({ name: service })
  await byBoth((provider) =>
    expect(server.signer(provider, KeyId, algorithm).sign(smallMessage(), RAW)).rejects.toMatchObject({
      code,
      providerCode: service,
    }),
  )
}

const ES256 = { algorithm: 'ES256', wireName: 'ECDSA_SHA_256' }

/** The vendor's client and both of ours get signatures of a key. */
async function expectSignatures(server: ServerUnderTest, KeyId: string): Promise<void> {
  const message = smallMessage()
  const signature = await vendorSigns(server, { KeyId, Message: message })
  expect(await isSignature(server, KeyId, 'ES256', { message, signature })).toBe(true)
  await byBoth(async (provider) => {
    const { bytes } = await server.signer(provider, KeyId, 'ES256').sign(message, RAW)
    expect(await isSignature(server, KeyId, 'ES256', { message, signature: bytes })).toBe(true)
  })
}

const aliasOfKey: Demonstration = (server) => byBoth((provider) => showAlias(server, provider))

async function showAlias(server: ServerUnderTest, provider: ProviderName): Promise<void> {
  const [first, second] = [await server.createKey('ECC_NIST_P256'), await server.createKey('ECC_NIST_P256')]
  const AliasName = `alias/${randomUUID()}`
  await server.vendor.send(new CreateAliasCommand({ AliasName, TargetKeyId: first }))
  const { KeyMetadata } = await server.vendor.send(new DescribeKeyCommand({ KeyId: AliasName }))
  expect(KeyMetadata?.KeyId).toBe(first)
  const aliasArn = present(KeyMetadata?.Arn).replace(`key/${first}`, AliasName)
  const changes: KeyChange[] = []
  const onKeyChange = (change: KeyChange) => changes.push(change)
  const signers = [AliasName, aliasArn].map((name) => server.signer(provider, name, 'ES256', { onKeyChange }))
  const signedBy = async (keyId: string) => {
    for (const signer of signers) {
      const message = smallMessage()
      const { bytes: signature, keyId: named } = await signer.sign(message, RAW)
      expect(named).toContain(keyId)
      expect(await isSignature(server, keyId, 'ES256', { message, signature })).toBe(true)
    }
  }
  await signedBy(first)
  await server.vendor.send(new UpdateAliasCommand({ AliasName, TargetKeyId: second }))
  expect(changes).toEqual([])
  await signedBy(second)
  expect(changes.map(({ keyId }) => keyId)).toEqual([AliasName, aliasArn])
}

async function disabled(server: ServerUnderTest): Promise<string> {
  const KeyId = await server.createKey('ECC_NIST_P256')
  await server.vendor.send(new DisableKeyCommand({ KeyId }))
  const { KeyMetadata } = await server.vendor.send(new DescribeKeyCommand({ KeyId }))
  expect(KeyMetadata?.KeyState).toBe('Disabled')
  return KeyId
}

const DISABLED: Refusal = { service: 'DisabledException', code: 'KeyDisabled' }

const disabledIsShown: Demonstration = async (server) => {
  const KeyId = await disabled(server)
  expect(await server.publicKeyOf(KeyId)).toHaveLength(91)
  await expectRefusal(server, { KeyId, ...ES256 }, DISABLED)
}

const disabledIsHidden: Demonstration = async (server) => {
  const KeyId = await disabled(server)
  await expect(server.publicKeyOf(KeyId)).rejects.toMatchObject({ name: 'DisabledException' })
  await expectRefusal(server, { KeyId, ...ES256 }, DISABLED)
}

async function scheduled(server: ServerUnderTest): Promise<string> {
  const KeyId = await server.createKey('ECC_NIST_P256')
  await server.vendor.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
  const { KeyMetadata } = await server.vendor.send(new DescribeKeyCommand({ KeyId }))
  expect(KeyMetadata?.KeyState).toBe('PendingDeletion')
  return KeyId
}

const scheduledIsRefused: Demonstration = async (server) =>
  expectRefusal(
    server,
    { KeyId: await scheduled(server), ...ES256 },
    { service: 'KMSInvalidStateException', code: 'InvalidKeyState' },
  )

const nothingIsFound: Demonstration = async (server) => {
  for (const KeyId of [randomUUID(), `alias/${randomUUID()}`])
    await expectRefusal(server, { KeyId, ...ES256 }, { service: 'NotFoundException', code: 'KeyNotFound' })
}

const INVALID: Refusal = { service: 'ValidationException', code: 'InvalidArgument' }
const MISUSED: Refusal = { service: 'InvalidKeyUsageException', code: 'InvalidKeyUsage' }
const UNSUPPORTED: Refusal = { service: 'UnsupportedOperationException', code: 'InvalidKeyUsage' }

const otherAlgorithm =
  (refusal: Refusal): Demonstration =>
  async (server) =>
    expectRefusal(
      server,
      { KeyId: await server.keyOf('ECC_NIST_P256'), algorithm: 'ES384', wireName: 'ECDSA_SHA_384' },
      refusal,
    )

const RS256 = { algorithm: 'RS256', wireName: 'RSASSA_PKCS1_V1_5_SHA_256' }

const otherUse =
  (refusal: Refusal): Demonstration =>
  async (server) =>
    expectRefusal(server, { KeyId: await server.createKey('RSA_2048', 'ENCRYPT_DECRYPT'), ...RS256 }, refusal)

const symmetricKey = (server: ServerUnderTest) => server.createKey('SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT')

const symmetricIsShown: Demonstration = async (server) => {
  const KeyId = await symmetricKey(server)
  const key = Buffer.from(await server.publicKeyOf(KeyId))
  expect(createPublicKey({ key, format: 'der', type: 'spki' }).asymmetricKeyType).toBe('rsa')
  await byBoth(async (provider) => {
    const shown = await server.signer(provider, KeyId, 'RS256').publicKey()
    expect(shown.toSpki()).toEqual(new Uint8Array(key))
  })
  await expectRefusal(server, { KeyId, ...RS256 }, INVALID)
}

/** The text, where there is none, is what the SDK says then. */
const symmetricIsRefused =
  (text: string | RegExp): Demonstration =>
  async (server) => {
    const KeyId = await symmetricKey(server)
    await expect(server.vendor.send(new GetPublicKeyCommand({ KeyId }))).rejects.toMatchObject({
      name: UNSUPPORTED.service,
      message: expect.stringMatching(text),
    })
    await byBoth((provider) =>
      expect(server.signer(provider, KeyId, 'RS256').publicKey()).rejects.toMatchObject({
        code: UNSUPPORTED.code,
        providerCode: UNSUPPORTED.service,
      }),
    )
  }

const notThere =
  (...specs: KeySpec[]): Demonstration =>
  async (server) => {
    for (const spec of specs)
      await expect(server.createKey(spec)).rejects.toMatchObject({
        name: expect.stringMatching(/^(ValidationException|UnsupportedOperationException)$/),
        message: expect.stringContaining(spec),
      })
  }

const ed25519: Demonstration = async (server) => {
  const KeyId = await server.keyOf('ECC_NIST_EDWARDS25519')
  const message = smallMessage()
  const signature = await vendorSigns(server, {
    KeyId,
    Message: message,
    SigningAlgorithm: 'ED25519_SHA_512',
  })
  expect(await isSignature(server, KeyId, 'Ed25519', { message, signature })).toBe(true)
  await byBoth(async (provider) => {
    const { bytes } = await server.signer(provider, KeyId, 'Ed25519').sign(message)
    expect(await isSignature(server, KeyId, 'Ed25519', { message, signature: bytes })).toBe(true)
  })
}

const prehashedIsRefused: Demonstration = async (server) => {
  const KeyId = await server.keyOf('ECC_NIST_EDWARDS25519')
  const { KeyMetadata } = await server.vendor.send(new DescribeKeyCommand({ KeyId }))
  expect(KeyMetadata?.SigningAlgorithms).toContain('ED25519_PH_SHA_512')
  const sent = {
    Message: Buffer.alloc(64),
    MessageType: 'DIGEST',
    SigningAlgorithm: 'ED25519_PH_SHA_512',
  } as const
  await expect(server.vendor.send(new SignCommand({ KeyId, ...sent }))).rejects.toMatchObject({
    name: UNSUPPORTED.service,
  })
  await byBoth((provider) =>
    expect(server.signer(provider, KeyId, 'Ed25519ph-SHA512').sign(smallMessage())).rejects.toMatchObject({
      code: UNSUPPORTED.code,
      providerCode: UNSUPPORTED.service,
    }),
  )
}

const sm2IsRsa: Demonstration = async (server) => {
  const KeyId = await server.keyOf('SM2')
  const key = Buffer.from(await server.publicKeyOf(KeyId))
  expect(createPublicKey({ key, format: 'der', type: 'spki' }).asymmetricKeyType).toBe('rsa')
  await byBoth((provider) =>
    refusedUnasked(server.signer(provider, KeyId, 'SM2').sign(smallMessage()), 'InvalidKeyUsage'),
  )
}

/** Which keys servers have, and what state and use mean to them, shown. */
export const KEYS_SHOWN: Demonstrations<typeof KEYS> = {
  'an alias': { 'stands for its key, by its name and its ARN': aliasOfKey },
  'a disabled key': {
    signs: async (server) => expectSignatures(server, await disabled(server)),
    'is a DisabledException, its public key is shown': disabledIsShown,
    'is a DisabledException, its public key too': disabledIsHidden,
  },
  'a key that waits for its deletion': {
    signs: async (server) => expectSignatures(server, await scheduled(server)),
    'is a KMSInvalidStateException': scheduledIsRefused,
  },
  'a key that is not there': { 'is a NotFoundException': nothingIsFound },
  'an algorithm that the key does not have': {
    'is a ValidationException': otherAlgorithm(INVALID),
    'is an InvalidKeyUsageException': otherAlgorithm(MISUSED),
  },
  'a key that is not for signing': {
    'is a ValidationException': otherUse(INVALID),
    'is an InvalidKeyUsageException': otherUse(MISUSED),
  },
  'the public key of a symmetric key': {
    'is one of RSA that nothing signs with': symmetricIsShown,
    'is an UnsupportedOperationException': symmetricIsRefused(/asymmetric/),
    'is an UnsupportedOperationException without a text': symmetricIsRefused(/^(UnknownError)?$/),
  },
  Ed25519: { 'is not there': notThere('ECC_NIST_EDWARDS25519'), 'is there': ed25519 },
  "AWS's Ed25519ph": {
    'is not there': notThere('ECC_NIST_EDWARDS25519'),
    'is announced, and is an UnsupportedOperationException': prehashedIsRefused,
  },
  'ML-DSA': { 'is not there': notThere('ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87') },
  SM2: { 'is a key of RSA': sm2IsRsa, 'is not there': notThere('SM2') },
}
