import { describe, expect, test } from '@jest/globals'
import type { Credential, Emulator } from '@signport/emulator'
import { http, start } from '../../support/emulator.js'
import { type Signing, signed } from '../../support/signer.js'

const NOW = new Date('2026-01-02T03:04:05.000Z')
const plain: Credential = { accessKeyId: 'AKIDPLAINPLAINPLAIN', secretAccessKey: 'a secret' }
const temporary: Credential = {
  accessKeyId: 'ASIATEMPORARYTEMPORARY',
  secretAccessKey: 'another secret',
  sessionToken: 'a token',
  expiration: new Date(NOW.getTime() + 1000),
}
const expired: Credential = {
  accessKeyId: 'ASIAEXPIREDEXPIRED',
  secretAccessKey: 'an old secret',
  sessionToken: 'an old token',
  expiration: NOW,
}

const startStrict = () => start({ credentials: [plain, temporary, expired], clock: () => NOW })

type Edit = (headers: Record<string, string>) => Record<string, string | undefined>

/** Signs a call of ListKeys, changes its headers, and sends it. */
async function send(emulator: Emulator, signing: Partial<Signing> = {}, edit: Edit = (headers) => headers) {
  const request = {
    method: 'POST',
    path: '/',
    headers: {
      host: `127.0.0.1:${emulator.port}`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.ListKeys',
    },
    body: '{}',
  }
  const edited = edit(await signed(request, { credential: plain, date: NOW, ...signing }))
  const headers = Object.fromEntries(Object.entries(edited).filter(([, value]) => value !== undefined))
  const { status, text } = await http(emulator.port, {
    headers: headers as Record<string, string>,
    body: '{}',
  })
  return { status, ...(JSON.parse(text) as { __type?: string; message?: string }) }
}

const minutes = (count: number, seconds = 0) => new Date(NOW.getTime() + (count * 60 + seconds) * 1000)
const inAuthorization =
  (search: string | RegExp, replacement: string): Edit =>
  ({ authorization = '', ...headers }) => ({
    ...headers,
    authorization: authorization.replace(search, replacement),
  })

const INVALID = 'InvalidSignatureException'
const INCOMPLETE = 'IncompleteSignatureException'
const UNRECOGNIZED = 'UnrecognizedClientException'
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
const INVALID_TOKEN = 'The security token included in the request is invalid.'

