import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GetPublicKeyCommand,
  type KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  paginateListKeys,
  ScheduleKeyDeletionCommand,
  SignCommand,
  UpdateAliasCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { clientOf, start } from './support/emulator.js'

/*
 * Every operation, by the official client as a user has it, with signatures of requests checked.
 */

const NOON = new Date('2026-01-02T12:00:00.000Z')
const DAY_MS = 24 * 60 * 60 * 1000

let client: KMSClient
let now: Date

/** The client's clock is the real one, so that requests are not checked where the emulator's is moved. */
async function begin(auth: 'sigv4' | 'none' = 'sigv4') {
  now = NOON
  const clock = auth === 'none' ? { clock: () => now } : {}
  client = clientOf(await start({ auth, ...clock, region: 'eu-west-1', accountId: '123456789012' }))
}

beforeEach(() => begin())

async function newKey(input: Partial<ConstructorParameters<typeof CreateKeyCommand>[0]> = {}) {
  const command = new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', ...input })
  const { KeyMetadata } = await client.send(command)
  if (!KeyMetadata?.KeyId || !KeyMetadata.Arn) throw new Error('CreateKey gave no key.')
  return { ...KeyMetadata, KeyId: KeyMetadata.KeyId, Arn: KeyMetadata.Arn }
}

const message = { Message: Buffer.from('a message'), SigningAlgorithm: 'ECDSA_SHA_256' } as const

describe('CreateKey and DescribeKey', () => {
  test('tell the same about a new key', async () => {
    const key = await newKey({ Description: 'invoices', Tags: [{ TagKey: 'team', TagValue: 'billing' }] })
    expect(key).toMatchObject({
      AWSAccountId: '123456789012',
      Arn: `arn:aws:kms:eu-west-1:123456789012:key/${key.KeyId}`,
      CreationDate: expect.any(Date),
      Description: 'invoices',
      Enabled: true,
      KeyManager: 'CUSTOMER',
      KeySpec: 'ECC_NIST_P256',
      CustomerMasterKeySpec: 'ECC_NIST_P256',
      KeyState: 'Enabled',
      KeyUsage: 'SIGN_VERIFY',
      MultiRegion: false,
      Origin: 'AWS_KMS',
      SigningAlgorithms: ['ECDSA_SHA_256'],
    })
    expect(key.KeyId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: key.KeyId }))
    expect(KeyMetadata).toEqual(key)
  })

  test('make multi-Region keys', async () => {
    const key = await newKey({ MultiRegion: true })
    expect(key.KeyId).toMatch(/^mrk-[0-9a-f]{32}$/)
    expect(key.MultiRegionConfiguration).toEqual({
      MultiRegionKeyType: 'PRIMARY',
      PrimaryKey: { Arn: key.Arn, Region: 'eu-west-1' },
      ReplicaKeys: [],
    })
    expect(await client.send(new SignCommand({ KeyId: key.KeyId, ...message }))).toMatchObject({
      KeyId: key.Arn,
    })
  })

  test.each([
    [
      {},
      {
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyUsage: 'ENCRYPT_DECRYPT',
        EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      },
    ],
    [
      { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
      { KeySpec: 'HMAC_256', MacAlgorithms: ['HMAC_SHA_256'] },
    ],
    [
      { CustomerMasterKeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' },
      { KeySpec: 'RSA_2048', EncryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] },
    ],
    [
      { KeySpec: 'ECC_NIST_P384', KeyUsage: 'KEY_AGREEMENT' },
      { KeySpec: 'ECC_NIST_P384', KeyAgreementAlgorithms: ['ECDH'] },
    ],
    [
      { KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' },
      { KeySpec: 'ML_DSA_44', SigningAlgorithms: ['ML_DSA_SHAKE_256'] },
    ],
  ] as const)('make %j', async (input, expected) => {
    const { KeyMetadata } = await client.send(new CreateKeyCommand(input))
    expect(KeyMetadata).toMatchObject(expected)
  })

  test('leave out CustomerMasterKeySpec where AWS has no such name', async () => {
    expect(await newKey({ KeySpec: 'ECC_NIST_EDWARDS25519' })).not.toHaveProperty('CustomerMasterKeySpec')
  })
})

