import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '@signport/emulator'
import { SIGNING_ALGORITHM_NAMES } from '../../../src/keys/signing-algorithm.js'
import { base64, call, createKey, http, output } from '../../support/emulator.js'

/*
 * What AWS says to requests that it refuses, over plain HTTP, as no client lets one send them. <ENABLED>, <SYMMETRIC>
 * and so on in a request and in an answer stand for keys, which are new in each run.
 */

let emulator: Emulator
const names = new Map<string, string>()

const PLACE = 'arn:aws:kms:us-east-1:111122223333'

beforeAll(async () => {
  emulator = await startEmulator({ auth: 'none' })
  const make = async (name: string, spec: string, usage?: string) =>
    names.set(name, await createKey(emulator, spec, usage))
  await make('ENABLED', 'ECC_NIST_P256')
  await make('DISABLED', 'ECC_NIST_P256')
  await make('PENDING', 'ECC_NIST_P256')
  await make('EDWARDS', 'ECC_NIST_EDWARDS25519')
  await make('LATTICE', 'ML_DSA_44')
  await make('SYMMETRIC', 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT')
  await make('AUTHENTICATION', 'HMAC_256', 'GENERATE_VERIFY_MAC')
  await make('AGREEMENT', 'ECC_NIST_P256', 'KEY_AGREEMENT')
  names.set('MISSING', randomUUID())
  await output(emulator, 'DisableKey', { KeyId: names.get('DISABLED') })
  await output(emulator, 'ScheduleKeyDeletion', { KeyId: names.get('PENDING') })
  await output(emulator, 'CreateAlias', { AliasName: 'alias/taken', TargetKeyId: names.get('ENABLED') })
})

afterAll(() => emulator.close())

const withKeys = (text: string) =>
  [...names].reduce((result, [name, id]) => result.replaceAll(`<${name}>`, id), text)

type Case = readonly [operation: string, input: object, code: string, message?: string]

const ok = { KeyId: '<ENABLED>', Message: base64('m'), SigningAlgorithm: 'ECDSA_SHA_256' }
const digest = (bytes: number) => ({ ...ok, Message: base64(Buffer.alloc(bytes)), MessageType: 'DIGEST' })
const one = (rule: string) => `1 validation error detected: Value ${rule}`
const TOO_LONG = (name: string, max: number) =>
  `at '${name}' failed to satisfy constraint: Member must have length less than or equal to ${max}`
const ALGORITHMS = SIGNING_ALGORITHM_NAMES.join(', ')

const MESSAGES: readonly Case[] = [
  [
    'Sign',
    { ...ok, Message: base64(Buffer.alloc(4097)) },
    'ValidationException',
    one(TOO_LONG('message', 4096)),
  ],
  [
    'Sign',
    { ...ok, Message: '' },
    'ValidationException',
    one("at 'message' failed to satisfy constraint: Member must have length greater than or equal to 1"),
  ],
  [
    'Sign',
    { KeyId: '<ENABLED>', SigningAlgorithm: 'ECDSA_SHA_256' },
    'ValidationException',
    one("null at 'message' failed to satisfy constraint: Member must not be null"),
  ],
  ['Sign', digest(31), 'ValidationException', 'Digest is invalid length for algorithm ECDSA_SHA_256.'],
  ['Sign', digest(33), 'ValidationException', 'Digest is invalid length for algorithm ECDSA_SHA_256.'],
  [
    'Sign',
    { ...digest(64), KeyId: '<EDWARDS>', SigningAlgorithm: 'ED25519_SHA_512' },
    'ValidationException',
    'Message type DIGEST is incompatible with algorithm ED25519_SHA_512.',
  ],
  [
    'Sign',
    { ...ok, KeyId: '<EDWARDS>', SigningAlgorithm: 'ED25519_PH_SHA_512' },
    'ValidationException',
    'Message type RAW is incompatible with algorithm ED25519_PH_SHA_512.',
  ],
  [
    'Sign',
    { ...digest(64), KeyId: '<LATTICE>', SigningAlgorithm: 'ML_DSA_SHAKE_256' },
    'ValidationException',
    'Message type DIGEST is incompatible with algorithm ML_DSA_SHAKE_256.',
  ],
  [
    'Sign',
    { ...digest(63), KeyId: '<LATTICE>', MessageType: 'EXTERNAL_MU', SigningAlgorithm: 'ML_DSA_SHAKE_256' },
    'ValidationException',
    'Message is invalid length for algorithm ML_DSA_SHAKE_256.',
  ],
]

const VALIDATION: readonly Case[] = [
  [
    'Sign',
    { ...ok, SigningAlgorithm: 'x' },
    'ValidationException',
    one(
      `'x' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [${ALGORITHMS}]`,
    ),
  ],
  [
    'Sign',
    { KeyId: '', MessageType: 'HASH' },
    'ValidationException',
    [
      "4 validation errors detected: Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1",
      "Value null at 'message' failed to satisfy constraint: Member must not be null",
      "Value 'HASH' at 'messageType' failed to satisfy constraint: Member must satisfy enum value set: [RAW, DIGEST, EXTERNAL_MU]",
      "Value null at 'signingAlgorithm' failed to satisfy constraint: Member must not be null",
    ].join('; '),
  ],
  [
    'Sign',
    { ...ok, KeyId: 'k'.repeat(2049) },
    'ValidationException',
    one(`'${'k'.repeat(2049)}' ${TOO_LONG('keyId', 2048)}`),
  ],
  [
    'Sign',
    { ...ok, GrantTokens: Array(11).fill('t') },
    'ValidationException',
    one(TOO_LONG('grantTokens', 10)),
  ],
  [
    'Sign',
    { ...ok, GrantTokens: ['secret'.repeat(2000)] },
    'ValidationException',
    one(TOO_LONG('grantTokens.1.member', 8192)),
  ],
  [
    'ListKeys',
    { Limit: 1001 },
    'ValidationException',
    one("'1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000"),
  ],
  [
    'ListAliases',
    { Limit: 0 },
    'ValidationException',
    one("'0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"),
  ],
  [
    'ScheduleKeyDeletion',
    { KeyId: '<ENABLED>', PendingWindowInDays: 6 },
    'ValidationException',
    one(
      "'6' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value greater than or equal to 7",
    ),
  ],
  [
    'ScheduleKeyDeletion',
    { KeyId: '<ENABLED>', PendingWindowInDays: 31 },
    'ValidationException',
    one(
      "'31' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value less than or equal to 30",
    ),
  ],
  [
    'CreateAlias',
    { AliasName: 'alias/ä', TargetKeyId: '<ENABLED>' },
    'ValidationException',
    one(
      "'alias/ä' at 'aliasName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$",
    ),
  ],
  [
    'CreateKey',
    { Tags: [{ TagValue: 'v' }] },
    'ValidationException',
    one("null at 'tags.1.member.tagKey' failed to satisfy constraint: Member must not be null"),
  ],
  ['Sign', { ...ok, KeyId: 7 }, 'SerializationException', 'NUMBER_VALUE cannot be converted to String'],
  ['Sign', { ...ok, Message: 7 }, 'SerializationException', 'NUMBER_VALUE cannot be converted to Blob'],
  [
    'Sign',
    { ...ok, MessageType: true },
    'SerializationException',
    'BOOLEAN_VALUE cannot be converted to String',
  ],
  ['Sign', { ...ok, DryRun: 'yes' }, 'SerializationException', 'STRING_VALUE cannot be converted to Boolean'],
  ['Sign', { ...ok, GrantTokens: 't' }, 'SerializationException', 'STRING_VALUE cannot be converted to List'],
  ['ListKeys', { Limit: 1.5 }, 'SerializationException', 'NUMBER_VALUE cannot be converted to Integer'],
  ['CreateKey', { Tags: [[]] }, 'SerializationException', 'LIST_VALUE cannot be converted to Structure'],
  ['Sign', { ...ok, Message: 'no base64!' }, 'SerializationException', "'message' is not base64"],
  ['Sign', { ...ok, Message: 'YQ' }, 'SerializationException', "'message' is not base64"],
  ['Verify', { ...ok, Signature: '-_-_' }, 'SerializationException', "'signature' is not base64"],
]

const NAMES: readonly Case[] = [
  ['Sign', { ...ok, KeyId: '<MISSING>' }, 'NotFoundException', `Key '${PLACE}:key/<MISSING>' does not exist`],
  [
    'Sign',
    { ...ok, KeyId: `${PLACE}:key/<MISSING>` },
    'NotFoundException',
    `Key '${PLACE}:key/<MISSING>' does not exist`,
  ],
  ['Sign', { ...ok, KeyId: 'alias/none' }, 'NotFoundException', `Alias ${PLACE}:alias/none is not found.`],
  [
    'Sign',
    { ...ok, KeyId: `${PLACE}:alias/none` },
    'NotFoundException',
    `Alias ${PLACE}:alias/none is not found.`,
  ],
  ['Sign', { ...ok, KeyId: 'taken' }, 'NotFoundException', "Invalid keyId 'taken'"],
  ['Sign', { ...ok, KeyId: 'constructor' }, 'NotFoundException', "Invalid keyId 'constructor'"],
  [
    'Sign',
    { ...ok, KeyId: 'alias/__proto__' },
    'NotFoundException',
    `Alias ${PLACE}:alias/__proto__ is not found.`,
  ],
  [
    'Sign',
    { ...ok, KeyId: 'arn:aws:kms:eu-west-1:111122223333:key/<ENABLED>' },
    'NotFoundException',
    'Invalid arn eu-west-1',
  ],
  [
    'Sign',
    { ...ok, KeyId: 'arn:aws:kms:us-east-1:999922223333:key/<ENABLED>' },
    'NotFoundException',
    "Key 'arn:aws:kms:us-east-1:999922223333:key/<ENABLED>' does not exist",
  ],
  [
    'Sign',
    { ...ok, KeyId: 'arn:aws-cn:kms:us-east-1:111122223333:key/<ENABLED>' },
    'NotFoundException',
    'Invalid arn arn:aws-cn:kms:us-east-1:111122223333:key/<ENABLED>',
  ],
  ['DescribeKey', { KeyId: 'arn:aws:s3:::bucket' }, 'NotFoundException', 'Invalid arn arn:aws:s3:::bucket'],
  ['DisableKey', { KeyId: 'alias/taken' }, 'NotFoundException', "Invalid keyId 'alias/taken'"],
  ['ListAliases', { KeyId: '<MISSING>' }, 'NotFoundException', `Key '${PLACE}:key/<MISSING>' does not exist`],
]

const STATES: readonly Case[] = [
  ['Sign', { ...ok, KeyId: '<DISABLED>' }, 'DisabledException', `${PLACE}:key/<DISABLED> is disabled.`],
  [
    'Verify',
    { ...ok, KeyId: '<DISABLED>', Signature: base64('s') },
    'DisabledException',
    `${PLACE}:key/<DISABLED> is disabled.`,
  ],
  [
    'Sign',
    { ...ok, KeyId: '<PENDING>' },
    'KMSInvalidStateException',
    `${PLACE}:key/<PENDING> is pending deletion.`,
  ],
  [
    'GetPublicKey',
    { KeyId: '<PENDING>' },
    'KMSInvalidStateException',
    `${PLACE}:key/<PENDING> is pending deletion.`,
  ],
  [
    'EnableKey',
    { KeyId: '<PENDING>' },
    'KMSInvalidStateException',
    `${PLACE}:key/<PENDING> is pending deletion.`,
  ],
  [
    'DisableKey',
    { KeyId: '<PENDING>' },
    'KMSInvalidStateException',
    `${PLACE}:key/<PENDING> is pending deletion.`,
  ],
  [
    'ScheduleKeyDeletion',
    { KeyId: '<PENDING>' },
    'KMSInvalidStateException',
    `${PLACE}:key/<PENDING> is pending deletion.`,
  ],
  [
    'CancelKeyDeletion',
    { KeyId: '<ENABLED>' },
    'KMSInvalidStateException',
    `${PLACE}:key/<ENABLED> is not pending deletion.`,
  ],
  [
    'CreateAlias',
    { AliasName: 'alias/p', TargetKeyId: '<PENDING>' },
    'KMSInvalidStateException',
    `${PLACE}:key/<PENDING> is pending deletion.`,
  ],
]

const USAGES: readonly Case[] = [
  [
    'Sign',
    { ...ok, KeyId: '<SYMMETRIC>' },
    'InvalidKeyUsageException',
    `${PLACE}:key/<SYMMETRIC> key usage is ENCRYPT_DECRYPT which is not valid for Sign.`,
  ],
  [
    'Verify',
    { ...ok, KeyId: '<AUTHENTICATION>', Signature: base64('s') },
    'InvalidKeyUsageException',
    `${PLACE}:key/<AUTHENTICATION> key usage is GENERATE_VERIFY_MAC which is not valid for Verify.`,
  ],
  [
    'Sign',
    { ...ok, KeyId: '<AGREEMENT>' },
    'InvalidKeyUsageException',
    `${PLACE}:key/<AGREEMENT> key usage is KEY_AGREEMENT which is not valid for Sign.`,
  ],
  [
    'Sign',
    { ...ok, SigningAlgorithm: 'ECDSA_SHA_384' },
    'InvalidKeyUsageException',
    'Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.',
  ],
  [
    'Sign',
    { ...ok, KeyId: '<EDWARDS>' },
    'InvalidKeyUsageException',
    'Algorithm ECDSA_SHA_256 is incompatible with key spec ECC_NIST_EDWARDS25519.',
  ],
  ['Verify', { ...ok, Signature: base64('no signature') }, 'KMSInvalidSignatureException'],
  [
    'GetPublicKey',
    { KeyId: '<SYMMETRIC>' },
    'UnsupportedOperationException',
    `${PLACE}:key/<SYMMETRIC> is not asymmetric: it has no public key.`,
  ],
]

const CHANGES: readonly Case[] = [
  [
    'CreateAlias',
    { AliasName: 'alias/taken', TargetKeyId: '<EDWARDS>' },
    'AlreadyExistsException',
    `An alias with the name ${PLACE}:alias/taken already exists`,
  ],
  [
    'CreateAlias',
    { AliasName: 'taken', TargetKeyId: '<ENABLED>' },
    'ValidationException',
    'An alias must begin with alias/ and have a name after it.',
  ],
  [
    'CreateAlias',
    { AliasName: 'alias/aws/mine', TargetKeyId: '<ENABLED>' },
    'NotAuthorizedException',
    'Aliases that begin with alias/aws/ are reserved for AWS.',
  ],
  [
    'CreateAlias',
    { AliasName: 'alias/b', TargetKeyId: 'alias/taken' },
    'ValidationException',
    'Aliases must refer to keys. Not aliases',
  ],
  [
    'UpdateAlias',
    { AliasName: 'alias/taken', TargetKeyId: '<SYMMETRIC>' },
    'ValidationException',
    'The key of an alias can be replaced by one of the same type and usage alone: SIGN_VERIFY.',
  ],
  [
    'UpdateAlias',
    { AliasName: 'alias/none', TargetKeyId: '<ENABLED>' },
    'NotFoundException',
    `Alias ${PLACE}:alias/none is not found.`,
  ],
  [
    'DeleteAlias',
    { AliasName: 'alias/none' },
    'NotFoundException',
    `Alias ${PLACE}:alias/none is not found.`,
  ],
  [
    'CreateKey',
    { KeySpec: 'RSA_2048' },
    'ValidationException',
    'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
  ],
  [
    'CreateKey',
    { KeySpec: 'ECC_NIST_P256', KeyUsage: 'ENCRYPT_DECRYPT' },
    'ValidationException',
    'KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec ECC_NIST_P256',
  ],
  [
    'CreateKey',
    { KeyUsage: 'SIGN_VERIFY' },
    'ValidationException',
    'KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT',
  ],
  [
    'CreateKey',
    { KeySpec: 'RSA_2048', CustomerMasterKeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' },
    'ValidationException',
    'You cannot specify KeySpec and CustomerMasterKeySpec in the same request.',
  ],
  [
    'CreateKey',
    { KeySpec: 'ML_KEM_512', KeyUsage: 'ENCAPSULATE_DECAPSULATE' },
    'UnsupportedOperationException',
    'This emulator has no keys of the spec ML_KEM_512.',
  ],
  [
    'CreateKey',
    { Origin: 'EXTERNAL' },
    'UnsupportedOperationException',
    'This emulator has neither key stores nor imported key material: leave out Origin.',
  ],
  [
    'CreateKey',
    {
      Tags: [
        { TagKey: 'a', TagValue: '1' },
        { TagKey: 'a', TagValue: '2' },
      ],
    },
    'TagException',
    'Duplicate tag keys',
  ],
  ['ListKeys', { Marker: 'made up' }, 'InvalidMarkerException', 'The marker is not one that was given out.'],
]

const OPERATIONS: readonly Case[] = [
  ['Encrypt', {}, 'UnsupportedOperationException', 'This emulator does not have Encrypt.'],
  ['SignDocument', {}, 'UnknownOperationException'],
  ['constructor', {}, 'UnknownOperationException'],
]

describe.each([
  ['messages', MESSAGES],
  ['members', VALIDATION],
  ['names of keys', NAMES],
  ['states of keys', STATES],
  ['usages of keys', USAGES],
  ['changes', CHANGES],
  ['operations', OPERATIONS],
])('%s', (_what, cases) => {
  test.each(cases)('%s of %j is refused with %s', async (...[operation, input, code, message]: Case) => {
    const { status, headers, text } = await call(emulator, operation, withKeys(JSON.stringify(input)))
    const { __type, ...rest } = JSON.parse(text)
    const member = code === 'UnsupportedOperationException' ? 'Message' : 'message'
    expect({ status, __type, ...rest }).toEqual({
      status: 400,
      __type: code,
      ...(message !== undefined && { [member]: withKeys(message) }),
    })
    expect(headers['content-type']).toBe('application/x-amz-json-1.1')
    expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('a body that is not a JSON object', () => {
  test.each([
    ['nothing', ''],
    ['half of an object', '{"KeyId": "secret'],
    ['a list', '[]'],
    ['null', 'null'],
    ['bytes that are not UTF-8', Buffer.from('7b22ff227d', 'hex').toString('latin1')],
  ])('is refused: %s', async (_what, body) => {
    const { status, text } = await http(emulator.port, {
      headers: { 'x-amz-target': 'TrentService.Sign' },
      body: Buffer.from(body, 'latin1'),
    })
    expect([status, text]).toEqual([
      400,
      '{"__type":"SerializationException","message":"The body should be a JSON object in UTF-8."}',
    ])
  })
})

test.each([
  ['GET', 'TrentService.ListKeys'],
  ['POST', 'TrentService'],
  ['POST', 'OtherService.Sign'],
  ['POST', 'TrentService.Sign.More'],
])('%s of %s is no operation', async (method, target) => {
  const { status, text } = await http(emulator.port, { method, headers: { 'x-amz-target': target } })
  expect([status, text]).toEqual([400, '{"__type":"UnknownOperationException"}'])
})

test('null stands for a member that is not there', async () => {
  await output(emulator, 'Sign', withKeysIn({ ...ok, MessageType: null, GrantTokens: null, DryRun: null }))
})

const withKeysIn = (input: object) => JSON.parse(withKeys(JSON.stringify(input))) as object
