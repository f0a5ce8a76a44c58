import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '@signport/emulator'
import {
  ALIBABA_SDKS,
  type AlibabaError,
  type AlibabaOptions,
  startAlibabaOpenApi,
} from '../../src/alibaba-openapi.js'
import { ALIBABA_TERMS, type AlibabaAlgorithm } from '../../src/alibaba-terms.js'
import type { Caller } from '../../src/client-caller.js'
import { sm2Digest } from '../../src/client-sm2.js'
import { opensslVerifies } from '../../src/openssl.js'

/*
 * Alibaba Cloud's SDKs for Python as they are, with signatures of requests. The openssl command verifies what was signed.
 */

const MESSAGE = Buffer.from('Q3: 4,711 units')
const RSA = ['RSA_PSS_SHA_256', 'RSA_PKCS1_SHA_256'] as const

/** The kinds of keys that sign, with what they sign with. */
const SIGNING: readonly (readonly [KeySpec: string, algorithms: readonly AlibabaAlgorithm[]])[] = [
  ['RSA_2048', RSA],
  ['RSA_3072', RSA],
  ['RSA_4096', RSA],
  ['EC_P256', ['ECDSA_SHA_256']],
  ['EC_P256K', ['ECDSA_SHA_256']],
  ['EC_SM2', ['SM2DSA']],
]

interface Key {
  readonly KeyId: string
  readonly KeyVersionId: string
}

let emulator: Emulator
beforeAll(async () => {
  emulator = await startEmulator({ region: 'eu-central-1' })
})
afterAll(() => emulator?.close())

const digestOf = (message: Buffer) => createHash('sha256').update(message).digest('base64')
const ANOTHER_ALIAS = 'alias/another'
const DESCRIPTION = "Invoices — Müller & Söhne + (50 %) ~*'!"