describe('Sign, Verify and GetPublicKey', () => {
  test('take every form of a key id, and answer with the ARN of the key', async () => {
    const { KeyId, Arn } = await newKey()
    await client.send(new CreateAliasCommand({ AliasName: 'alias/a', TargetKeyId: KeyId }))
    for (const name of [KeyId, Arn, 'alias/a', Arn.replace(/key\/.*/, 'alias/a')]) {
      const { Signature, ...signed } = await client.send(new SignCommand({ KeyId: name, ...message }))
      expect(signed).toMatchObject({ KeyId: Arn, SigningAlgorithm: 'ECDSA_SHA_256' })
      const verified = await client.send(new VerifyCommand({ KeyId: name, ...message, Signature }))
      expect(verified).toMatchObject({ KeyId: Arn, SignatureValid: true, SigningAlgorithm: 'ECDSA_SHA_256' })
      const { PublicKey, ...described } = await client.send(new GetPublicKeyCommand({ KeyId: name }))
      expect(described).toMatchObject({
        KeyId: Arn,
        KeySpec: 'ECC_NIST_P256',
        KeyUsage: 'SIGN_VERIFY',
        CustomerMasterKeySpec: 'ECC_NIST_P256',
        SigningAlgorithms: ['ECDSA_SHA_256'],
      })
      expect(PublicKey).toHaveLength(91)
    }
  })

  test('say by an error that a dry run would have succeeded, and only then', async () => {
    const { KeyId } = await newKey()
    const { Signature } = await client.send(new SignCommand({ KeyId, ...message }))
    const dry = { KeyId, ...message, DryRun: true }
    const succeeds = { name: 'DryRunOperationException', $metadata: { httpStatusCode: 400 } }
    await expect(client.send(new SignCommand(dry))).rejects.toMatchObject(succeeds)
    await expect(client.send(new VerifyCommand({ ...dry, Signature }))).rejects.toMatchObject(succeeds)
    const other = Buffer.from('another')
    await expect(client.send(new VerifyCommand({ ...dry, Message: other, Signature }))).rejects.toMatchObject(
      {
        name: 'KMSInvalidSignatureException',
      },
    )
    await client.send(new DisableKeyCommand({ KeyId }))
    await expect(client.send(new SignCommand(dry))).rejects.toMatchObject({ name: 'DisabledException' })
  })

  test('take grant tokens', async () => {
    const { KeyId } = await newKey()
    const GrantTokens = Array.from({ length: 10 }, (_, index) => `token ${index}`)
    await client.send(new SignCommand({ KeyId, ...message, GrantTokens }))
  })

  test('do nothing for a key that is disabled but give its public half, until it is enabled', async () => {
    const { KeyId, Arn } = await newKey()
    await client.send(new DisableKeyCommand({ KeyId }))
    const refused = { name: 'DisabledException', message: `${Arn} is disabled.` }
    await expect(client.send(new SignCommand({ KeyId, ...message }))).rejects.toMatchObject(refused)
    expect(await client.send(new GetPublicKeyCommand({ KeyId }))).toMatchObject({ KeyId: Arn })
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }))
    expect(KeyMetadata).toMatchObject({ Enabled: false, KeyState: 'Disabled' })
    await client.send(new EnableKeyCommand({ KeyId }))
    await client.send(new SignCommand({ KeyId, ...message }))
  })
})

describe('aliases', () => {
  test('are created, moved, listed and deleted', async () => {
    const [one, other] = [await newKey(), await newKey()]
    const AliasName = 'alias/invoices'
    await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: one.KeyId }))
    await client.send(new UpdateAliasCommand({ AliasName, TargetKeyId: other.Arn }))
    const signed = await client.send(new SignCommand({ KeyId: AliasName, ...message }))
    expect(signed.KeyId).toBe(other.Arn)
    const entry = {
      AliasName,
      AliasArn: 'arn:aws:kms:eu-west-1:123456789012:alias/invoices',
      TargetKeyId: other.KeyId,
      CreationDate: expect.any(Date),
      LastUpdatedDate: expect.any(Date),
    }
    const listed = (KeyId?: string) => client.send(new ListAliasesCommand({ KeyId }))
    expect((await listed()).Aliases).toEqual([entry])
    expect((await listed(other.KeyId)).Aliases).toEqual([entry])
    expect((await listed(one.KeyId)).Aliases).toEqual([])
    await client.send(new DeleteAliasCommand({ AliasName }))
    expect(await listed()).toMatchObject({ Aliases: [], Truncated: false })
  })

  test('are listed in pages', async () => {
    const { KeyId } = await newKey()
    const names = Array.from({ length: 5 }, (_, index) => `alias/${index}`)
    for (const AliasName of names)
      await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId }))
    const first = await client.send(new ListAliasesCommand({ Limit: 3 }))
    expect(first).toMatchObject({ Truncated: true, NextMarker: expect.any(String) })
    // What is deleted between two pages hides nothing else.
    await client.send(new DeleteAliasCommand({ AliasName: 'alias/2' }))
    const second = await client.send(new ListAliasesCommand({ Limit: 3, Marker: first.NextMarker }))
    expect(second.Truncated).toBe(false)
    const all = [...(first.Aliases ?? []), ...(second.Aliases ?? [])]
    expect(all.map(({ AliasName }) => AliasName)).toEqual(names)
  })
})

