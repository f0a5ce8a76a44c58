import { createRequire } from 'node:module'
import type * as Kms from '@alicloud/kms20160120'
import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Credential, Emulator } from '@signport/emulator'
import { ALGORITHM_CASES, SPECS, spkiOf } from '../../support/alibaba.js'
import { start } from '../../support/emulator.js'

/*
 * Every operation that it has, by the official client as a user has it, with signatures of requests checked.
 */

const kms = createRequire(import.meta.url)('@alicloud/kms20160120') as typeof Kms.default

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const PLACE = 'acs:kms:cn-hangzhou:123456789012'

let emulator: Emulator
let client: InstanceType<typeof kms.default>

function clientFor({ accessKeyId, secretAccessKey, sessionToken }: Credential): typeof client {
  const config = {
    accessKeyId,
    accessKeySecret: secretAccessKey,
    ...(sessionToken !== undefined && { securityToken: sessionToken }),
    protocol: 'http',
    endpoint: `127.0.0.1:${emulator.port}`,
    regionId: 'cn-hangzhou',
    readTimeout: 60_000,
    connectTimeout: 60_000,
  }
  return new kms.default(config as ConstructorParameters<typeof kms.default>[0])
}

beforeEach(async () => {
  emulator = await start({ region: 'cn-hangzhou', accountId: '123456789012' })
  client = clientFor(emulator.credentials[0])
})

async function newKey(keySpec = 'EC_P256') {
  const { keyMetadata } = await client.createKey(new kms.CreateKeyRequest({ keySpec }))
  return keyMetadata
}

async function versionsOf(keyId: string, page: object = {}) {
  const listed = await client.listKeyVersions(new kms.ListKeyVersionsRequest({ keyId, ...page }))
  return { ...listed, ids: listed.keyVersions.keyVersion.map(({ keyVersionId }) => keyVersionId) }
}

describe('createKey and describeKey', () => {
  test('tell the same about a new key', async () => {
    const request = new kms.CreateKeyRequest({ keySpec: 'EC_P256', description: 'invoices (ä)' })
    const { keyMetadata, requestId } = await client.createKey(request)
    expect(requestId).toMatch(UUID)
    const { keyId, creationDate } = keyMetadata
    expect({ ...keyMetadata }).toEqual({
      keyId: expect.stringMatching(UUID),
      arn: `${PLACE}:key/${keyId}`,
      creationDate: expect.stringMatching(TIME),
      creator: '123456789012',
      description: 'invoices (ä)',
      keySpec: 'EC_P256',
      keyState: 'Enabled',
      keyUsage: 'SIGN/VERIFY',
      origin: 'Aliyun_KMS',
      protectionLevel: 'SOFTWARE',
      deleteDate: '',
      materialExpireTime: '',
      lastRotationDate: creationDate,
      automaticRotation: 'Disabled',
    })
    for (const name of [keyId, `${PLACE}:key/${keyId}`])
      expect((await client.describeKey(new kms.DescribeKeyRequest({ keyId: name }))).keyMetadata).toEqual(
        keyMetadata,
      )
  })

  test.each([
    ...Object.keys(SPECS).map((keySpec) => [{ keySpec }, { keySpec, keyUsage: 'SIGN/VERIFY' }] as const),
    [
      { keySpec: 'RSA_2048', keyUsage: 'ENCRYPT/DECRYPT' },
      { keySpec: 'RSA_2048', keyUsage: 'ENCRYPT/DECRYPT' },
    ] as const,
    [{}, { keySpec: 'Aliyun_AES_256', keyUsage: 'ENCRYPT/DECRYPT' }] as const,
  ])('make %j', async (input, expected) => {
    const { keyMetadata } = await client.createKey(new kms.CreateKeyRequest(input))
    expect(keyMetadata).toMatchObject(expected)
  })

  test('tell a primary version of symmetric keys alone', async () => {
    const { keyId, primaryKeyVersion } = await newKey('Aliyun_AES_256')
    expect((await versionsOf(keyId)).ids).toEqual([primaryKeyVersion])
    expect((await newKey()).primaryKeyVersion).toBeUndefined()
  })
})

