import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '@signport/emulator'
import { type Boto3, startBoto3 } from '../../src/boto3.js'
import { type Bytes, bufferOf, bytesOf } from '../../src/client-process.js'
import { sm2Digest } from '../../src/client-sm2.js'
import { opensslVerifies, pemOf } from '../../src/openssl.js'

/*
 * Every kind of key and algorithm that AWS's SDK for Python knows. What was signed is verified by `cryptography`, by
 * libsodium for Ed25519ph, and by openssl for SM2.
 */

const MESSAGE = Buffer.from('Q3: 4,711 units')
const RSA = ['PKCS1_V1_5', 'PSS'].flatMap((scheme) => [256, 384, 512].map((n) => `RSASSA_${scheme}_SHA_${n}`))

/** The kinds of keys that sign, with what they sign with. */
const SIGNING: Readonly<Record<string, readonly string[]>> = {
  RSA_2048: RSA,
  RSA_3072: RSA,
  RSA_4096: RSA,
  ECC_NIST_P256: ['ECDSA_SHA_256'],
  ECC_NIST_P384: ['ECDSA_SHA_384'],
  ECC_NIST_P521: ['ECDSA_SHA_512'],
  ECC_SECG_P256K1: ['ECDSA_SHA_256'],
  SM2: ['SM2DSA'],
  ML_DSA_44: ['ML_DSA_SHAKE_256'],
  ML_DSA_65: ['ML_DSA_SHAKE_256'],
  ML_DSA_87: ['ML_DSA_SHAKE_256'],
  ECC_NIST_EDWARDS25519: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'],
}

/** Those that do something else, with what they are for. */
const OTHER: Readonly<Record<string, string>> = {
  SYMMETRIC_DEFAULT: 'ENCRYPT_DECRYPT',
  HMAC_224: 'GENERATE_VERIFY_MAC',
  HMAC_256: 'GENERATE_VERIFY_MAC',
  HMAC_384: 'GENERATE_VERIFY_MAC',
  HMAC_512: 'GENERATE_VERIFY_MAC',
}

/** Those that AWS has and the emulator has not. */
const MISSING = ['ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024']

let emulator: Emulator
let boto3: Boto3

beforeAll(async () => {
  emulator = await startEmulator()
  boto3 = startBoto3(emulator)
})
afterAll(async () => {
  await boto3?.close()
  await emulator?.close()
})

async function createKey(KeySpec: string, KeyUsage = 'SIGN_VERIFY'): Promise<string> {
  type Created = { readonly KeyMetadata: { readonly KeyId: string } }
  return (await boto3.succeed<Created>('CreateKey', { KeySpec, KeyUsage })).KeyMetadata.KeyId
}

describe('the kinds of keys', () => {
  test('are all that AWS has', async () => {
    const known = [...Object.keys(SIGNING), ...Object.keys(OTHER), ...MISSING]
    expect((await boto3.enumeration('KeySpec')).toSorted()).toEqual(known.sort())
    const algorithms = new Set(Object.values(SIGNING).flat())
    expect((await boto3.enumeration('SigningAlgorithmSpec')).toSorted()).toEqual([...algorithms].sort())
  })

  test.each(Object.entries(OTHER))('has %s, which does not sign', async (KeySpec, KeyUsage) => {
    const KeyId = await createKey(KeySpec, KeyUsage)
    expect(await boto3.succeed('DescribeKey', { KeyId })).toMatchObject({
      KeyMetadata: { KeySpec, KeyUsage, KeyState: 'Enabled' },
    })
    const input = { KeyId, Message: bytesOf('m'), SigningAlgorithm: 'ECDSA_SHA_256' }
    expect(await boto3.fail('Sign', input)).toMatchObject({ class: 'InvalidKeyUsageException' })
    expect(await boto3.fail('GetPublicKey', { KeyId })).toMatchObject({
      class: 'UnsupportedOperationException',
    })
  })

  test.each(MISSING)('has no %s, and says so', async (KeySpec) => {
    const error = await boto3.fail('CreateKey', { KeySpec, KeyUsage: 'ENCAPSULATE_DECAPSULATE' })
    expect(error).toMatchObject({ class: 'UnsupportedOperationException', declared: true })
  })
})

