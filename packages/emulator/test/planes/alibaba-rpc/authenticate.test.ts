import { describe, expect, test } from '@jest/globals'
import type { Credential, Emulator } from '@signport/emulator'
import { type Signing, send, sendForm, signatureOf, signed } from '../../support/alibaba-rpc.js'
import { http, start } from '../../support/emulator.js'

const NOW = new Date('2026-01-02T03:04:05.000Z')
const plain: Credential = { accessKeyId: 'LTAIPLAINPLAINPLAIN', secretAccessKey: 'a secret' }
const temporary: Credential = {
  accessKeyId: 'STS.TEMPORARYTEMPORARY',
  secretAccessKey: 'another secret',
  sessionToken: 'a token/+=',
  expiration: new Date(NOW.getTime() + 1000),
}
const expired: Credential = {
  accessKeyId: 'STS.EXPIREDEXPIRED',
  secretAccessKey: 'an old secret',
  sessionToken: 'an old token',
  expiration: NOW,
}

const startStrict = (clock = () => NOW) => start({ credentials: [plain, temporary, expired], clock })
const minutes = (count: number, seconds = 0) => new Date(NOW.getTime() + (count * 60 + seconds) * 1000)

type Parameters = Record<string, string>
const without =
  (name: string) =>
  ({ [name]: _gone, ...rest }: Parameters): Parameters =>
    rest

async function call(
  emulator: Emulator,
  signing: Partial<Signing> = {},
  more: Parameters = {},
  edit: (parameters: Parameters) => Parameters = (parameters) => parameters,
) {
  const parameters = signed({ Action: 'ListKeys', ...more }, { credential: plain, date: NOW, ...signing })
  const { status, text } = await send(emulator, edit(parameters), signing.method)
  return { status, ...(JSON.parse(text) as { Code?: string; Message?: string }) }
}

test('the string to sign is that of the documentation', () => {
  // The example of the page "Signature" of Alibaba Cloud KMS's API reference, which hides the end of its request's
  // signature. What it says of the steps before ends in another signature, that nobody gets.
  const parameters = {
    Action: 'CreateKey',
    SignatureVersion: '1.0',
    Format: 'json',
    Version: '2016-01-20',
    AccessKeyId: 'testid',
    SignatureMethod: 'HMAC-SHA1',
    Timestamp: '2016-03-28T03:13:08Z',
  }
  expect(signatureOf('GET', parameters, 'testsecret')).toMatch(/^41wk2SSX1GJh7fwnc5eqOfiJPF.=$/)
})

