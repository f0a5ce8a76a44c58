import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, type FaultKind, startEmulator } from '@signport/emulator'
import { type Boto3, type Boto3Client, type Boto3Error, startBoto3 } from '../../src/boto3.js'
import { type Bytes, bytesOf } from '../../src/client-process.js'

/*
 * What a program in Python catches when a call fails, and how AWS's SDK for Python tries again.
 */

let emulator: Emulator
let boto3: Boto3
/** An enabled key for ECDSA, with the alias `alias/usual`. */
let KeyId: string

async function createKey(KeySpec = 'ECC_NIST_P256', KeyUsage = 'SIGN_VERIFY'): Promise<{ KeyId: string }> {
  type Created = { readonly KeyMetadata: { readonly KeyId: string } }
  const { KeyMetadata } = await boto3.succeed<Created>('CreateKey', { KeySpec, KeyUsage })
  return { KeyId: KeyMetadata.KeyId }
}

beforeAll(async () => {
  emulator = await startEmulator({ region: 'eu-central-1' })
  boto3 = startBoto3(emulator)
  ;({ KeyId } = await createKey())
  await boto3.succeed('CreateAlias', { AliasName: 'alias/usual', TargetKeyId: KeyId })
})
afterAll(async () => {
  await boto3?.close()
  await emulator?.close()
})

const usual = () => ({ KeyId })
const SIGN = () => ({ KeyId, SigningAlgorithm: 'ECDSA_SHA_256', Message: bytesOf('Q3: 4,711 units') })
const aesKey = () => createKey('SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT')
const keyAfter = async (operation: string) => {
  const key = await createKey()
  await boto3.succeed(operation, key)
  return key
}
const NEW_KEY = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }
const TAG = { TagKey: 'team', TagValue: 'billing' }
const UNKNOWN_ARN = 'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000'

/** Errors that AWS's model has: each is a class of its own, and AWS's model says that the operation may fail so. */
const MODELLED: readonly [name: string, operation: string, input: () => object | Promise<object>][] = [
  ['NotFoundException', 'DescribeKey', () => ({ KeyId: UNKNOWN_ARN })],
  ['NotFoundException', 'Sign', () => ({ ...SIGN(), KeyId: 'alias/none' })],
  ['NotFoundException', 'DeleteAlias', () => ({ AliasName: 'alias/none' })],
  ['DisabledException', 'Sign', async () => ({ ...SIGN(), ...(await keyAfter('DisableKey')) })],
  [
    'KMSInvalidStateException',
    'Sign',
    async () => ({ ...SIGN(), ...(await keyAfter('ScheduleKeyDeletion')) }),
  ],
  ['KMSInvalidStateException', 'EnableKey', () => keyAfter('ScheduleKeyDeletion')],
  ['KMSInvalidStateException', 'CancelKeyDeletion', usual],
  ['InvalidKeyUsageException', 'Sign', async () => ({ ...SIGN(), ...(await aesKey()) })],
  ['InvalidKeyUsageException', 'Sign', () => ({ ...SIGN(), SigningAlgorithm: 'ECDSA_SHA_384' })],
  ['DryRunOperationException', 'Sign', () => ({ ...SIGN(), DryRun: true })],
  ['KMSInvalidSignatureException', 'Verify', () => ({ ...SIGN(), Signature: bytesOf('none') })],
  ['UnsupportedOperationException', 'GetPublicKey', aesKey],
  ['UnsupportedOperationException', 'CreateKey', () => ({ ...NEW_KEY, Origin: 'EXTERNAL' })],
  ['AlreadyExistsException', 'CreateAlias', () => ({ AliasName: 'alias/usual', TargetKeyId: KeyId })],
  ['InvalidMarkerException', 'ListKeys', () => ({ Marker: 'made-up' })],
  ['InvalidMarkerException', 'ListAliases', () => ({ Marker: 'made-up' })],
  ['TagException', 'CreateKey', () => ({ ...NEW_KEY, Tags: [TAG, TAG] })],
]

/** jest-each takes what is missing for a callback. */
const USUAL: Boto3Client = {}

