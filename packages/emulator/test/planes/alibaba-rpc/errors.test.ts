import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '@signport/emulator'
import { rpc, rpcKey, rpcOutput } from '../../support/alibaba-rpc.js'
import { base64, createKey, http } from '../../support/emulator.js'

/*
 * What Alibaba Cloud says to requests that it refuses. <ENABLED>, <SYMMETRIC> and so on in a request stand for keys, and
 * <ENABLED.version> for their versions, which are new in each run.
 */

let emulator: Emulator
const names = new Map<string, string>()

beforeAll(async () => {
  emulator = await startEmulator({ auth: 'none' })
  const make = async (name: string, spec: string, more?: Record<string, string>) => {
    const { KeyId, KeyVersionId } = await rpcKey(emulator, spec, more)
    names.set(name, KeyId).set(`${name}.version`, KeyVersionId)
  }
  await make('ENABLED', 'EC_P256')
  await make('DISABLED', 'EC_P256')
  await make('PENDING', 'EC_P256')
  await make('SYMMETRIC', 'Aliyun_AES_256')
  await make('ENCRYPTING', 'RSA_2048', { KeyUsage: 'ENCRYPT/DECRYPT' })
  names.set('MISSING', randomUUID())
  names.set('P384', await createKey(emulator, 'ECC_NIST_P384'))
  names.set('AGREEMENT', await createKey(emulator, 'ECC_NIST_P256', 'KEY_AGREEMENT'))
  await rpcOutput(emulator, 'DisableKey', { KeyId: id('DISABLED') })
  await rpcOutput(emulator, 'ScheduleKeyDeletion', { KeyId: id('PENDING') })
  await rpcOutput(emulator, 'CreateAlias', { AliasName: 'alias/taken', KeyId: id('ENABLED') })
})

afterAll(() => emulator.close())

const id = (name: string) => names.get(name) ?? ''
const withKeys = (text: string) => text.replace(/<([\w.]+)>/g, (_all, name) => id(name))
const withoutPlace = (input: object) => JSON.parse(withKeys(JSON.stringify(input))) as Record<string, string>

type Case = readonly [
  operation: string,
  input: Record<string, string>,
  status: number,
  code: string,
  message: string,
]

const key = { KeyId: '<ENABLED>', KeyVersionId: '<ENABLED.version>' }
const ok = { ...key, Algorithm: 'ECDSA_SHA_256', Digest: base64(Buffer.alloc(32)) }
const of = (name: string) => ({ ...ok, KeyId: `<${name}>`, KeyVersionId: `<${name}.version>` })
const missing = (name: string) => `The parameter "${name}" is needed but not provided.`
const invalid = (name: string, rule: string) =>
  `The specified parameter "${name}" is not valid. It should be ${rule}.`
const { Digest, ...noDigest } = ok
const { Algorithm, ...noAlgorithm } = ok
const { KeyVersionId, ...noVersion } = ok

const MESSAGES = {
  key: 'The specified Key is not found.',
  version: 'The specified Key version is not found.',
  alias: 'The specified Alias is not found.',
  disabled: 'The request was rejected because the key state is Disabled.',
  pending: 'The request was rejected because the key state is PendingDeletion.',
  modified: 'Keystate modified failed.',
  isAlias: 'Alias is not valid for this api.',
}