describe.each(ALIBABA_SDKS)('the SDK %s', (sdk) => {
  let kms: Caller<AlibabaError, AlibabaOptions>
  let key: Key
  /** What the key signed. */
  let Value: string
  const alias = `alias/${sdk}`
  const signed = { Algorithm: 'ECDSA_SHA_256', Digest: digestOf(MESSAGE) }

  async function createKey(KeySpec = 'EC_P256', KeyUsage = 'SIGN/VERIFY'): Promise<Key> {
    type Created = { readonly KeyMetadata: { readonly KeyId: string } }
    const { KeyId } = (await kms.succeed<Created>('CreateKey', { KeySpec, KeyUsage })).KeyMetadata
    type Versions = { readonly KeyVersions: { readonly KeyVersion: readonly Key[] } }
    const { KeyVersions } = await kms.succeed<Versions>('ListKeyVersions', { KeyId })
    return { KeyId, KeyVersionId: KeyVersions.KeyVersion[0]?.KeyVersionId ?? '' }
  }

  beforeAll(async () => {
    kms = startAlibabaOpenApi(emulator, sdk)
    key = await createKey()
    await kms.succeed('CreateAlias', { AliasName: alias, KeyId: key.KeyId })
    ;({ Value } = await kms.succeed<{ Value: string }>('AsymmetricSign', { ...key, ...signed }))
  })
  afterAll(() => kms?.close())

  const usual = () => ({ KeyId: key.KeyId })
  const metadata = (members: object) => ({ KeyMetadata: expect.objectContaining(members) })
  const listed = (AliasName: string) => expect.objectContaining({ AliasName, KeyId: key.KeyId })

  /** Calls that succeed, one after the other. */
  const LIFE: readonly [operation: string, input: () => object | Promise<object>, output: () => object][] = [
    [
      'CreateKey',
      () => ({
        KeySpec: 'EC_P256',
        KeyUsage: 'SIGN/VERIFY',
        Description: DESCRIPTION,
        ProtectionLevel: 'SOFTWARE',
      }),
      () =>
        metadata({
          KeySpec: 'EC_P256',
          KeyState: 'Enabled',
          Description: DESCRIPTION,
          Creator: '111122223333',
        }),
    ],
    ['DescribeKey', () => ({ KeyId: alias }), () => metadata({ ...usual(), KeyUsage: 'SIGN/VERIFY' })],
    [
      'ListKeys',
      () => ({ PageNumber: 1, PageSize: 1 }),
      () => ({ PageNumber: 1, PageSize: 1, Keys: { Key: [expect.anything()] } }),
    ],
    [
      'ListKeyVersions',
      usual,
      () => ({ TotalCount: 1, KeyVersions: { KeyVersion: [expect.objectContaining(key)] } }),
    ],
    ['DescribeKeyVersion', () => key, () => ({ KeyVersion: expect.objectContaining(key) })],
    ['CreateKeyVersion', usual, () => ({ KeyVersion: { ...usual(), KeyVersionId: expect.any(String) } })],
    ['ListKeyVersions', usual, () => ({ TotalCount: 2 })],
    [
      'GetPublicKey',
      () => key,
      () => ({ ...key, PublicKey: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----\n/) }),
    ],
    ['AsymmetricSign', () => ({ ...key, ...signed }), () => ({ ...key, Value: expect.any(String) })],
    ['AsymmetricVerify', () => ({ ...key, ...signed, Value }), () => ({ ...key, Value: true })],
    ['CreateAlias', () => ({ ...usual(), AliasName: ANOTHER_ALIAS }), () => ({})],
    [
      'ListAliasesByKeyId',
      usual,
      () => ({ TotalCount: 2, Aliases: { Alias: [ANOTHER_ALIAS, alias].sort().map(listed) } }),
    ],
    ['UpdateAlias', async () => ({ AliasName: ANOTHER_ALIAS, KeyId: (await createKey()).KeyId }), () => ({})],
    ['ListAliasesByKeyId', usual, () => ({ TotalCount: 1, Aliases: { Alias: [listed(alias)] } })],
    ['DeleteAlias', () => ({ AliasName: ANOTHER_ALIAS }), () => ({})],
    [
      'ListAliases',
      () => ({ PageSize: 100 }),
      () => ({ Aliases: { Alias: expect.arrayContaining([listed(alias)]) } }),
    ],
    ['DisableKey', usual, () => ({})],
    ['DescribeKey', usual, () => metadata({ KeyState: 'Disabled' })],
    ['ScheduleKeyDeletion', () => ({ ...usual(), PendingWindowInDays: 7 }), () => ({})],
    [
      'DescribeKey',
      usual,
      () => metadata({ KeyState: 'PendingDeletion', DeleteDate: expect.stringMatching(/Z$/) }),
    ],
    ['CancelKeyDeletion', usual, () => ({})],
    ['EnableKey', usual, () => ({})],
    ['DescribeKey', usual, () => metadata({ KeyState: 'Enabled', DeleteDate: '' })],
  ]

  test.each(LIFE)('has %s, which succeeds', async (operation, input, output) => {
    const found = await kms.succeed<{ RequestId: string }>(operation, await input())
    expect(found).toMatchObject(output())
    const answered = { operation, status: 200, requestId: found.RequestId }
    expect(emulator.requests()).toContainEqual(expect.objectContaining(answered))
  })

  test('has been answered to every operation that the emulator has, and is told by name of the others', async () => {
    const had: string[] = []
    for (const operation of await kms.operations()) {
      const { error } = await kms.outcome(operation)
      if (!error?.message.includes(`this emulator does not have ${operation}.`)) had.push(operation)
      else expect(error).toMatchObject({ code: 'UnsupportedOperation', status: 400 })
    }
    expect(had.sort()).toEqual([...new Set(LIFE.map(([operation]) => operation))].sort())
  })

  test.each(SIGNING)('has keys of %s sign, and openssl finds it valid', async (KeySpec, algorithms) => {
    const made = await createKey(KeySpec)
    const { PublicKey } = await kms.succeed<{ PublicKey: string }>('GetPublicKey', made)
    const spki = Buffer.from(PublicKey.replace(/-----.*-----|\s/g, ''), 'base64')
    const another = Buffer.from('another message')
    for (const Algorithm of algorithms) {
      const digest = (message: Buffer) =>
        Algorithm === 'SM2DSA' ? sm2Digest(spki, message).toString('base64') : digestOf(message)
      const input = { ...made, Algorithm, Digest: digest(MESSAGE) }
      const { Value } = await kms.succeed<{ Value: string }>('AsymmetricSign', input)
      const signature = Buffer.from(Value, 'base64')
      const question = { ...ALIBABA_TERMS[Algorithm], publicKey: PublicKey, message: MESSAGE, signature }
      expect(await opensslVerifies(question)).toBe(true)
      expect(await opensslVerifies({ ...question, message: another })).toBe(false)
      expect(await kms.succeed('AsymmetricVerify', { ...input, Value })).toMatchObject({ Value: true })
      const wrong = { ...input, Digest: digest(another), Value }
      expect(await kms.succeed('AsymmetricVerify', wrong)).toMatchObject({ Value: false })
    }
  })

  const keyAfter = async (operation: string) => {
    const made = await createKey()
    await kms.succeed(operation, {
      KeyId: made.KeyId,
      PendingWindowInDays: operation === 'DisableKey' ? undefined : 7,
    })
    return made
  }
  const UNKNOWN = '00000000-0000-4000-8000-000000000000'

  /** What is refused, with the code and the status that a Python program sees. */
  const REFUSED: readonly [
    code: string,
    status: number,
    operation: string,
    input: () => object | Promise<object>,
  ][] = [
    ['Forbidden.KeyNotFound', 404, 'DescribeKey', () => ({ KeyId: UNKNOWN })],
    ['Forbidden.AliasNotFound', 404, 'DescribeKey', () => ({ KeyId: 'alias/none' })],
    ['Forbidden.KeyVersionNotFound', 404, 'GetPublicKey', () => ({ ...key, KeyVersionId: UNKNOWN })],
    [
      'Rejected.Disabled',
      409,
      'AsymmetricSign',
      async () => ({ ...signed, ...(await keyAfter('DisableKey')) }),
    ],
    [
      'Rejected.PendingDeletion',
      409,
      'AsymmetricSign',
      async () => ({ ...signed, ...(await keyAfter('ScheduleKeyDeletion')) }),
    ],
    ['Rejected.StateModifiedFailed', 409, 'CancelKeyDeletion', usual],
    [
      'UnsupportedOperation',
      400,
      'AsymmetricSign',
      () => ({ ...key, ...signed, Algorithm: 'RSA_PSS_SHA_256' }),
    ],
    ['Unsupported.Alias', 400, 'DisableKey', () => ({ KeyId: alias })],
    ['Unsupported.Origin', 400, 'CreateKey', () => ({ KeySpec: 'EC_P256', Origin: 'EXTERNAL' })],
    ['AliasAlreadyExists', 400, 'CreateAlias', () => ({ ...usual(), AliasName: alias })],
    ['InvalidParameter', 400, 'CreateAlias', () => ({ ...usual(), AliasName: 'none' })],
    ['InvalidParameter', 400, 'AsymmetricSign', () => ({ ...key, ...signed, Digest: 'AAAA' })],
    ['InvalidParameter', 400, 'ListKeys', () => ({ PageSize: 102 })],
    ['MissingParameter', 400, 'AsymmetricSign', () => ({ ...usual(), ...signed })],
  ]

  test.each(REFUSED)('raises %s (%i) for %s', async (code, status, operation, input) => {
    const expected = sdk === 'aliyun' ? 'ServerException' : 'ClientException'
    expect(await kms.fail(operation, await input())).toMatchObject({ class: expected, code, status })
  })

  test('is not let in by other credentials', async () => {
    const [{ accessKeyId, secretAccessKey }] = emulator.credentials
    const refused = async (...access: string[]) => (await kms.fail('ListKeys', {}, { access })).code
    expect(await refused('LTAI5tUnknownUnknown', secretAccessKey)).toBe('InvalidAccessKeyId.NotFound')
    expect(await refused(accessKeyId, 'another')).toBe('IncompleteSignature')
    expect(await refused(accessKeyId, secretAccessKey, 'a token')).toBe('InvalidAccessKeyId.NotFound')
  })

  test('is let in by credentials for a while with their token alone', async () => {
    const credential = {
      accessKeyId: 'STS.NUgYrLnoC37mZZCNnAbez',
      secretAccessKey: 'secret',
      sessionToken: 'a+token/=',
    }
    const other = await startEmulator({ credentials: [credential] })
    const client = startAlibabaOpenApi(other, sdk)
    try {
      expect(await client.succeed('ListKeys')).toMatchObject({ TotalCount: 0 })
      const access = [credential.accessKeyId, credential.secretAccessKey]
      expect(await client.fail('ListKeys', {}, { access })).toMatchObject({
        code: 'InvalidAccessKeyId.NotFound',
      })
    } finally {
      await client.close()
      await other.close()
    }
  })

  test.each([
    ['throttle', 'Rejected.Throttling', 429],
    ['internal', 'InternalFailure', 500],
    ['unavailable', 'ServiceUnavailableTemporary', 503],
  ] as const)('raises for the fault %s %s', async (kind, code, status) => {
    emulator.faults.add({ kind, operation: 'ListKeys', times: Infinity })
    try {
      expect(await kms.fail('ListKeys')).toMatchObject({ code, status })
    } finally {
      emulator.faults.clear()
    }
  })
})