/** What is sent in place of a message, by the form in which it is sent. */
const FORMS: Readonly<Record<string, (algorithm: string, spki: Buffer) => Buffer>> = {
  RAW: () => MESSAGE,
  DIGEST: (algorithm, spki) =>
    algorithm === 'SM2DSA'
      ? sm2Digest(spki, MESSAGE)
      : createHash(`sha${algorithm.slice(-3)}`)
          .update(MESSAGE)
          .digest(),
  EXTERNAL_MU: (_, spki) => mlDsaMu(spki),
}

/** The raw public key is at the end of an SPKI; its length follows from that of the whole. */
function mlDsaMu(spki: Buffer): Buffer {
  const shake = (...parts: Buffer[]) =>
    createHash('shake256', { outputLength: 64 }).update(Buffer.concat(parts)).digest()
  const raw = spki.subarray(-([1312, 1952, 2592].findLast((length) => length < spki.length) ?? 0))
  return shake(shake(raw), Buffer.of(0, 0), MESSAGE)
}

const FORMS_OF: Readonly<Record<string, readonly string[]>> = {
  ML_DSA_SHAKE_256: ['RAW', 'EXTERNAL_MU'],
  ED25519_SHA_512: ['RAW'],
  ED25519_PH_SHA_512: ['DIGEST'],
}

const formsOf = (algorithm: string) => FORMS_OF[algorithm] ?? ['RAW', 'DIGEST']

describe.each(Object.keys(SIGNING))('a key of %s', (KeySpec) => {
  let KeyId: string
  let PublicKey: Bytes
  beforeAll(async () => {
    KeyId = await createKey(KeySpec)
    ;({ PublicKey } = await boto3.succeed<{ PublicKey: Bytes }>('GetPublicKey', { KeyId }))
  })

  async function isValid(algorithm: string, message: Buffer, Signature: Bytes): Promise<boolean> {
    if (algorithm === 'SM2DSA') {
      const publicKey = pemOf(bufferOf(PublicKey))
      return opensslVerifies({ scheme: 'SM2', publicKey, message, signature: bufferOf(Signature) })
    }
    return boto3.verify({ algorithm, publicKey: PublicKey, message: bytesOf(message), signature: Signature })
  }

  const cases = (SIGNING[KeySpec] ?? []).flatMap((algorithm) =>
    formsOf(algorithm).map((form) => [algorithm, form]),
  )

  test('says what it signs with', async () => {
    const { KeyMetadata } = await boto3.succeed<{ KeyMetadata: { SigningAlgorithms: string[] } }>(
      'DescribeKey',
      { KeyId },
    )
    expect(KeyMetadata.SigningAlgorithms.toSorted()).toEqual(SIGNING[KeySpec]?.toSorted())
  })

  test.each(cases)(
    'signs by %s what is sent as %s, and others find it valid',
    async (SigningAlgorithm, MessageType) => {
      const Message = bytesOf(FORMS[MessageType]?.(SigningAlgorithm, bufferOf(PublicKey)) ?? '')
      const input = { KeyId, SigningAlgorithm, MessageType, Message }
      const { Signature } = await boto3.succeed<{ Signature: Bytes }>('Sign', input)
      expect(await isValid(SigningAlgorithm, MESSAGE, Signature)).toBe(true)
      expect(await isValid(SigningAlgorithm, Buffer.from('another message'), Signature)).toBe(false)
      expect(await boto3.succeed('Verify', { ...input, Signature })).toMatchObject({ SignatureValid: true })
      const turned = bufferOf(Signature)
      turned[turned.length - 1] = (turned.at(-1) ?? 0) ^ 1
      const wrong = await boto3.fail('Verify', { ...input, Signature: bytesOf(turned) })
      expect(wrong).toMatchObject({ class: 'KMSInvalidSignatureException', declared: true })
    },
  )

  test.each(cases.filter(([, form]) => form === 'RAW'))(
    'signs 4,096 bytes by %s',
    async (SigningAlgorithm = '') => {
      const message = randomBytes(4096)
      const input = { KeyId, SigningAlgorithm, Message: bytesOf(message) }
      const { Signature } = await boto3.succeed<{ Signature: Bytes }>('Sign', input)
      expect(await isValid(SigningAlgorithm, message, Signature)).toBe(true)
    },
  )
})
