import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type ClientKey, type Emulator, startEmulator } from '@signport/emulator'
import fc from 'fast-check'
import { rpcKey, rpcOutput } from '../../support/alibaba-rpc.js'
import { createKey, start } from '../../support/emulator.js'
import { errorOf, instanceCall, post, signedHeaders } from '../../support/instance.js'
import { encode } from '../../support/protobuf.js'

const NOW = new Date('2026-01-02T03:04:05.000Z')
const minutes = (count: number, seconds = 0) => new Date(NOW.getTime() + (count * 60 + seconds) * 1000)

const REQUEST_ID = expect.stringMatching(/^[0-9a-f-]{36}$/)

describe('a request', () => {
  let emulator: Emulator
  let clientKey: ClientKey
  const body = encode({ 1: randomUUID() })

  beforeAll(async () => {
    emulator = await startEmulator({ clock: () => NOW })
    clientKey = await emulator.clientKey()
  })

  afterAll(() => emulator.close())

  type Headers = Record<string, string>
  const call = async (date: Date, edit: (headers: Headers) => Headers, key = clientKey, method = 'POST') =>
    errorOf(await post(emulator.port, edit(signedHeaders(key, 'GetPublicKey', body, { date })), body, method))
  const same = (headers: Headers) => headers
  const notFound = { status: 404, code: 'Forbidden.KeyNotFound' }

  test.each<[string, Date, (headers: Headers) => Headers]>([
    ['signed now', NOW, same],
    ['signed fifteen minutes ago', minutes(-15), same],
    ['signed fifteen minutes ahead', minutes(15), same],
    [
      'signed by the other word',
      NOW,
      ({ authorization = '', ...rest }) => ({
        ...rest,
        authorization: authorization.replace('Bearer', 'TOKEN'),
      }),
    ],
  ])('%s is let in', async (_what, date, edit) => {
    expect(await call(date, edit)).toMatchObject(notFound)
  })

  test('with another header of the service is let in when that is signed', async () => {
    const more = { 'x-kms-zzz': ' 1 ', 'x-kms-aaa': '2' }
    const headers = signedHeaders(clientKey, 'GetPublicKey', body, { date: NOW, more: { 'x-kms-aaa': '2' } })
    expect(errorOf(await post(emulator.port, headers, body))).toMatchObject(notFound)
    const added = errorOf(await post(emulator.port, { ...headers, ...more }, body))
    expect(added).toMatchObject({ status: 401, code: 'SignatureNotMatch' })
  })

  const set = (name: string, value: string) => (headers: Headers) => ({ ...headers, [name]: value })
  const drop =
    (name: string) =>
    ({ [name]: _gone, ...rest }: Headers): Headers =>
      rest
  const skewed = 'Request time exceeds server time more than 15 minutes.'
  const param = (name: string) => `The Param ${name} is invalid.`
  const NO_MATCH = 'Signature is not matched.'

  test.each<[string, number, string, string, (headers: Headers) => Headers, Date?]>([
    [
      'without a version',
      400,
      'InvalidApiVersion',
      'The ApiVersion "" is invalid.',
      drop('x-kms-apiversion'),
    ],
    [
      'of another version',
      400,
      'InvalidApiVersion',
      'The ApiVersion "dkms-gcs-0.1" is invalid.',
      set('x-kms-apiversion', 'dkms-gcs-0.1'),
    ],
    ['without a name', 400, 'InvalidApiName', 'The ApiName "" is invalid.', drop('x-kms-apiname')],
    [
      'of an unknown name',
      400,
      'InvalidApiName',
      'The ApiName "constructor" is invalid.',
      set('x-kms-apiname', 'constructor'),
    ],
    [
      'of a name that is missing here',
      400,
      'UnsupportedOperation',
      'Rejected.UnsupportedOperation: this emulator does not have Encrypt.',
      set('x-kms-apiname', 'Encrypt'),
    ],
    [
      'of a newer name that is missing here',
      400,
      'UnsupportedOperation',
      'Rejected.UnsupportedOperation: this emulator does not have GenerateDataKeyPair.',
      set('x-kms-apiname', 'GenerateDataKeyPair'),
    ],
    ['without a date', 400, 'InvalidParam', param('Date'), drop('date')],
    ['with a date of another form', 400, 'InvalidParam', param('Date'), set('date', NOW.toISOString())],
    ['that is stale', 400, 'RequestTimeTooSkewed', skewed, same, minutes(-15, -1)],
    ['from the future', 400, 'RequestTimeTooSkewed', skewed, same, minutes(15, 1)],
    ['without a method', 400, 'InvalidParam', param('x-kms-signaturemethod'), drop('x-kms-signaturemethod')],
    [
      'of another method',
      400,
      'InvalidParam',
      `${param('x-kms-signaturemethod')} message:"HMAC".`,
      set('x-kms-signaturemethod', 'HMAC'),
    ],
    [
      'of nobody',
      400,
      'MissingParameter',
      'Parameter x-kms-acccesskeyid does not exist in http header or body.',
      drop('x-kms-acccesskeyid'),
    ],
    ['without a signature', 400, 'InvalidParam', param('Authorization'), drop('authorization')],
    ['by another scheme', 400, 'InvalidParam', param('Authorization'), set('authorization', 'Basic eA==')],
    ['with half a signature', 400, 'InvalidParam', param('Authorization'), set('authorization', 'Bearer x')],
    [
      'with another hash of its body',
      400,
      'InvalidParam',
      param('Content-SHA256'),
      set('content-sha256', '00'.repeat(32)),
    ],
    ['without a hash of its body', 400, 'InvalidParam', param('Content-SHA256'), drop('content-sha256')],
    ['of another type', 400, 'InvalidParam', param('Content-Type'), set('content-type', 'text/plain')],
    ['of somebody unknown', 401, 'SignatureNotMatch', NO_MATCH, set('x-kms-acccesskeyid', 'KAAP.unknown')],
    ['with another signature', 401, 'SignatureNotMatch', NO_MATCH, set('authorization', 'Bearer AAAA')],
    [
      'for another operation than was signed',
      401,
      'SignatureNotMatch',
      NO_MATCH,
      set('x-kms-apiname', 'Sign'),
    ],
  ])('%s is refused with %i %s', async (...[_what, status, code, message, edit, date]) => {
    expect(await call(date ?? NOW, edit)).toEqual({
      status,
      contentType: 'application/x-protobuf',
      statusCode: status,
      code,
      message,
      requestId: REQUEST_ID,
    })
  })

  test('by another method than POST is refused', async () => {
    expect(await call(NOW, same, clientKey, 'PUT')).toMatchObject({
      status: 403,
      code: 'UnsupportedHTTPMethod',
    })
  })

  test('by the ClientKey of another emulator is refused', async () => {
    const other = await (await start()).clientKey()
    expect(await call(NOW, same, other)).toMatchObject({ status: 401, code: 'SignatureNotMatch' })
    const posing = { ...other, keyId: clientKey.keyId }
    expect(await call(NOW, same, posing)).toMatchObject({ status: 401, code: 'SignatureNotMatch' })
  })

  test('by a ClientKey that has expired is refused', async () => {
    let now = NOW
    const late = await start({ clock: () => now })
    const key = await late.clientKey()
    now = key.notAfter
    const headers = signedHeaders(key, 'GetPublicKey', body, { date: now })
    expect(errorOf(await post(late.port, headers, body))).toMatchObject({
      status: 401,
      code: 'Unauthorized',
      message: 'The ClientKey has expired.',
    })
    expect(key.notAfter.getUTCFullYear() - NOW.getUTCFullYear()).toBe(5)
  })
})

