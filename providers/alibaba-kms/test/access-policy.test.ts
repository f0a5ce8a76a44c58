import { describe, expect, test } from '@jest/globals'
import { createSigner, type KeyUse } from '@signport/core'
import { type AlibabaKmsConfig, provider } from '../src/index.js'
import { failure } from './support/failure.js'
import { CREDENTIALS, startOpenApi, versionOf } from './support/openapi-service.js'
import { P256 } from './support/service-keys.js'

type Use = KeyUse<AlibabaKmsConfig>

const ID = 'key-hzz62f1cb66fa42qo5l1x'
const OTHER_ID = 'key-hzz62f1cb66fa42qother'
const BOTH = ['sign', 'getPublicKey'] as const
const use = (keyId: string, options: object = {}, operations: Use['operations'] = BOTH): Use => ({
  keyId,
  options: { transport: 'openapi', region: 'cn-hangzhou', ...options },
  operations,
})
const policiesOf = (...uses: Use[]) => provider.accessPolicies?.(uses) ?? []
const document = (...Statement: object[]) => ({ Version: '1', Statement })
const allow = (names: string[], ...Resource: string[]) => ({
  Effect: 'Allow',
  Action: names.map((name) => `kms:${name}`),
  Resource,
})
const OF_A_KEY = ['AsymmetricSign', 'GetPublicKey', 'ListKeyVersions']
const OF_AN_ALIAS = [...OF_A_KEY, 'DescribeKey']
const RESOURCE = `acs:kms:cn-hangzhou:*:key/${ID}`
const ALIAS_RESOURCES = [
  'acs:kms:cn-hangzhou:*:alias/in/voices',
  'acs:kms:cn-hangzhou:*:key/ID-OF-alias/in/voices',
]
const keyVersion = 'd3f8'

describe('the document', () => {
  test.each<[string, Use[], object]>([
    ['a key', [use(ID)], document(allow(OF_A_KEY, RESOURCE))],
    [
      'a key whose version is named',
      [use(ID, { keyVersion })],
      document(allow(['AsymmetricSign', 'GetPublicKey'], RESOURCE)),
    ],
    [
      'a key that signs alone',
      [use(ID, { keyVersion }, ['sign'])],
      document(allow(['AsymmetricSign'], RESOURCE)),
    ],
    [
      'a key that is read alone',
      [use(ID, { keyVersion }, ['getPublicKey'])],
      document(allow(['GetPublicKey'], RESOURCE)),
    ],
    ['an alias', [use('alias/in/voices')], document(allow(OF_AN_ALIAS, ...ALIAS_RESOURCES))],
    [
      'an alias of a key whose version is named',
      [use('alias/in/voices', { keyVersion })],
      document(allow(['AsymmetricSign', 'GetPublicKey'], ...ALIAS_RESOURCES)),
    ],
    [
      'a region that is not named',
      [use(ID, { region: undefined, endpoint: 'kms.cn-hangzhou.aliyuncs.com' })],
      document(allow(OF_A_KEY, `acs:kms:*:*:key/${ID}`)),
    ],
    [
      'several keys',
      [use(ID), use('alias/in/voices'), use(OTHER_ID), use(ID, { keyVersion }, ['sign'])],
      document(
        allow(OF_A_KEY, RESOURCE, `acs:kms:cn-hangzhou:*:key/${OTHER_ID}`),
        allow(OF_AN_ALIAS, ...ALIAS_RESOURCES),
      ),
    ],
    [
      'one key, used in several ways',
      [use(ID, { keyVersion }, ['getPublicKey']), use(ID, { keyVersion }, ['sign'])],
      document(allow(['AsymmetricSign', 'GetPublicKey'], RESOURCE)),
    ],
  ])('of %s', (_, uses, expected) => {
    expect(policiesOf(...uses)).toEqual([
      { kind: 'Alibaba Cloud RAM', document: expected, notes: expect.any(Array) },
    ])
  })

  test('is not there for nothing', () => {
    expect(policiesOf(use(ID, {}, []))).toEqual([])
  })

  test('has nothing secret', () => {
    expect(JSON.stringify(policiesOf(use(ID, { credentials: CREDENTIALS })))).not.toContain(
      CREDENTIALS.accessKeySecret,
    )
  })
})

