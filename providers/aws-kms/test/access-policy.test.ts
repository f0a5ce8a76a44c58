import { expect, test } from '@jest/globals'
import { createSigner } from '@signport/core'
import { startEmulator } from '@signport/emulator'
import { type AwsKmsConfig, provider } from '../src/index.js'
import { failure } from './support/failure.js'

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555'
const CREDENTIALS = { accessKeyId: 'AKIA', secretAccessKey: 'a-secret-of-the-test' }

const policiesOf = (options: AwsKmsConfig, keyId = KEY) =>
  provider.accessPolicies?.([{ keyId, options, operations: ['sign', 'getPublicKey'] }]) ?? []

const document = (resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['kms:Sign', 'kms:GetPublicKey'], Resource: [resource] }],
})

test.each<[string, AwsKmsConfig, string | undefined, string, object]>([
  ['a key by its ARN', {}, undefined, 'AWS IAM', document(KEY)],
  [
    'a key by its id in a region',
    { region: 'cn-north-1' },
    'abc',
    'AWS IAM',
    document('arn:aws-cn:kms:cn-north-1:*:key/abc'),
  ],
  ['a key by its id', {}, 'abc', 'AWS IAM', document('arn:aws:kms:*:*:key/abc')],
  [
    'an endpoint of AWS',
    { endpoint: 'https://kms-fips.eu-west-1.amazonaws.com' },
    undefined,
    'AWS IAM',
    document(KEY),
  ],
  [
    'another endpoint',
    { endpoint: 'https://kms.example.com:8443', credentials: { ...CREDENTIALS, sessionToken: 'token' } },
    undefined,
    'kms.example.com:8443, as AWS IAM',
    document(KEY),
  ],
])('for %s', (_, options, keyId, kind, expected) => {
  const policies = policiesOf(options, keyId)
  expect(policies).toEqual([{ kind, document: expected, notes: expect.any(Array) }])
  expect(JSON.stringify(policies)).not.toMatch(/secret|token/)
})

test.each<[string, AwsKmsConfig, string, string]>([
  ['a region', { region: '*' }, KEY, 'Configuration'],
  ['an endpoint', { endpoint: 'https://kms.example.com' }, KEY, 'Configuration'],
  ['a key of another region', { region: 'us-east-1' }, KEY, 'Configuration'],
  ['a key', {}, 'a key', 'InvalidArgument'],
])('refuses %s that no request could be made with', async (_, options, keyId, code) => {
  expect((await failure(() => policiesOf(options, keyId))).code).toBe(code)
})

test('names what a signer really asks for', async () => {
  const keyId = '11111111-2222-4333-8444-555555555555'
  const keys = [{ id: keyId, spec: 'ECC_NIST_P256' as const }]
  await using emulator = await startEmulator({ seed: { version: 1, keys } })
  const { accessKeyId, secretAccessKey } = emulator.credentials[0]
  const credentials = { accessKeyId, secretAccessKey }
  const options = { region: emulator.region, endpoint: emulator.url, credentials }
  await using signer = createSigner({ provider: provider.create(options), keyId, algorithm: 'ES256' })
  await signer.probe()
  await signer.sign(Buffer.from('message'))
  const asked = emulator.requests().map(({ operation }) => `kms:${operation}`)
  expect(new Set(asked)).toEqual(new Set(['kms:Sign', 'kms:GetPublicKey']))
  expect(policiesOf(options, keyId)).toMatchObject([
    { document: { Statement: [{ Action: ['kms:Sign', 'kms:GetPublicKey'] }] } },
  ])
})