describe('what an operation refuses', () => {
  let emulator: Emulator
  const ids = new Map<string, string>()

  beforeAll(async () => {
    emulator = await startEmulator({ auth: 'none' })
    for (const name of ['ENABLED', 'DISABLED', 'PENDING'])
      ids.set(name, (await rpcKey(emulator, 'EC_P256')).KeyId)
    ids.set('SYMMETRIC', (await rpcKey(emulator, 'Aliyun_AES_256')).KeyId)
    ids.set('P384', await createKey(emulator, 'ECC_NIST_P384'))
    ids.set('MISSING', randomUUID())
    await rpcOutput(emulator, 'DisableKey', { KeyId: ids.get('DISABLED') ?? '' })
    await rpcOutput(emulator, 'ScheduleKeyDeletion', { KeyId: ids.get('PENDING') ?? '' })
  })

  afterAll(() => emulator.close())

  const fields = (key: string, more: Record<number, string | Uint8Array | undefined> = {}) => ({
    1: ids.get(key) ?? key,
    3: 'ECDSA_SHA_256',
    4: 'm',
    ...more,
  })
  const why = (text: string) => `Rejected.UnsupportedOperation: ${text}`
  const wrong = (text: string) => `The specified parameter is not valid. ${text}`
  const lacks = (name: string) => `Parameter ${name} does not exist in http header or body.`

  test.each<[string, string, () => Record<number, string | Uint8Array | undefined>, number, string, string]>([
    ['no key', 'Sign', () => fields(''), 400, 'MissingParameter', lacks('KeyId')],
    ['no message', 'Sign', () => fields('ENABLED', { 4: '' }), 400, 'MissingParameter', lacks('Message')],
    [
      'a message in the old field alone',
      'Sign',
      () => fields('ENABLED', { 2: Buffer.alloc(32), 4: '' }),
      400,
      'MissingParameter',
      lacks('Message'),
    ],
    [
      'no signature',
      'Verify',
      () => ({ 1: ids.get('ENABLED'), 5: 'm' }),
      400,
      'MissingParameter',
      lacks('Signature'),
    ],
    [
      'an unknown key',
      'Sign',
      () => fields('MISSING'),
      404,
      'Forbidden.KeyNotFound',
      'The specified Key is not found.',
    ],
    [
      'an unknown alias',
      'Sign',
      () => fields('alias/none'),
      404,
      'Forbidden.AliasNotFound',
      'The specified Alias is not found.',
    ],
    [
      'a key that Alibaba Cloud cannot have',
      'Sign',
      () => fields('P384'),
      404,
      'Forbidden.KeyNotFound',
      'The specified Key is not found.',
    ],
    [
      'a disabled key',
      'Sign',
      () => fields('DISABLED'),
      409,
      'Rejected.Disabled',
      'The request was rejected because the key state is Disabled.',
    ],
    [
      'a key that goes away',
      'GetPublicKey',
      () => ({ 1: ids.get('PENDING') }),
      409,
      'Rejected.PendingDeletion',
      'The request was rejected because the key state is PendingDeletion.',
    ],
    [
      'a symmetric key',
      'Sign',
      () => fields('SYMMETRIC'),
      400,
      'UnsupportedOperation',
      why('the key is for ENCRYPT/DECRYPT.'),
    ],
    [
      'an algorithm of other keys',
      'Sign',
      () => fields('ENABLED', { 3: 'SM2DSA' }),
      400,
      'UnsupportedOperation',
      why('a key of EC_P256 has no algorithm "SM2DSA".'),
    ],
    [
      'a name for encryption, as in an example of the documentation',
      'Sign',
      () => fields('ENABLED', { 3: 'RSAES_OAEP_SHA_256' }),
      400,
      'UnsupportedOperation',
      why('a key of EC_P256 has no algorithm "RSAES_OAEP_SHA_256".'),
    ],
    [
      'an unknown form of the message',
      'Sign',
      () => fields('ENABLED', { 5: 'HASH' }),
      400,
      'InvalidParameter',
      wrong('MessageType should be RAW or DIGEST.'),
    ],
    ...[31, 33].map(
      (length) =>
        [
          `a digest of ${length} bytes`,
          'Sign',
          () => fields('ENABLED', { 4: Buffer.alloc(length), 5: 'DIGEST' }),
          400,
          'InvalidParameter',
          wrong('A digest should have 32 bytes.'),
        ] as [string, string, () => Record<number, string | Uint8Array>, number, string, string],
    ),
  ])('is %s', async (...[_what, name, fieldsOf, status, code, message]) => {
    const error = errorOf(await instanceCall(emulator, name, encode(fieldsOf())))
    expect(error).toMatchObject({ status, statusCode: status, code, message, requestId: REQUEST_ID })
  })

  test('is a version that the key has not', async () => {
    const more = { 'x-kms-migrationkeyversionid': randomUUID() }
    const error = errorOf(await instanceCall(emulator, 'Sign', encode(fields('ENABLED')), more))
    expect(error).toMatchObject({ status: 404, code: 'Forbidden.KeyVersionNotFound' })
  })

  test('is a body of more than 3 MiB', async () => {
    const body = encode({ 4: Buffer.alloc(3 * 1024 * 1024) })
    const error = errorOf(await instanceCall(emulator, 'Sign', body))
    expect(error).toEqual({
      status: 413,
      contentType: 'application/x-protobuf',
      statusCode: 413,
      code: 'RequestEntityTooLarge',
      message: 'The body is longer than 3145728 bytes.',
      requestId: REQUEST_ID,
    })
  })

  test('is a body that is no protobuf', async () => {
    const error = errorOf(await instanceCall(emulator, 'Sign', Buffer.from('0aff', 'hex')))
    expect(error).toMatchObject({
      status: 400,
      code: 'InvalidParameter',
      message: 'The specified parameter is not valid.',
    })
  })

  test('is never a failure of the emulator itself, whatever is sent', async () => {
    const lines: string[] = []
    const open = await start({ auth: 'none', notify: (line) => lines.push(line) })
    const { KeyId } = await rpcKey(open, 'EC_P256')
    lines.length = 0
    const content = fc.oneof(
      fc.constantFrom('KEY', 'ECDSA_SHA_256', 'DIGEST', 'RAW'),
      fc.string(),
      fc.uint8Array({ maxLength: 70 }),
    )
    const written = fc
      .dictionary(fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '15'), content)
      .map((values) =>
        encode(
          Object.fromEntries(
            Object.entries(values).map(([name, value]) => [name, value === 'KEY' ? KeyId : value]),
          ),
        ),
      )
    const body = fc.oneof(written, fc.uint8Array({ maxLength: 60 }))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('Sign', 'Verify', 'GetPublicKey'), body, async (name, bytes) => {
        const headers = { 'x-kms-apiversion': 'dkms-gcs-0.2', 'x-kms-apiname': name }
        const { status } = await post(open.port, headers, bytes)
        expect([200, 400, 404, 409]).toContain(status)
      }),
      { numRuns: 500 },
    )
    expect(lines).toEqual([])
  })
})
