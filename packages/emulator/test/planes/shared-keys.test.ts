import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import type { Emulator, SeedDocument } from '@signport/emulator'
import { SPECS, spkiOf } from '../support/alibaba.js'
import { onlyVersion, rpc, rpcKey, rpcOutput } from '../support/alibaba-rpc.js'
import { base64, call, createKey, output, start } from '../support/emulator.js'
import { testFolder } from '../support/folder.js'
import { publicKey, sign, verify } from '../support/instance.js'

/* One store of keys for all protocols. */

const folder = testFolder()
const startOpen = (more = {}) => start({ auth: 'none', ...more })

async function trentPublicKey(emulator: Emulator, KeyId: string): Promise<Buffer> {
  const { PublicKey } = await output<{ PublicKey: string }>(emulator, 'GetPublicKey', { KeyId })
  return Buffer.from(PublicKey, 'base64')
}

/** Without those that take long to be made, and are like the first one. */
const QUICK = Object.entries(SPECS).filter(([spec]) => !/RSA_[34]/.test(spec))

test.each(QUICK)('a key of %s is one of %s to AWS, and the same one', async (KeySpec, awsSpec) => {
  const emulator = await startOpen()
  const id = await createKey(emulator, awsSpec)
  const KeyVersionId = await onlyVersion(emulator, id)
  expect(await rpcOutput(emulator, 'DescribeKey', { KeyId: id })).toMatchObject({
    KeyMetadata: { KeySpec },
  })
  const spki = await trentPublicKey(emulator, id)
  const got = await rpcOutput<{ PublicKey: string }>(emulator, 'GetPublicKey', { KeyId: id, KeyVersionId })
  expect([spkiOf(got.PublicKey), spkiOf((await publicKey(emulator, id)).pem)]).toEqual([spki, spki])
  const { KeyId: other } = await rpcKey(emulator, KeySpec)
  const { KeyMetadata } = await output(emulator, 'DescribeKey', { KeyId: other })
  expect(KeyMetadata).toMatchObject({ KeySpec: awsSpec, KeyUsage: 'SIGN_VERIFY' })
  const signed = await sign(emulator, { keyId: id, message: Buffer.from('m') })
  const SigningAlgorithm = awsSpec.startsWith('RSA') ? 'RSASSA_PSS_SHA_256' : signed.algorithm
  const input = { KeyId: id, Message: base64('m'), SigningAlgorithm }
  const Signature = base64(signed.signature)
  expect(await output(emulator, 'Verify', { ...input, Signature })).toMatchObject({ SignatureValid: true })
  const back = await output<{ Signature: string }>(emulator, 'Sign', input)
  const signature = Buffer.from(back.Signature, 'base64')
  const question = { keyId: id, message: Buffer.from('m'), signature }
  expect(await verify(emulator, question)).toMatchObject({ value: true })
})

test('states and aliases are the same to all', async () => {
  const emulator = await startOpen()
  const { KeyId } = await rpcKey(emulator, 'EC_P256')
  await output(emulator, 'CreateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId })
  expect(await rpcOutput(emulator, 'DescribeKey', { KeyId: 'alias/a' })).toMatchObject({
    KeyMetadata: { KeyId },
  })
  expect(await publicKey(emulator, 'alias/a')).toMatchObject({ keyId: KeyId })
  await rpcOutput(emulator, 'DisableKey', { KeyId })
  const input = { KeyId: 'alias/a', Message: base64('m'), SigningAlgorithm: 'ECDSA_SHA_256' }
  expect(await call(emulator, 'Sign', input)).toMatchObject({
    text: expect.stringContaining('DisabledException'),
  })
  await output(emulator, 'EnableKey', { KeyId })
  await rpcOutput(emulator, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: '366' })
  const described = await output(emulator, 'DescribeKey', { KeyId })
  expect(described.KeyMetadata).toMatchObject({ KeyState: 'PendingDeletion' })
})

test('AWS knows the first version alone', async () => {
  const emulator = await startOpen()
  const { KeyId } = await rpcKey(emulator, 'EC_P256')
  const before = await trentPublicKey(emulator, KeyId)
  await rpcOutput(emulator, 'CreateKeyVersion', { KeyId })
  expect(await trentPublicKey(emulator, KeyId)).toEqual(before)
})

