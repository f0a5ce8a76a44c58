import { createHash, createHmac, randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { headerSignatureOf, parseHeaderSignature } from '../../../src/planes/alibaba-rpc/header-signature.js'
import { http, start } from '../../support/emulator.js'

const NOW = new Date('2026-01-02T03:04:05.000Z')
const credential = {
  accessKeyId: 'STS.TEMPORARYTEMPORARY',
  secretAccessKey: 'a secret',
  sessionToken: 'a token/+=',
}
const startStrict = () => start({ credentials: [credential], clock: () => NOW })

test('what the vendor has signed is right', () => {
  // A request of alibabacloud_kms20160120 3.3.1 for Python to a server on the way, with credentials made for it.
  const headers: [string, string][] = [
    ['Accept-Encoding', 'identity'],
    ['host', '127.0.0.1:45999'],
    ['x-acs-version', '2016-01-20'],
    ['x-acs-action', 'CreateKey'],
    ['user-agent', 'AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2'],
    ['x-acs-date', '2026-11-22T01:30:47Z'],
    ['x-acs-signature-nonce', '660924175c0d0eb164e4d1a1fb533562'],
    ['accept', 'application/json'],
    ['x-acs-content-sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['x-acs-credentials-provider', 'static_ak'],
  ]
  const { signedHeaders, signature } = parseHeaderSignature(
    'ACS3-HMAC-SHA256 Credential=AKIAOTQ2R4PCMUUIQL4C,SignedHeaders=accept;host;user-agent;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=b77bce684e9a21f56e2e5c3e5781fc7e1bd88bb77de2d6192139a96f8aa7fcbc',
  )
  const target = '/?KeySpec=EC_P256&KeyUsage=SIGN%2FVERIFY'
  const request = { method: 'POST', target, headers, body: Buffer.alloc(0) }
  expect(headerSignatureOf(request, signedHeaders, 'TGBtHysLYVUNfKNm9vtbNEvYiOYfO0VZzGvxG6pG')).toBe(
    signature,
  )
})

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex')

const nameOf = (parameter: string) => parameter.split('=', 1)[0] ?? ''

/** Signs as the documentation says ("V3 request body and signature mechanism"), written down for the test. */
function signed(
  query: string,
  { date = NOW, secret = credential.secretAccessKey, method = 'POST', body = '' } = {},
) {
  const headers: Record<string, string> = {
    'x-acs-action': 'ListKeys',
    'x-acs-version': '2016-01-20',
    'x-acs-date': date.toISOString().replace(/\.\d{3}/, ''),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-content-sha256': sha256(body),
    'x-acs-security-token': credential.sessionToken,
  }
  return (host: string) => {
    const all = Object.entries({ ...headers, host }).sort(([a], [b]) => (a < b ? -1 : 1))
    const names = all.map(([name]) => name).join(';')
    const sorted = query
      .split('&')
      .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
      .join('&')
    const lines = all.map(([name, value]) => `${name}:${value}\n`).join('')
    const text = `ACS3-HMAC-SHA256\n${sha256([method, '/', sorted, lines, names, sha256(body)].join('\n'))}`
    const signature = createHmac('sha256', secret).update(text).digest('hex')
    const authorization = `ACS3-HMAC-SHA256 Credential=${credential.accessKeyId},SignedHeaders=${names},Signature=${signature}`
    return { ...headers, authorization }
  }
}

async function answerTo(query: string, headersOf: (host: string) => Record<string, string>, method = 'POST') {
  const { port } = await startStrict()
  const headers = headersOf(`127.0.0.1:${port}`)
  const { status, text } = await http(port, { method, path: `/?${query}`, headers })
  return { status, ...(JSON.parse(text) as { Code?: string }) }
}

describe('a request that is signed in its headers', () => {
  test.each([
    ['with parameters', 'PageSize=10&PageNumber=1', {}],
    ['by GET', 'PageSize=10', { method: 'GET' }],
    ['with encoded characters', 'More=a%20b%2F%C3%A4~&PageSize=10', {}],
    ['fifteen minutes ago', 'PageSize=10', { date: new Date(NOW.getTime() - 15 * 60_000) }],
  ])('%s is answered', async (_, query, how) => {
    expect(await answerTo(query, signed(query, how), 'method' in how ? how.method : 'POST')).toMatchObject({
      status: 200,
      TotalCount: 0,
    })
  })

  test.each([
    ['a space as a plus sign', 'More=a+b', 'More=a%20b'],
    ['characters that it need not have left', "More=(*)!'", 'More=%28%2A%29%21%27'],
    ['characters that it need not have encoded', 'More=%61%7E', 'More=a~'],
    ['a name without an equals sign', 'More', 'More='],
    ['a question mark as it is', 'More=a?b', 'More=a%3Fb'],
    ['an equals sign as it is', 'More=a=b', 'More=a%3Db'],
    ['a name that begins like another', 'More.1=a&More=b', 'More=b&More.1=a'],
  ])('may have %s in it', async (_, sent, signedAs) => {
    expect(await answerTo(sent, signed(signedAs))).toMatchObject({ status: 200, TotalCount: 0 })
  })

  const query = 'PageSize=10'
  const changed = (change: Record<string, string | undefined>) => (host: string) => {
    const entries = Object.entries({ ...signed(query)(host), ...change })
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined))
  }

  test.each<[string, (host: string) => Record<string, string>, string]>([
    ['by another secret', signed(query, { secret: 'another' }), 'IncompleteSignature'],
    [
      'sixteen minutes ago',
      signed(query, { date: new Date(NOW.getTime() - 16 * 60_000) }),
      'InvalidTimeStamp.Expired',
    ],
    ['for another operation', changed({ 'x-acs-action': 'CreateKey' }), 'IncompleteSignature'],
    ['for another body', changed({ 'x-acs-content-sha256': sha256('x') }), 'IncompleteSignature'],
    ['with another token', changed({ 'x-acs-security-token': 'x' }), 'IncompleteSignature'],
    ['with a header that nobody signed', changed({ 'x-acs-more': 'x' }), 'IncompleteSignature'],
    ['without a date', changed({ 'x-acs-date': undefined }), 'IllegalTimestamp'],
    [
      'by somebody unknown',
      (host) => {
        const headers = signed(query)(host)
        return { ...headers, authorization: headers.authorization.replace('STS.', 'LTAI') }
      },
      'InvalidAccessKeyId.NotFound',
    ],
    [
      'in a header that is cut short',
      changed({ authorization: 'ACS3-HMAC-SHA256 Credential=x' }),
      'IncompleteSignature',
    ],
  ])('%s is refused', async (_, headersOf, Code) => {
    expect(await answerTo(query, headersOf)).toMatchObject({ Code })
  })

  test.each([
    ['another query', 'PageSize=11', query],
    ['the part of a query before a question mark', 'More=a?&PageSize=11', 'More=a'],
    ['the part of a query before a number sign', 'More=a%23&PageSize=11', 'More=a'],
  ])('for %s is refused', async (_, sent, signedAs) => {
    expect(await answerTo(sent, signed(signedAs))).toMatchObject({ Code: 'IncompleteSignature' })
  })

  test('is let in once', async () => {
    const emulator = await startStrict()
    const headers = signed(query)(`127.0.0.1:${emulator.port}`)
    const send = async () => JSON.parse((await http(emulator.port, { path: `/?${query}`, headers })).text)
    expect(await send()).toMatchObject({ TotalCount: 0 })
    expect(await send()).toMatchObject({ Code: 'SignatureNonceUsed' })
  })
})

test('an Authorization of any text is read or refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => parseHeaderSignature(text)).toThrow('ACS3-HMAC-SHA256 Credential=')
    }),
  )
})