describe('the notes', () => {
  const ACCOUNT =
    'The configuration does not say whose account it is: * stands for the one that the policy is in.'
  test.each<[string, Use, string[]]>([
    ['a key', use(ID), [ACCOUNT]],
    [
      'a region that is not named',
      use(ID, { region: undefined }),
      [ACCOUNT, 'Where the configuration names no region, write it in place of the * after acs:kms.'],
    ],
    [
      'an alias',
      use('alias/a'),
      [
        ACCOUNT,
        "alias/a is allowed by the key that it stands for, which the configuration does not name: write that key's id in place of ID-OF-alias/a.",
      ],
    ],
  ])('on %s', (_, used, expected) => {
    expect(policiesOf(used).map(({ notes }) => notes)).toEqual([expected])
  })
})

test('an instance has no document', () => {
  const options = { transport: 'instance', clientKeyFile: 'key.json' } as const
  const uses = [
    ['kst-1.cryptoservice.kms.aliyuncs.com', ID],
    ['https://kst-2.cryptoservice.kms.aliyuncs.com', ID],
    ['kst-1.cryptoservice.kms.aliyuncs.com', 'alias/a'],
  ].map(([endpoint = '', keyId = '']) => ({ keyId, operations: BOTH, options: { ...options, endpoint } }))
  const note = (host: string, keys: string) =>
    `Access to ${host} is given by the permission policy of the application access point that the ClientKey is of: allow it the use of ${keys} and no other keys, and in its network rule the addresses of this program alone.`
  const kind = 'Alibaba Cloud KMS instance'
  expect(policiesOf(...uses)).toEqual([
    { kind, notes: [note('kst-1.cryptoservice.kms.aliyuncs.com', `${ID}, alias/a`)] },
    { kind, notes: [note('kst-2.cryptoservice.kms.aliyuncs.com', ID)] },
  ])
})

test.each<[string, Use, string]>([
  ['a region', use(ID, { region: '*' }), 'Configuration'],
  ['a key', use('*'), 'InvalidArgument'],
  ['an alias that would stand for others', use('alias/*'), 'InvalidArgument'],
  [
    'an endpoint that may hold a secret',
    use(ID, { transport: 'instance', endpoint: 'https://user:secret@host', clientKeyFile: 'key.json' }),
    'Configuration',
  ],
])('refuses %s', async (_, used, code) => {
  const error = await failure(() => policiesOf(used))
  expect(error.code).toBe(code)
  expect(error.message).not.toContain('secret')
})

describe('names what a signer really asks for', () => {
  test.each<[string, string, object, string[]]>([
    ['a key', P256.id, {}, OF_A_KEY],
    ['a version', P256.id, { keyVersion: versionOf(P256.id) }, ['AsymmetricSign', 'GetPublicKey']],
    ['an alias', 'alias/a', {}, OF_AN_ALIAS],
  ])('by %s', async (_, keyId, more, expected) => {
    const service = await startOpenApi()
    service.aliases.set('alias/a', P256.id)
    const options = {
      transport: 'openapi',
      endpoint: service.url,
      credentials: CREDENTIALS,
      ...more,
    } as const
    await using signer = createSigner({ provider: provider.create(options), keyId, algorithm: 'ES256' })
    await signer.sign(Buffer.from('message'))
    expect(new Set(service.operations())).toEqual(new Set(expected))
    const [policy] = policiesOf({ keyId, options, operations: BOTH })
    expect(policy?.document).toMatchObject({ Statement: [{ Action: expected.map((each) => `kms:${each}`) }] })
  })
})
