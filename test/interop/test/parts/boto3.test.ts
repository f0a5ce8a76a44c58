import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '@signport/emulator'
import { type Boto3, startBoto3 } from '../../src/boto3.js'
import { type Bytes, bytesOf } from '../../src/client-process.js'

/*
 * AWS's SDK for Python, which finds the emulator by its variables alone and signs every request.
 */

const MESSAGE = Buffer.from('Q3: 4,711 units')
interface Metadata {
  readonly KeyId: string
  readonly Arn: string
}

let emulator: Emulator
let boto3: Boto3
/** An enabled key for ECDSA with an alias, and what it signed. */
let key: Metadata & { readonly Signature: Bytes }

async function createKey(KeySpec: string, KeyUsage = 'SIGN_VERIFY'): Promise<Metadata> {
  type Created = { readonly KeyMetadata: Metadata }
  return (await boto3.succeed<Created>('CreateKey', { KeySpec, KeyUsage })).KeyMetadata
}

const SIGNED = { SigningAlgorithm: 'ECDSA_SHA_256', Message: bytesOf(MESSAGE) }

beforeAll(async () => {
  emulator = await startEmulator({ region: 'eu-central-1' })
  boto3 = startBoto3(emulator)
  const { KeyId, Arn } = await createKey('ECC_NIST_P256')
  await boto3.succeed('CreateAlias', { AliasName: 'alias/usual', TargetKeyId: KeyId })
  const { Signature } = await boto3.succeed<{ Signature: Bytes }>('Sign', { KeyId, ...SIGNED })
  key = { KeyId, Arn, Signature }
})
afterAll(async () => {
  await boto3?.close()
  await emulator?.close()
})

const usual = () => ({ KeyId: key.KeyId })
const sameAsBefore = async () => ({
  AliasName: 'alias/moved',
  TargetKeyId: (await createKey('ECC_NIST_P256')).KeyId,
})
const PENDING = { KeyState: 'PendingDeletion', PendingWindowInDays: 7, DeletionDate: expect.any(String) }

/** Calls that succeed, one after the other. */
const LIFE: readonly [operation: string, input: () => object | Promise<object>, output: () => object][] = [
  [
    'CreateKey',
    () => ({
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
      Description: 'Invoices — Müller',
      Tags: [{ TagKey: 'team', TagValue: 'billing' }],
      MultiRegion: true,
    }),
    () => ({
      KeyMetadata: expect.objectContaining({
        AWSAccountId: '111122223333',
        KeyId: expect.stringMatching(/^mrk-[0-9a-f]{32}$/),
        Arn: expect.stringMatching(/^arn:aws:kms:eu-central-1:111122223333:key\/mrk-/),
        Description: 'Invoices — Müller',
        CreationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/),
        SigningAlgorithms: ['ECDSA_SHA_256'],
        MultiRegionConfiguration: expect.objectContaining({ MultiRegionKeyType: 'PRIMARY' }),
      }),
    }),
  ],
  [
    'DescribeKey',
    () => ({ KeyId: 'alias/usual' }),
    () => ({ KeyMetadata: expect.objectContaining(usual()) }),
  ],
  ['GetPublicKey', usual, () => ({ KeyId: key.Arn, KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })],
  ['ListKeys', () => ({ Limit: 1 }), () => ({ Truncated: true, NextMarker: expect.any(String) })],
  [
    'Sign',
    () => ({ KeyId: key.Arn, ...SIGNED }),
    () => ({ KeyId: key.Arn, SigningAlgorithm: 'ECDSA_SHA_256' }),
  ],
  [
    'Verify',
    () => ({ KeyId: 'alias/usual', ...SIGNED, Signature: key.Signature }),
    () => ({ KeyId: key.Arn, SignatureValid: true, SigningAlgorithm: 'ECDSA_SHA_256' }),
  ],
  ['CreateAlias', () => ({ AliasName: 'alias/moved', TargetKeyId: key.Arn }), () => ({})],
  [
    'ListAliases',
    usual,
    () => ({
      Aliases: ['alias/moved', 'alias/usual'].map((AliasName) => {
        return expect.objectContaining({
          AliasName,
          TargetKeyId: key.KeyId,
          CreationDate: expect.any(String),
        })
      }),
    }),
  ],
  ['UpdateAlias', sameAsBefore, () => ({})],
  ['DeleteAlias', () => ({ AliasName: 'alias/moved' }), () => ({})],
  ['ListAliases', usual, () => ({ Aliases: [expect.objectContaining({ AliasName: 'alias/usual' })] })],
  ['DisableKey', usual, () => ({})],
  [
    'DescribeKey',
    usual,
    () => ({ KeyMetadata: expect.objectContaining({ KeyState: 'Disabled', Enabled: false }) }),
  ],
  [
    'ScheduleKeyDeletion',
    () => ({ ...usual(), PendingWindowInDays: 7 }),
    () => ({ KeyId: key.Arn, ...PENDING }),
  ],
  ['CancelKeyDeletion', usual, () => ({ KeyId: key.Arn })],
  ['EnableKey', usual, () => ({})],
  [
    'DescribeKey',
    usual,
    () => ({ KeyMetadata: expect.objectContaining({ KeyState: 'Enabled', Enabled: true }) }),
  ],
]

