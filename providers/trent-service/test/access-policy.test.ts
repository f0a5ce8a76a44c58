import { describe, expect, test } from '@jest/globals'
import { createSigner } from '@signport/core'
import { startEmulator } from '@signport/emulator'
import { provider, type TrentServiceConfig } from '../src/index.js'
import { failureOf } from './support/failure.js'

const policiesOf = (options: TrentServiceConfig, keyId = 'alias/invoices') =>
  provider.accessPolicies?.([{ keyId, options, operations: ['sign', 'getPublicKey'] }]) ?? []

const document = (region: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['kms:Sign', 'kms:GetPublicKey'],
      Resource: [`arn:aws:kms:${region}:*:key/*`],
      Condition: { StringEquals: { 'kms:RequestAlias': ['alias/invoices'] } },
    },
  ],
})

test.each<[string, TrentServiceConfig, string, object]>([
  ['AWS in a region', { region: 'eu-west-1' }, 'AWS IAM', document('eu-west-1')],
  [
    'AWS behind the endpoint of a VPC',
    { region: 'eu-west-1', endpoint: 'https://vpce-1a2b-3c.kms.eu-west-1.vpce.amazonaws.com' },
    'AWS IAM',
    document('eu-west-1'),
  ],
  [
    'another server',
    { endpoint: 'https://kms.example.com:8443/prefix', credentials: 'environment' },
    'kms.example.com:8443, as AWS IAM',
    document('us-east-1'),
  ],
])('for %s', (_, options, kind, expected) => {
  expect(policiesOf(options)).toEqual([{ kind, document: expected, notes: expect.any(Array) }])
})

test('a server that is not told who asks has no document', () => {
  const options = { endpoint: 'http://127.0.0.1:4599', auth: 'none' } as const
  const uses = ['a', 'b'].map((keyId) => ({ keyId, options, operations: ['sign'] as const }))
  expect(provider.accessPolicies?.(uses)).toEqual([
    {
      kind: '127.0.0.1:4599',
      notes: [
        'Requests to 127.0.0.1:4599 are not signed (auth: none), so that it cannot tell who asks: its network alone decides who can use its keys.',
      ],
    },
  ])
})

describe('what no request could be made with is refused:', () => {
  test.each<[string, TrentServiceConfig, string, string]>([
    ['a region', { region: '*' }, 'alias/a', 'Configuration'],
    [
      'a key of another region',
      { region: 'eu-west-1' },
      'arn:aws:kms:us-east-1:111122223333:key/a',
      'Configuration',
    ],
    ['a key', { region: 'eu-west-1' }, 'a key', 'InvalidArgument'],
  ])('%s', async (_, options, keyId, code) => {
    expect(await failureOf(() => policiesOf(options, keyId))).toMatchObject({ name: 'SigningError', code })
  })
})

test('names what a signer really asks for', async () => {
  const keyId = '11111111-2222-4333-8444-555555555555'
  const keys = [{ id: keyId, spec: 'ECC_NIST_P256' as const }]
  await using emulator = await startEmulator({ seed: { version: 1, keys } })
  const { accessKeyId, secretAccessKey } = emulator.credentials[0]
  const options = { endpoint: emulator.url, credentials: { accessKeyId, secretAccessKey } }
  await using signer = createSigner({ provider: provider.create(options), keyId, algorithm: 'ES256' })
  await signer.probe()
  await signer.sign(Buffer.from('message'))
  const asked = emulator.requests().map(({ operation }) => `kms:${operation}`)
  const [policy] = policiesOf(options, keyId)
  expect(new Set(asked)).toEqual(new Set(['kms:Sign', 'kms:GetPublicKey']))
  expect(policy?.document).toMatchObject({ Statement: [{ Action: ['kms:Sign', 'kms:GetPublicKey'] }] })
})