const PARAMETERS: readonly Case[] = [
  ['AsymmetricSign', noDigest, 400, 'MissingParameter', missing('Digest')],
  ['AsymmetricSign', noAlgorithm, 400, 'MissingParameter', missing('Algorithm')],
  ['AsymmetricSign', noVersion, 400, 'MissingParameter', missing('KeyVersionId')],
  ['AsymmetricSign', { ...ok, KeyId: '' }, 400, 'MissingParameter', missing('KeyId')],
  ['AsymmetricVerify', ok, 400, 'MissingParameter', missing('Value')],
  ['GetPublicKey', { KeyId: '<ENABLED>' }, 400, 'MissingParameter', missing('KeyVersionId')],
  ['DescribeKeyVersion', { KeyId: '<ENABLED>' }, 400, 'MissingParameter', missing('KeyVersionId')],
  ['DescribeKey', {}, 400, 'MissingParameter', missing('KeyId')],
  ['CreateAlias', { KeyId: '<ENABLED>' }, 400, 'MissingParameter', missing('AliasName')],
  ...[31, 33, 48].map(
    (length) =>
      [
        'AsymmetricSign',
        { ...ok, Digest: base64(Buffer.alloc(length)) },
        400,
        'InvalidParameter',
        invalid('Digest', 'base64 of exactly 32 bytes'),
      ] as const,
  ),
  [
    'AsymmetricSign',
    { ...ok, Digest: 'secret-_' },
    400,
    'InvalidParameter',
    invalid('Digest', 'base64 of exactly 32 bytes'),
  ],
  ['AsymmetricVerify', { ...ok, Value: 'x' }, 400, 'InvalidParameter', invalid('Value', 'base64')],
  [
    'ListKeys',
    { PageSize: '102' },
    400,
    'InvalidParameter',
    invalid('PageSize', 'a whole number from 1 to 101'),
  ],
  [
    'ListKeys',
    { PageSize: '0' },
    400,
    'InvalidParameter',
    invalid('PageSize', 'a whole number from 1 to 101'),
  ],
  [
    'ListAliases',
    { PageNumber: '1e1' },
    400,
    'InvalidParameter',
    invalid('PageNumber', 'a whole number from 1 to 2147483647'),
  ],
  [
    'ScheduleKeyDeletion',
    { KeyId: '<ENABLED>', PendingWindowInDays: '6' },
    400,
    'InvalidParameter',
    invalid('PendingWindowInDays', 'a whole number from 7 to 366'),
  ],
  [
    'ScheduleKeyDeletion',
    { KeyId: '<ENABLED>', PendingWindowInDays: '367' },
    400,
    'InvalidParameter',
    invalid('PendingWindowInDays', 'a whole number from 7 to 366'),
  ],
  ...['taken', 'alias/', 'alias/ä', 'alias/a:b', `alias/${'a'.repeat(256)}`].map(
    (AliasName) =>
      [
        'CreateAlias',
        { AliasName, KeyId: '<ENABLED>' },
        400,
        'InvalidParameter',
        invalid('AliasName', 'alias/ and 1 to 255 letters, digits, slashes, hyphens or underscores'),
      ] as const,
  ),
  [
    'CreateKey',
    { Description: 'x'.repeat(8193) },
    400,
    'InvalidParameter',
    invalid('Description', 'at most 8192 characters'),
  ],
  [
    'CreateKey',
    { KeySpec: 'EC_P256', KeyUsage: 'ENCRYPT/DECRYPT' },
    400,
    'InvalidParameter',
    invalid('KeyUsage', 'one of SIGN/VERIFY'),
  ],
  [
    'CreateKey',
    { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' },
    400,
    'InvalidParameter',
    invalid('KeyUsage', 'one of SIGN/VERIFY, ENCRYPT/DECRYPT'),
  ],
]

const NAMES: readonly Case[] = [
  ['AsymmetricSign', { ...ok, KeyId: '<MISSING>' }, 404, 'Forbidden.KeyNotFound', MESSAGES.key],
  ['DescribeKey', { KeyId: 'taken' }, 404, 'Forbidden.KeyNotFound', MESSAGES.key],
  ['DescribeKey', { KeyId: 'constructor' }, 404, 'Forbidden.KeyNotFound', MESSAGES.key],
  ['DescribeKey', { KeyId: 'alias/none' }, 404, 'Forbidden.AliasNotFound', MESSAGES.alias],
  ['DescribeKey', { KeyId: 'alias/__proto__' }, 404, 'Forbidden.AliasNotFound', MESSAGES.alias],
  [
    'DescribeKey',
    { KeyId: 'acs:kms:eu-central-1:111122223333:key/<ENABLED>' },
    404,
    'Forbidden.KeyNotFound',
    MESSAGES.key,
  ],
  [
    'DescribeKey',
    { KeyId: 'arn:aws:kms:us-east-1:111122223333:key/<ENABLED>' },
    404,
    'Forbidden.KeyNotFound',
    MESSAGES.key,
  ],
  ['DescribeKey', { KeyId: '<P384>' }, 404, 'Forbidden.KeyNotFound', MESSAGES.key],
  ['DescribeKey', { KeyId: '<AGREEMENT>' }, 404, 'Forbidden.KeyNotFound', MESSAGES.key],
  [
    'AsymmetricSign',
    { ...ok, KeyVersionId: '<MISSING>' },
    404,
    'Forbidden.KeyVersionNotFound',
    MESSAGES.version,
  ],
  [
    'AsymmetricSign',
    { ...ok, KeyVersionId: '<DISABLED.version>' },
    404,
    'Forbidden.KeyVersionNotFound',
    MESSAGES.version,
  ],
  [
    'GetPublicKey',
    { ...key, KeyVersionId: '<ENABLED>' },
    404,
    'Forbidden.KeyVersionNotFound',
    MESSAGES.version,
  ],
  ...['EnableKey', 'DisableKey', 'ScheduleKeyDeletion', 'CancelKeyDeletion'].map(
    (operation) => [operation, { KeyId: 'alias/taken' }, 400, 'Unsupported.Alias', MESSAGES.isAlias] as const,
  ),
  [
    'CreateAlias',
    { AliasName: 'alias/b', KeyId: 'acs:kms:us-east-1:111122223333:alias/taken' },
    400,
    'Unsupported.Alias',
    MESSAGES.isAlias,
  ],
]

const STATES: readonly Case[] = [
  ['AsymmetricSign', of('DISABLED'), 409, 'Rejected.Disabled', MESSAGES.disabled],
  ['AsymmetricVerify', { ...of('DISABLED'), Value: 'AA==' }, 409, 'Rejected.Disabled', MESSAGES.disabled],
  ['CreateKeyVersion', { KeyId: '<DISABLED>' }, 409, 'Rejected.Disabled', MESSAGES.disabled],
  ['AsymmetricSign', of('PENDING'), 409, 'Rejected.PendingDeletion', MESSAGES.pending],
  ['GetPublicKey', of('PENDING'), 409, 'Rejected.PendingDeletion', MESSAGES.pending],
  ['CreateKeyVersion', { KeyId: '<PENDING>' }, 409, 'Rejected.PendingDeletion', MESSAGES.pending],
  ...['EnableKey', 'DisableKey', 'ScheduleKeyDeletion'].map(
    (operation) =>
      [operation, { KeyId: '<PENDING>' }, 409, 'Rejected.StateModifiedFailed', MESSAGES.modified] as const,
  ),
  ...['ENABLED', 'DISABLED'].map(
    (name) =>
      [
        'CancelKeyDeletion',
        { KeyId: `<${name}>` },
        409,
        'Rejected.StateModifiedFailed',
        MESSAGES.modified,
      ] as const,
  ),
  [
    'CreateAlias',
    { AliasName: 'alias/p', KeyId: '<PENDING>' },
    409,
    'Rejected.StateModifiedFailed',
    MESSAGES.modified,
  ],
  [
    'UpdateAlias',
    { AliasName: 'alias/taken', KeyId: '<PENDING>' },
    409,
    'Rejected.PendingDeletion',
    MESSAGES.pending,
  ],
]

const unsupported = (why: string) => `Rejected.UnsupportedOperation: ${why}`

const USAGES: readonly Case[] = [
  [
    'AsymmetricSign',
    of('SYMMETRIC'),
    400,
    'UnsupportedOperation',
    unsupported('the key is for ENCRYPT/DECRYPT.'),
  ],
  [
    'AsymmetricSign',
    of('ENCRYPTING'),
    400,
    'UnsupportedOperation',
    unsupported('the key is for ENCRYPT/DECRYPT.'),
  ],
  [
    'AsymmetricSign',
    { ...ok, Algorithm: 'RSA_PSS_SHA_256' },
    400,
    'UnsupportedOperation',
    unsupported('a key of EC_P256 has no algorithm "RSA_PSS_SHA_256".'),
  ],
  [
    'AsymmetricSign',
    { ...ok, Algorithm: 'constructor' },
    400,
    'UnsupportedOperation',
    unsupported('a key of EC_P256 has no algorithm "constructor".'),
  ],
  [
    'GetPublicKey',
    of('SYMMETRIC'),
    400,
    'UnsupportedOperation',
    unsupported('a key of Aliyun_AES_256 has no public key.'),
  ],
  [
    'CreateKeyVersion',
    { KeyId: '<SYMMETRIC>' },
    400,
    'UnsupportedOperation',
    unsupported('a key of Aliyun_AES_256 has one version.'),
  ],
  [
    'CreateKey',
    { KeySpec: 'EC_P384' },
    400,
    'UnsupportedOperation',
    unsupported('this emulator has no keys of the spec "EC_P384".'),
  ],
  [
    'CreateKey',
    { Origin: 'EXTERNAL' },
    400,
    'Unsupported.Origin',
    'This key origin is not valid for this api.',
  ],
  [
    'CreateKey',
    { EnableAutomaticRotation: 'true' },
    400,
    'UnsupportedOperation',
    unsupported('this emulator does not rotate keys by itself.'),
  ],
  [
    'AsymmetricSign',
    { ...ok, DryRun: 'true' },
    400,
    'UnsupportedOperation',
    unsupported('this emulator does not have DryRun.'),
  ],
]

const CHANGES: readonly Case[] = [
  [
    'CreateAlias',
    { AliasName: 'alias/taken', KeyId: '<DISABLED>' },
    400,
    'AliasAlreadyExists',
    'AliasName Already Exists.',
  ],
  [
    'UpdateAlias',
    { AliasName: 'alias/none', KeyId: '<ENABLED>' },
    404,
    'Forbidden.AliasNotFound',
    MESSAGES.alias,
  ],
  ['DeleteAlias', { AliasName: 'alias/none' }, 404, 'Forbidden.AliasNotFound', MESSAGES.alias],
]

const OPERATIONS: readonly Case[] = [
  ['Encrypt', {}, 400, 'UnsupportedOperation', unsupported('this emulator does not have Encrypt.')],
  [
    'GetSecretValue',
    {},
    400,
    'UnsupportedOperation',
    unsupported('this emulator does not have GetSecretValue.'),
  ],
  [
    'SignDocument',
    {},
    404,
    'InvalidAction.NotFound',
    'Specified api is not found, please check your url and method.',
  ],
  [
    'constructor',
    {},
    404,
    'InvalidAction.NotFound',
    'Specified api is not found, please check your url and method.',
  ],
  ['', {}, 400, 'MissingParameter', missing('Action')],
  ['ListKeys', { Version: '' }, 400, 'MissingParameter', missing('Version')],
  ['ListKeys', { Version: '2014-11-01' }, 400, 'InvalidParameter', invalid('Version', 'one of 2016-01-20')],
  ['ListKeys', { Format: 'XML' }, 400, 'InvalidParameter', invalid('Format', 'one of json, JSON')],
]

describe.each([
  ['parameters', PARAMETERS],
  ['names of keys', NAMES],
  ['states of keys', STATES],
  ['usages of keys', USAGES],
  ['changes', CHANGES],
  ['operations', OPERATIONS],
])('%s', (_what, cases) => {
  test.each(cases)(
    '%s of %j is refused with %i %s',
    async (...[operation, input, status, Code, Message]: Case) => {
      const answer = await rpc(emulator, operation, withoutPlace(input))
      const { RequestId, ...body } = answer.body
      expect({ ...answer, body }).toMatchObject({
        status,
        headers: { 'content-type': 'application/json;charset=utf-8', 'x-acs-request-id': RequestId },
        body: { HttpStatus: status, Code, Message, HostId: `127.0.0.1:${emulator.port}` },
      })
      expect(RequestId).toMatch(/^[0-9a-f-]{36}$/)
    },
  )
})

describe('a request', () => {
  test.each([
    ['PUT', '/?Action=ListKeys', 403, 'UnsupportedHTTPMethod'],
    ['POST', '/?Action=ListKeys&Action=ListKeys', 400, 'ParseRequestParameterException'],
    ['POST', '/?Action=%ZZ', 400, 'ParseRequestParameterException'],
    ['POST', '/?Action=%ff', 400, 'ParseRequestParameterException'],
  ])('by %s of %s is refused with %i %s', async (method, path, status, Code) => {
    const answer = await http(emulator.port, { method, path })
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([status, { Code }])
  })

  test('is not refused for parameters that are not known', async () => {
    expect(await rpc(emulator, 'ListKeys', { DKMSInstanceId: 'kst-x' })).toMatchObject({ status: 200 })
  })
})

test('a disabled key still shows its public half', async () => {
  expect(await rpc(emulator, 'GetPublicKey', withoutPlace(of('DISABLED')))).toMatchObject({ status: 200 })
})