describe('a request', () => {
  test.each<[string, Partial<Signing>, Parameters?]>([
    ['signed now', {}],
    ['by GET', { method: 'GET' }],
    ['signed fifteen minutes ago', { date: minutes(-15) }],
    ['signed fifteen minutes ahead', { date: minutes(15) }],
    ['signed with temporary credentials', { credential: temporary }],
    ['with a parameter of all kinds of characters', {}, { More: "ä €😀 !'()*~-._+/=&%" }],
    ['without a nonce', {}, { SignatureNonce: '' }],
  ])('%s is answered', async (...[_what, signing, more]) => {
    expect(await call(await startStrict(), signing, more)).toMatchObject({ status: 200, TotalCount: 0 })
  })

  test('may have its parameters in a form', async () => {
    const parameters = signed({ Action: 'ListKeys', More: 'a b+c' }, { credential: plain, date: NOW })
    expect(await sendForm(await startStrict(), parameters)).toMatchObject({ status: 200 })
  })

  test('may have some of its parameters in a form', async () => {
    const { Action = '', ...rest } = signed({ Action: 'ListKeys' }, { credential: plain, date: NOW })
    const { port } = await startStrict()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const body = new URLSearchParams(rest).toString()
    expect(await http(port, { path: `/?Action=${Action}`, headers, body })).toMatchObject({ status: 200 })
  })

  const NOT_FOUND = 'The AccessKey ID provided does not exist in our records.'
  const INCOMPLETE = 'The request signature does not conform to Alibaba Cloud standards.'
  const missing = (name: string) => `The parameter "${name}" is needed but not provided.`

  test.each<
    [string, number, string, string, Partial<Signing>, Parameters?, ((all: Parameters) => Parameters)?]
  >([
    ['without a signature', 400, 'MissingParameter', missing('Signature'), {}, {}, without('Signature')],
    ['of nobody', 400, 'MissingParameter', missing('AccessKeyId'), {}, {}, without('AccessKeyId')],
    ['without a method', 400, 'MissingParameter', missing('SignatureMethod'), {}, { SignatureMethod: '' }],
    ['without a version', 400, 'MissingParameter', missing('SignatureVersion'), {}, { SignatureVersion: '' }],
    [
      'signed in another way',
      400,
      'InvalidParameter',
      'The specified parameter "SignatureMethod" is not valid. It should be one of HMAC-SHA1.',
      {},
      { SignatureMethod: 'HMAC-SHA256' },
    ],
    [
      'of another version',
      400,
      'InvalidParameter',
      'The specified parameter "SignatureVersion" is not valid. It should be one of 1.0.',
      {},
      { SignatureVersion: '2.0' },
    ],
    [
      'of somebody unknown',
      404,
      'InvalidAccessKeyId.NotFound',
      NOT_FOUND,
      { credential: { ...plain, accessKeyId: 'LTAIUNKNOWNUNKNOWN' } },
    ],
    [
      'with another secret',
      400,
      'IncompleteSignature',
      INCOMPLETE,
      { credential: { ...plain, secretAccessKey: 'guessed' } },
    ],
    [
      'with another parameter than was signed',
      400,
      'IncompleteSignature',
      INCOMPLETE,
      {},
      {},
      (all) => ({ ...all, PageSize: '5' }),
    ],
    [
      'without a parameter that was signed',
      400,
      'IncompleteSignature',
      INCOMPLETE,
      {},
      { PageSize: '5' },
      without('PageSize'),
    ],
    [
      'without a time',
      400,
      'IllegalTimestamp',
      'The input parameter "Timestamp" that is mandatory for processing this request is not supplied.',
      {},
      { Timestamp: '' },
    ],
    [
      'with a time that is none',
      400,
      'IllegalTimestamp',
      'The input parameter "Timestamp" should be a time in UTC such as 2026-01-02T03:04:05Z.',
      {},
      { Timestamp: '2026-13-02T03:04:05Z' },
    ],
    [
      'with a time of another form',
      400,
      'IllegalTimestamp',
      'The input parameter "Timestamp" should be a time in UTC such as 2026-01-02T03:04:05Z.',
      {},
      { Timestamp: '2026-01-02T03:04:05+00:00' },
    ],
    [
      'that is stale',
      400,
      'InvalidTimeStamp.Expired',
      'Specified time stamp or date value is expired.',
      { date: minutes(-15, -1) },
    ],
    [
      'from the future',
      400,
      'InvalidTimeStamp.Expired',
      'Specified time stamp or date value is expired.',
      { date: minutes(15, 1) },
    ],
    [
      'without its token',
      404,
      'InvalidAccessKeyId.NotFound',
      NOT_FOUND,
      { credential: temporary },
      { SecurityToken: '' },
    ],
    [
      'with another token',
      404,
      'InvalidAccessKeyId.NotFound',
      NOT_FOUND,
      { credential: { ...temporary, sessionToken: 'x' } },
    ],
    [
      'with a token that it should not have',
      404,
      'InvalidAccessKeyId.NotFound',
      NOT_FOUND,
      { credential: { ...plain, sessionToken: 'x' } },
    ],
    ['with expired credentials', 404, 'InvalidAccessKeyId.NotFound', NOT_FOUND, { credential: expired }],
  ])('%s is refused with %i %s', async (...[_what, status, Code, Message, signing, more, edit]) => {
    expect(await call(await startStrict(), signing, more, edit)).toMatchObject({ status, Code, Message })
  })
})

describe('a nonce', () => {
  test('is used once', async () => {
    let now = NOW
    const emulator = await startStrict(() => now)
    const once = (date: Date, credential = plain) =>
      call(emulator, { date, credential }, { SignatureNonce: 'the same' })
    expect(await once(NOW)).toMatchObject({ status: 200 })
    const used = {
      status: 400,
      Code: 'SignatureNonceUsed',
      Message: 'Specified signature nonce was used already.',
    }
    expect(await once(NOW)).toMatchObject(used)
    expect(await once(NOW, temporary)).toMatchObject({ status: 200 })
    now = minutes(15)
    expect(await once(now)).toMatchObject(used)
    now = minutes(15, 1)
    expect(await once(now)).toMatchObject({ status: 200 })
  })

  test('is remembered as long as its request could come again', async () => {
    let now = NOW
    const emulator = await startStrict(() => now)
    const again = () => call(emulator, { date: minutes(15) }, { SignatureNonce: 'ahead' })
    expect(await again()).toMatchObject({ status: 200 })
    now = minutes(30)
    expect(await again()).toMatchObject({ Code: 'SignatureNonceUsed' })
    now = minutes(30, 1)
    expect(await again()).toMatchObject({ Code: 'InvalidTimeStamp.Expired' })
  })

  test('is not used up by a request that is refused', async () => {
    const emulator = await startStrict()
    const nonce = { SignatureNonce: 'wasted' }
    const wrong = { credential: { ...plain, secretAccessKey: 'guessed' } }
    expect(await call(emulator, wrong, nonce)).toMatchObject({ Code: 'IncompleteSignature' })
    expect(await call(emulator, {}, nonce)).toMatchObject({ status: 200 })
  })
})

test('without checks, a request needs no signature', async () => {
  const emulator = await start({ auth: 'none' })
  const answer = await send(emulator, { Action: 'ListKeys', Version: '2016-01-20' })
  expect(answer).toMatchObject({ status: 200 })
})