describe.each(ALGORITHM_CASES)('$algorithm by a key of $spec', ({ spec, algorithm, verify, digestOf }) => {
  test('is valid to a stranger and to asymmetricVerify, for this message alone', async () => {
    const { keyId } = await newKey(spec)
    await client.createAlias(new kms.CreateAliasRequest({ keyId, aliasName: 'alias/a' }))
    const [keyVersionId = ''] = (await versionsOf(keyId)).ids
    const got = await client.getPublicKey(new kms.GetPublicKeyRequest({ keyId: 'alias/a', keyVersionId }))
    expect(got).toMatchObject({ keyId, keyVersionId })
    const spki = spkiOf(got.publicKey)
    const message = Buffer.from('Q3: 4,711 units')
    const digest = digestOf(spki, message).toString('base64')
    const request = { keyId: 'alias/a', keyVersionId, algorithm, digest }
    const signed = await client.asymmetricSign(new kms.AsymmetricSignRequest(request))
    expect(signed).toMatchObject({ keyId, keyVersionId, requestId: expect.stringMatching(UUID) })
    const signature = Buffer.from(signed.value, 'base64')
    expect(verify(spki, message, signature)).toBe(true)
    expect(verify(spki, Buffer.from('Q3: 4,712 units'), signature)).toBe(false)
    const isValid = async (change: object) => {
      const input = { ...request, value: signed.value, ...change }
      const answer = await client.asymmetricVerify(new kms.AsymmetricVerifyRequest(input))
      expect(answer).toMatchObject({ keyId, keyVersionId })
      return answer.value
    }
    const other = digestOf(spki, Buffer.from('another')).toString('base64')
    expect([await isValid({}), await isValid({ digest: other }), await isValid({ value: 'AA==' })]).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe('versions of a key', () => {
  test('have key material of their own', async () => {
    const { keyId } = await newKey()
    const [first = ''] = (await versionsOf(keyId)).ids
    const { keyVersion } = await client.createKeyVersion(new kms.CreateKeyVersionRequest({ keyId }))
    expect(keyVersion).toMatchObject({ keyId, creationDate: expect.stringMatching(TIME) })
    const second = keyVersion.keyVersionId
    expect((await versionsOf(keyId)).ids).toEqual([second, first])
    const describe = new kms.DescribeKeyVersionRequest({ keyId, keyVersionId: second })
    expect((await client.describeKeyVersion(describe)).keyVersion).toEqual(keyVersion)
    const pemOf = async (keyVersionId: string) =>
      (await client.getPublicKey(new kms.GetPublicKeyRequest({ keyId, keyVersionId }))).publicKey
    expect(await pemOf(first)).not.toBe(await pemOf(second))
    const input = { keyId, algorithm: 'ECDSA_SHA_256', digest: Buffer.alloc(32, 1).toString('base64') }
    const { value } = await client.asymmetricSign(
      new kms.AsymmetricSignRequest({ ...input, keyVersionId: second }),
    )
    const isValid = async (keyVersionId: string) =>
      (await client.asymmetricVerify(new kms.AsymmetricVerifyRequest({ ...input, value, keyVersionId })))
        .value
    expect([await isValid(first), await isValid(second)]).toEqual([false, true])
  })

  test('are listed in pages, the newest first', async () => {
    const { keyId } = await newKey()
    const ids = [...(await versionsOf(keyId)).ids]
    for (let count = 0; count < 10; count += 1) {
      const { keyVersion } = await client.createKeyVersion(new kms.CreateKeyVersionRequest({ keyId }))
      ids.unshift(keyVersion.keyVersionId)
    }
    const usual = await versionsOf(keyId)
    expect(usual).toMatchObject({ totalCount: 11, pageNumber: 1, pageSize: 10, ids: ids.slice(0, 10) })
    const second = await versionsOf(keyId, { pageNumber: 2, pageSize: 4 })
    expect(second).toMatchObject({ totalCount: 11, pageNumber: 2, pageSize: 4, ids: ids.slice(4, 8) })
    expect((await versionsOf(keyId, { pageNumber: 4, pageSize: 4 })).ids).toEqual([])
    expect((await versionsOf(keyId, { pageSize: 101 })).ids).toEqual(ids)
  })

  test('are fifty at most', async () => {
    const { keyId } = await newKey()
    const create = () => client.createKeyVersion(new kms.CreateKeyVersionRequest({ keyId }))
    await Promise.all(Array.from({ length: 49 }, create))
    await expect(create()).rejects.toMatchObject({
      data: { HttpStatus: 400, Code: 'Rejected.LimitExceeded' },
    })
  })
})

test('listKeys gives every key once, in pages of the size that was asked for', async () => {
  const keys = await Promise.all(Array.from({ length: 7 }, () => newKey()))
  const page = (pageNumber: number) => client.listKeys(new kms.ListKeysRequest({ pageNumber, pageSize: 3 }))
  const pages = [await page(1), await page(2), await page(3)]
  expect(pages.map(({ keys: { key } }) => key.length)).toEqual([3, 3, 1])
  expect(pages[2]).toMatchObject({ totalCount: 7, pageNumber: 3, pageSize: 3 })
  const listed = pages.flatMap(({ keys: { key } }) => key.map(({ keyId, keyArn }) => [keyId, keyArn]))
  expect(listed).toEqual(keys.map(({ keyId, arn }) => [keyId, arn]).toSorted())
})

describe('aliases', () => {
  test('are created, moved, listed and deleted', async () => {
    const [one, other] = [await newKey(), await newKey('RSA_2048')]
    const aliasName = 'alias/a/b-c_1'
    await client.createAlias(new kms.CreateAliasRequest({ aliasName, keyId: one.keyId }))
    await client.updateAlias(new kms.UpdateAliasRequest({ aliasName, keyId: other.arn }))
    const described = await client.describeKey(new kms.DescribeKeyRequest({ keyId: aliasName }))
    expect(described.keyMetadata).toEqual(other)
    const { aliases, totalCount } = await client.listAliases(new kms.ListAliasesRequest({}))
    const entry = { keyId: other.keyId, aliasName, aliasArn: `${PLACE}:${aliasName}` }
    expect([totalCount, aliases.alias.map((each) => ({ ...each }))]).toEqual([1, [entry]])
    const countOf = async (keyId: string) =>
      (await client.listAliasesByKeyId(new kms.ListAliasesByKeyIdRequest({ keyId }))).totalCount
    expect([await countOf(one.keyId), await countOf(other.keyId)]).toEqual([0, 1])
    await client.deleteAlias(new kms.DeleteAliasRequest({ aliasName }))
    expect(await countOf(other.keyId)).toBe(0)
  })
})

describe('states', () => {
  const stateOf = async (keyId: string) =>
    (await client.describeKey(new kms.DescribeKeyRequest({ keyId }))).keyMetadata

  test('are changed by disableKey and enableKey', async () => {
    const { keyId } = await newKey()
    await client.disableKey(new kms.DisableKeyRequest({ keyId }))
    expect((await stateOf(keyId)).keyState).toBe('Disabled')
    await client.enableKey(new kms.EnableKeyRequest({ keyId }))
    expect((await stateOf(keyId)).keyState).toBe('Enabled')
  })

  test.each([
    [{ pendingWindowInDays: 7 }, 7],
    [{ pendingWindowInDays: 366 }, 366],
    [{}, 30],
  ])(
    'become PendingDeletion by scheduleKeyDeletion of %j, and Disabled when it is cancelled',
    async (...[input, days]) => {
      const { keyId } = await newKey()
      const before = Date.now()
      await client.scheduleKeyDeletion(new kms.ScheduleKeyDeletionRequest({ keyId, ...input }))
      const { keyState, deleteDate } = await stateOf(keyId)
      expect(keyState).toBe('PendingDeletion')
      const late = Date.parse(deleteDate) - before - days * 24 * 60 * 60 * 1000
      expect(late).toBeGreaterThanOrEqual(-1000)
      expect(late).toBeLessThan(60_000)
      await client.cancelKeyDeletion(new kms.CancelKeyDeletionRequest({ keyId }))
      expect(await stateOf(keyId)).toMatchObject({ keyState: 'Disabled', deleteDate: '' })
    },
  )
})

test('the client tells errors in its way', async () => {
  const request = new kms.DescribeKeyRequest({ keyId: 'alias/none' })
  await expect(client.describeKey(request)).rejects.toMatchObject({
    code: 'Forbidden.AliasNotFoundError',
    data: {
      HttpStatus: 404,
      Code: 'Forbidden.AliasNotFound',
      Message: 'The specified Alias is not found.',
      RequestId: expect.stringMatching(UUID),
      HostId: `127.0.0.1:${emulator.port}`,
    },
  })
})

test('temporary credentials are those of the security token service', async () => {
  const credential = {
    accessKeyId: 'STS.NTemporaryKey',
    secretAccessKey: 's',
    sessionToken: 't/+=',
  }
  emulator = await start({ credentials: [credential] })
  client = clientFor(credential)
  await newKey()
  client = clientFor({ ...credential, sessionToken: 'another' })
  await expect(newKey()).rejects.toMatchObject({ code: 'InvalidAccessKeyId.NotFoundError' })
})