describe('the operations', () => {
  test.each(LIFE)('%s succeeds as AWS says', async (operation, input, output) => {
    expect(await boto3.succeed(operation, await input())).toMatchObject(output())
  })

  test('that succeed are all that the emulator has, and it knows the others of AWS by their names', async () => {
    const had: string[] = []
    for (const operation of await boto3.operations()) {
      const { error } = await boto3.outcome(operation, {}, { unchecked: true })
      if (error?.message === `This emulator does not have ${operation}.`)
        expect(error).toMatchObject({ class: 'UnsupportedOperationException', declared: expect.any(Boolean) })
      else had.push(operation)
    }
    expect(had.sort()).toEqual([...new Set(LIFE.map(([operation]) => operation))].sort())
  })

  test('list everything by pages, once', async () => {
    const keys = await boto3.pages<{ Keys: readonly Metadata[] }>('ListKeys', {
      PaginationConfig: { PageSize: 2 },
    })
    const ids = keys.flatMap(({ Keys }) => Keys.map(({ KeyId }) => KeyId))
    expect(keys.length).toBeGreaterThan(1)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toContain(key.KeyId)
    const whole = await boto3.succeed<{ Keys: object[]; Truncated: boolean }>('ListKeys')
    expect([whole.Keys.length, whole.Truncated]).toEqual([ids.length, false])
    const names = ['alias/a', 'alias/b', 'alias/c', 'alias/usual']
    for (const AliasName of names.slice(0, 3))
      await boto3.succeed('CreateAlias', { AliasName, TargetKeyId: key.KeyId })
    type Aliases = { Aliases: readonly { AliasName: string }[] }
    const aliases = await boto3.pages<Aliases>('ListAliases', { PaginationConfig: { PageSize: 3 } })
    expect(aliases.map(({ Aliases }) => Aliases.map(({ AliasName }) => AliasName))).toEqual([
      names.slice(0, 3),
      ['alias/usual'],
    ])
  })
})

test('botocore alone is served as well', async () => {
  const botocore = startBoto3(emulator, 'botocore')
  try {
    const { Signature } = await botocore.succeed<{ Signature: Bytes }>('Sign', { ...usual(), ...SIGNED })
    const { PublicKey } = await botocore.succeed<{ PublicKey: Bytes }>('GetPublicKey', usual())
    const question = {
      algorithm: 'ECDSA_SHA_256',
      publicKey: PublicKey,
      message: bytesOf(MESSAGE),
      signature: Signature,
    }
    expect(await botocore.verify(question)).toBe(true)
    expect(await botocore.fail('DescribeKey', { KeyId: 'alias/none' })).toMatchObject({
      class: 'NotFoundException',
    })
  } finally {
    await botocore.close()
  }
})