test('ListKeys gives every key once, in pages of the size that was asked for', async () => {
  const keys = await Promise.all(Array.from({ length: 7 }, () => newKey()))
  const seen: string[] = []
  for await (const page of paginateListKeys({ client, pageSize: 3 }, {})) {
    expect(page.Keys?.length).toBeLessThanOrEqual(3)
    seen.push(...(page.Keys ?? []).map(({ KeyArn = '' }) => KeyArn))
  }
  expect(seen.toSorted()).toEqual(keys.map(({ Arn }) => Arn).toSorted())
  expect(await client.send(new ListKeysCommand({}))).toMatchObject({ Truncated: false })
})

describe('the deletion of a key', () => {
  beforeEach(() => begin('none'))

  test('comes when its time is there, and takes its aliases along', async () => {
    const { KeyId, Arn } = await newKey()
    await client.send(new CreateAliasCommand({ AliasName: 'alias/a', TargetKeyId: KeyId }))
    const schedule = new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 })
    const DeletionDate = new Date(NOON.getTime() + 7 * DAY_MS)
    expect(await client.send(schedule)).toMatchObject({
      KeyId: Arn,
      DeletionDate,
      KeyState: 'PendingDeletion',
      PendingWindowInDays: 7,
    })
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }))
    expect(KeyMetadata).toMatchObject({ DeletionDate, Enabled: false, KeyState: 'PendingDeletion' })
    const refused = { name: 'KMSInvalidStateException', message: `${Arn} is pending deletion.` }
    await expect(client.send(new SignCommand({ KeyId, ...message }))).rejects.toMatchObject(refused)
    await expect(client.send(new EnableKeyCommand({ KeyId }))).rejects.toMatchObject(refused)
    await expect(client.send(schedule)).rejects.toMatchObject(refused)
    now = new Date(DeletionDate.getTime() - 1)
    await client.send(new DescribeKeyCommand({ KeyId }))
    now = DeletionDate
    const gone = { name: 'NotFoundException', message: `Key '${Arn}' does not exist` }
    await expect(client.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject(gone)
    expect((await client.send(new ListAliasesCommand({}))).Aliases).toEqual([])
  })

  test('is in thirty days when nobody says when', async () => {
    const { KeyId } = await newKey()
    const { DeletionDate } = await client.send(new ScheduleKeyDeletionCommand({ KeyId }))
    expect(DeletionDate).toEqual(new Date(NOON.getTime() + 30 * DAY_MS))
  })

  test('is cancelled, and leaves the key disabled', async () => {
    const { KeyId, Arn } = await newKey()
    await client.send(new ScheduleKeyDeletionCommand({ KeyId }))
    expect(await client.send(new CancelKeyDeletionCommand({ KeyId }))).toMatchObject({ KeyId: Arn })
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }))
    expect(KeyMetadata).toMatchObject({ KeyState: 'Disabled' })
    expect(KeyMetadata).not.toHaveProperty('DeletionDate')
    await client.send(new EnableKeyCommand({ KeyId }))
    await client.send(new SignCommand({ KeyId, ...message }))
  })
})

test('the region decides the partition', async () => {
  for (const [region, partition] of [
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['us-east-1', 'aws'],
  ] as const) {
    client = clientOf(await start({ region }))
    const { Arn } = await newKey()
    expect(Arn).toMatch(new RegExp(`^arn:${partition}:kms:${region}:111122223333:key/`))
  }
})