/** Errors that it does not have: a ClientError with a code. */
const UNMODELLED: readonly [code: string, operation: string, input: () => object, client: Boto3Client][] = [
  ['ValidationException', 'Sign', () => ({ ...SIGN(), Message: bytesOf('m'.repeat(4097)) }), USUAL],
  ['ValidationException', 'Sign', () => ({ ...SIGN(), MessageType: 'DIGEST' }), USUAL],
  ['ValidationException', 'Sign', () => ({ ...SIGN(), Message: bytesOf('') }), { unchecked: true }],
  ['ValidationException', 'Sign', usual, { unchecked: true }],
  ['ValidationException', 'CreateAlias', () => ({ AliasName: 'usual', TargetKeyId: KeyId }), USUAL],
  ['ValidationException', 'ScheduleKeyDeletion', () => ({ ...usual(), PendingWindowInDays: 6 }), USUAL],
  ['NotAuthorizedException', 'CreateAlias', () => ({ AliasName: 'alias/aws/x', TargetKeyId: KeyId }), USUAL],
  ['SerializationException', 'DescribeKey', () => ({ KeyId: 4711 }), { unchecked: true }],
  ['UnrecognizedClientException', 'ListKeys', () => ({}), { access: ['AKIAUNKNOWNUNKNOWN00', 'secret'] }],
  ['MissingAuthenticationTokenException', 'ListKeys', () => ({}), { unsigned: true }],
]

/** What a fault is to the SDK, and how often the SDK tries by itself. */
const FAULTS: readonly [kind: FaultKind, attempts: number, error: Partial<Boto3Error>][] = [
  ['throttle', 3, { class: 'ClientError', code: 'ThrottlingException', status: 400 }],
  ['internal', 3, { class: 'KMSInternalException', status: 500, declared: true }],
  ['unavailable', 3, { class: 'ClientError', code: 'ServiceUnavailableException', status: 503 }],
  ['dependencyTimeout', 3, { class: 'DependencyTimeoutException', status: 503, declared: true }],
  ['expiredToken', 1, { class: 'ClientError', code: 'ExpiredTokenException', status: 400 }],
  ['clockSkew', 1, { class: 'ClientError', code: 'InvalidSignatureException', status: 400 }],
  ['hostileText', 1, { class: 'ClientError', code: 'AccessDeniedException', status: 400 }],
]

describe('an error', () => {
  test.each(MODELLED)('%s of %s is an exception of its own', async (name, operation, input) => {
    const error = await boto3.fail(operation, await input())
    expect(error).toMatchObject({ class: name, code: name, status: 400, attempts: 1, declared: true })
    const answered = { operation, code: name, requestId: error.requestId }
    expect(emulator.requests()).toContainEqual(expect.objectContaining(answered))
  })

  test.each(UNMODELLED)('%s of %s is a ClientError', async (code, operation, input, client) => {
    const error = await boto3.fail(operation, input(), client)
    expect(error).toMatchObject({ class: 'ClientError', code, status: 400, attempts: 1 })
    expect(error.message).not.toBe('')
  })

  test('of a request that is signed with another secret says so', async () => {
    const [{ accessKeyId }] = emulator.credentials
    const error = await boto3.fail('ListKeys', {}, { access: [accessKeyId, 'another'] })
    expect(error).toMatchObject({ class: 'ClientError', code: 'InvalidSignatureException' })
  })

  test.each(FAULTS)('for the fault %s is tried %i times', async (kind, attempts, expected) => {
    emulator.faults.add({ kind, operation: 'Sign', times: Infinity })
    try {
      expect(await boto3.fail('Sign', SIGN())).toMatchObject({ ...expected, attempts })
    } finally {
      emulator.faults.clear()
    }
  })

  test.each(['throttle', 'internal', 'reset'] as const)('for %s is over when the fault is', async (kind) => {
    emulator.faults.add({ kind, operation: 'Sign', times: 2 })
    const { Signature } = await boto3.succeed<{ Signature: Bytes }>('Sign', SIGN())
    expect(await boto3.succeed('Verify', { ...SIGN(), Signature })).toMatchObject({ SignatureValid: true })
    expect(emulator.faults.list()).toEqual([])
  })
})

describe('credentials for a while', () => {
  const credential = { accessKeyId: 'ASIAQ3EGVVVVVVVVVVVV', secretAccessKey: 'secret', sessionToken: 'token' }
  const { accessKeyId, secretAccessKey } = credential

  test('need their token, and not for longer than they are valid', async () => {
    let now = new Date()
    const expiration = new Date(now.getTime() + 60_000)
    const other = await startEmulator({ credentials: [{ ...credential, expiration }], clock: () => now })
    const client = startBoto3(other)
    try {
      expect(await client.succeed('ListKeys')).toMatchObject({ Keys: [] })
      for (const access of [
        [accessKeyId, secretAccessKey],
        [accessKeyId, secretAccessKey, 'made up'],
      ])
        expect(await client.fail('ListKeys', {}, { access })).toMatchObject({
          code: 'UnrecognizedClientException',
        })
      now = expiration
      expect(await client.fail('ListKeys')).toMatchObject({ code: 'ExpiredTokenException' })
    } finally {
      await client.close()
      await other.close()
    }
  })
})