test.each([
  ['ECC_NIST_P384', 'SIGN_VERIFY'],
  ['ECC_NIST_P521', 'SIGN_VERIFY'],
  ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY'],
  ['ML_DSA_44', 'SIGN_VERIFY'],
  ['ECC_NIST_P256', 'KEY_AGREEMENT'],
  ['HMAC_256', 'GENERATE_VERIFY_MAC'],
])('a key of %s for %s is not there for Alibaba Cloud', async (spec, usage) => {
  const emulator = await startOpen()
  const id = await createKey(emulator, spec, usage)
  await output(emulator, 'CreateAlias', { AliasName: 'alias/hidden', TargetKeyId: id })
  const { KeyId } = await rpcKey(emulator, 'EC_P256')
  expect(await rpcOutput(emulator, 'ListKeys')).toMatchObject({ TotalCount: 1, Keys: { Key: [{ KeyId }] } })
  expect(await rpcOutput(emulator, 'ListAliases')).toMatchObject({ TotalCount: 0 })
  const codeOf = async (operation: string, input: Record<string, string>) =>
    (await rpc(emulator, operation, input)).body.Code
  expect([
    await codeOf('DescribeKey', { KeyId: id }),
    await codeOf('DescribeKey', { KeyId: 'alias/hidden' }),
    await codeOf('UpdateAlias', { KeyId, AliasName: 'alias/hidden' }),
    await codeOf('DeleteAlias', { AliasName: 'alias/hidden' }),
    await codeOf('CreateAlias', { KeyId, AliasName: 'alias/hidden' }),
  ]).toEqual([
    'Forbidden.KeyNotFound',
    'Forbidden.AliasNotFound',
    'Forbidden.AliasNotFound',
    'Forbidden.AliasNotFound',
    'AliasAlreadyExists',
  ])
})

type Versions = { KeyVersions: { KeyVersion: { KeyVersionId: string; CreationDate: string }[] } }

test('versions outlast the emulator', async () => {
  const keysFile = folder.path('keys.json')
  const first = await startOpen({ keysFile })
  const { KeyId } = await rpcKey(first, 'EC_SM2')
  await rpcOutput(first, 'CreateKeyVersion', { KeyId })
  const symmetric = await rpcKey(first, 'Aliyun_AES_256')
  const aliasName = `alias/${'a'.repeat(255)}`
  await rpcOutput(first, 'CreateAlias', { KeyId, AliasName: aliasName })
  await rpcOutput(first, 'ScheduleKeyDeletion', { KeyId: symmetric.KeyId, PendingWindowInDays: '366' })
  const tell = async (emulator: Emulator) => {
    const { KeyVersions } = await rpcOutput<Versions>(emulator, 'ListKeyVersions', { KeyId: aliasName })
    const keys = KeyVersions.KeyVersion.map(({ KeyVersionId }) =>
      rpcOutput<{ PublicKey: string }>(emulator, 'GetPublicKey', { KeyId, KeyVersionId }),
    )
    const described = await rpcOutput<{ KeyMetadata: object }>(emulator, 'DescribeKey', {
      KeyId: symmetric.KeyId,
    })
    return {
      KeyVersions,
      keys: (await Promise.all(keys)).map(({ PublicKey }) => PublicKey),
      symmetric: described.KeyMetadata,
    }
  }
  const before = await tell(first)
  await first.close()
  expect(await tell(await startOpen({ keysFile }))).toEqual(before)
  expect(new Set(before.keys).size).toBe(2)
})

test('a key of a file without versions has one, and the same in every start', async () => {
  const id = '11111111-2222-4333-8444-555555555555'
  const seed: SeedDocument = {
    version: 1,
    keys: [
      { id, spec: 'ECC_NIST_P256' },
      { id: id.replace('1', '2'), spec: 'SYMMETRIC_DEFAULT' },
    ],
  }
  const versionIn = async () => onlyVersion(await startOpen({ seed }), id)
  const version = await versionIn()
  expect(version).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(await versionIn()).toBe(version)
  const symmetric = await onlyVersion(await startOpen({ seed }), id.replace('1', '2'))
  expect(symmetric).not.toBe(version)
})

test('a file of keys from before there were versions is read, and nothing in it is lost', async () => {
  const keysFile = folder.path('keys.json')
  const first = await startOpen({ keysFile })
  const id = await createKey(first, 'ECC_NIST_P256')
  const before = await trentPublicKey(first, id)
  await first.close()
  const document = JSON.parse(readFileSync(keysFile, 'utf8'))
  const { versions, ...key } = document.keys[0]
  const old = { ...document, keys: [{ ...key, privateKey: versions[0].privateKey }] }
  writeFileSync(keysFile, JSON.stringify(old))
  const second = await startOpen({ keysFile })
  expect(await trentPublicKey(second, id)).toEqual(before)
  const version = await onlyVersion(second, id)
  await rpcOutput(second, 'CreateKeyVersion', { KeyId: id })
  await second.close()
  const third = await startOpen({ keysFile })
  const { KeyVersions } = await rpcOutput<Versions>(third, 'ListKeyVersions', { KeyId: id })
  expect(KeyVersions.KeyVersion[1]?.KeyVersionId).toBe(version)
})