describe('a request', () => {
  test.each<[string, Partial<Signing>]>([
    ['signed now', {}],
    ['signed almost five minutes ago', { date: minutes(-5) }],
    ['signed five minutes ahead', { date: minutes(5) }],
    ['signed with temporary credentials', { credential: temporary }],
  ])('%s is answered', async (_what, signing) => {
    expect(await send(await startStrict(), signing)).toEqual({ status: 200, Keys: [], Truncated: false })
  })

  test.each<[string, string, string, Partial<Signing>, Edit?]>([
    [
      'without a signature',
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
      {},
      ({ authorization, ...rest }) => rest,
    ],
    [
      'of somebody unknown',
      UNRECOGNIZED,
      INVALID_TOKEN,
      { credential: { ...plain, accessKeyId: 'AKIDUNKNOWN' } },
    ],
    ['with another secret', INVALID, MISMATCH, { credential: { ...plain, secretAccessKey: 'guessed' } }],
    [
      'with another header than was signed',
      INVALID,
      MISMATCH,
      {},
      (headers) => ({ ...headers, 'content-type': 'text/plain' }),
    ],
    [
      'for another region',
      INVALID,
      "Credential should be scoped to a valid region, not 'eu-west-1'.",
      { region: 'eu-west-1' },
    ],
    [
      'for another service',
      INVALID,
      "Credential should be scoped to correct service: 'kms'.",
      { service: 's3' },
    ],
    [
      'that is stale',
      INVALID,
      'Signature expired: 20260102T025904Z is now earlier than 20260102T025905Z (20260102T030405Z - 5 min.)',
      { date: minutes(-5, -1) },
    ],
    [
      'from the future',
      INVALID,
      'Signature not yet current: 20260102T030906Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)',
      { date: minutes(5, 1) },
    ],
    [
      'of another day than its scope',
      INVALID,
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260101' != '20260102', from '20260102T030405Z'.",
      {},
      inAuthorization('/20260102/', '/20260101/'),
    ],
    [
      'whose host is not signed',
      INVALID,
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
      {},
      inAuthorization('host;', ''),
    ],
    [
      'whose operation is not signed',
      INVALID,
      "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
      {},
      inAuthorization(';x-amz-target', ''),
    ],
    [
      'whose time is not signed',
      INVALID,
      "'x-amz-date' must be a 'SignedHeader' in the AWS Authorization.",
      {},
      inAuthorization('x-amz-date;', ''),
    ],
    [
      'with an unsigned header',
      INVALID,
      "'x-amz-more' must be a 'SignedHeader' in the AWS Authorization.",
      {},
      (headers) => ({ ...headers, 'x-amz-more': '1' }),
    ],
    [
      'with a token that it should not have',
      UNRECOGNIZED,
      INVALID_TOKEN,
      { credential: { ...plain, sessionToken: 'a token' } },
    ],
    [
      'without its token',
      UNRECOGNIZED,
      INVALID_TOKEN,
      { credential: { ...plain, ...temporary, sessionToken: '' } },
    ],
    [
      'with another token',
      UNRECOGNIZED,
      INVALID_TOKEN,
      { credential: { ...temporary, sessionToken: 'other' } },
    ],
    [
      'with expired credentials',
      'ExpiredTokenException',
      'The security token included in the request is expired',
      { credential: expired },
    ],
    [
      'by another scheme',
      INCOMPLETE,
      'the header Authorization should begin with AWS4-HMAC-SHA256.',
      {},
      () => ({ 'x-amz-target': 'TrentService.Sign', authorization: 'Bearer token' }),
    ],
    [
      'without its signature proper',
      INCOMPLETE,
      "Authorization header requires 'Signature' parameter.",
      {},
      inAuthorization(/, Signature=.*/, ''),
    ],
    [
      'without its list of headers',
      INCOMPLETE,
      "Authorization header requires 'SignedHeaders' parameter.",
      {},
      inAuthorization(/SignedHeaders=[^,]*, /, ''),
    ],
    [
      'with half of a credential',
      INCOMPLETE,
      'Credential should be accessKeyId/yyyymmdd/region/service/aws4_request.',
      {},
      inAuthorization('/us-east-1', ''),
    ],
    [
      'without a time',
      INCOMPLETE,
      "Authorization header requires 'X-Amz-Date' header.",
      {},
      (headers) => ({ ...headers, 'x-amz-date': undefined }),
    ],
    [
      'with a time that is none',
      INCOMPLETE,
      "Date must be in ISO-8601 'basic format', such as 20260102T030405Z.",
      {},
      (headers) => ({ ...headers, 'x-amz-date': '20261302T030405Z' }),
    ],
  ])('%s is refused with %s', async (...[_what, __type, message, signing, edit]) => {
    expect(await send(await startStrict(), signing, edit)).toEqual({ status: 400, __type, message })
  })
})

test('without checks, a request needs no signature, and whoever runs the emulator is warned', async () => {
  const lines: string[] = []
  const emulator = await start({ auth: 'none', notify: (line) => lines.push(line) })
  const answer = await send(emulator, {}, ({ authorization, ...rest }) => rest)
  expect(answer).toMatchObject({ status: 200 })
  expect(lines).toEqual(['Requests are not checked: every program on this machine can use the keys.'])
})

test('credentials that nobody named are new in each emulator', async () => {
  const [one, other] = [await start(), await start()]
  expect(one.credentials[0]).toEqual({
    accessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
    secretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
  })
  expect(one.credentials[0].secretAccessKey).not.toBe(other.credentials[0].secretAccessKey)
})
