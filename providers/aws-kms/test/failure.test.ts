import { afterEach, describe, expect, test } from '@jest/globals'
import { type ProviderSignature, SigningError, type SigningErrorCode } from '@signport/core'
import fc from 'fast-check'
import { createAwsKmsProvider } from '../src/index.js'
import { failure } from './support/failure.js'
import { json, type Play, type Raw, type RawServer, startRawServer } from './support/raw-server.js'
import { CREDENTIALS, KEY_ARN, KEY_ID, signRequest } from './support/requests.js'
import { startTlsServer } from './support/tls-server.js'

let server: RawServer | undefined
afterEach(() => server?.close())

const MESSAGE = Buffer.from('what nobody else may read, in 40 characters and more')

async function startServer(play: Play): Promise<RawServer> {
  server = await startRawServer(play)
  return server
}

const providerAt = (endpoint: string) =>
  createAwsKmsProvider({ region: 'us-east-1', endpoint, credentials: CREDENTIALS })

async function signAgainst(play: Play) {
  const provider = providerAt((await startServer(play)).url)
  try {
    return await provider.sign(signRequest(MESSAGE), {})
  } finally {
    await provider.close?.()
  }
}

/** What an error says besides its text. */
interface Expected {
  readonly code: SigningErrorCode
  readonly retryable?: boolean
  readonly providerCode?: string | undefined
  readonly requestId?: string | undefined
  readonly retryAfterMs?: number | undefined
}

async function expectFailure(play: Play, expected: Expected, text: string): Promise<void> {
  const error = await failure(() => signAgainst(play))
  const { code, retryable, providerCode, requestId, retryAfterMs } = error
  expect({ code, retryable, providerCode, requestId, retryAfterMs }).toEqual({
    retryable: false,
    ...expected,
  })
  expect(error.message).toContain(text)
  expect(error.keyId ?? KEY_ID).toBe(KEY_ID)
  expect(error.cause).toBeUndefined()
}

describe('what the service refuses', () => {
  const denied = { code: 'AccessDenied', providerCode: 'AccessDeniedException' } as const
  const throttled = { code: 'Throttled', retryable: true, providerCode: 'ThrottlingException' } as const
  test.each<[string, ReturnType<typeof json>, Expected, string]>([
    [
      'by a bare type',
      json(400, { __type: 'AccessDeniedException', message: 'No.' }),
      denied,
      'AccessDeniedException: No (permit',
    ],
    [
      'by a type with a namespace and a message with a capital',
      json(400, { __type: 'com.amazonaws.kms#AccessDeniedException', Message: 'No.' }),
      denied,
      'AccessDeniedException: No (permit',
    ],
    [
      'by a type with an address behind it',
      json(400, { __type: 'AccessDeniedException:http://internal.amazon.com/coral/' }),
      denied,
      'AccessDeniedException (permit',
    ],
    ['by a code in the body', json(400, { code: 'AccessDeniedException' }), denied, 'AccessDeniedException'],
    [
      'by a header alone',
      { status: 400, headers: { 'x-amzn-errortype': 'AccessDeniedException:http://x/' } },
      denied,
      'AccessDeniedException (permit',
    ],
    [
      'with the identifier of the request',
      json(400, { __type: 'AccessDeniedException' }, { 'x-amzn-requestid': 'request-1' }),
      { ...denied, requestId: 'request-1' },
      '',
    ],
    [
      'for now, with the time to wait in seconds',
      json(400, { __type: 'ThrottlingException' }, { 'retry-after': '2' }),
      { ...throttled, retryAfterMs: 2000 },
      '',
    ],
    [
      'for now, with the time to wait as a date that is over',
      json(400, { __type: 'ThrottlingException' }, { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }),
      { ...throttled, retryAfterMs: 0 },
      '',
    ],
    [
      'for now, with a time to wait that is none',
      json(400, { __type: 'ThrottlingException' }, { 'retry-after': 'soon' }),
      throttled,
      '',
    ],
    [
      'by its own code, whatever the status',
      json(400, { __type: 'KMSInternalException' }),
      { code: 'Internal', retryable: true, providerCode: 'KMSInternalException' },
      '',
    ],
    [
      'because credentials ran out that nothing replaces',
      json(400, { __type: 'ExpiredTokenException' }),
      { code: 'Unauthenticated', providerCode: 'ExpiredTokenException' },
      '',
    ],
    [
      'although the status says that all went well',
      json(200, { __type: 'AccessDeniedException', message: 'No.' }, { 'retry-after': '1' }),
      { ...denied, retryAfterMs: 1000 },
      'AccessDeniedException: No (permit',
    ],
    [
      'by a header alone, although the status says that all went well',
      { status: 200, headers: { 'x-amzn-errortype': 'AccessDeniedException' } },
      denied,
      '',
    ],
    [
      'because the region is wrong',
      json(400, {
        __type: 'InvalidSignatureException',
        message: "Credential should be scoped to a valid region, not 'eu-west-1'. ",
      }),
      { code: 'Configuration', providerCode: 'InvalidSignatureException' },
      '(check the region: ',
    ],
    [
      'by a code that is a name of JavaScript',
      json(400, { __type: '__proto__', message: 'M' }),
      { code: 'Internal', providerCode: '__proto__' },
      '',
    ],
    [
      'by another one, with a message that is no text',
      json(400, { __type: 'constructor', message: { a: 1 } }),
      { code: 'Internal', providerCode: 'constructor' },
      'ab: constructor.',
    ],
  ])('%s', (_, raw, expected, text) => expectFailure(() => raw, expected, text))
})

describe('an answer that is none', () => {
  const invalid = { code: 'InvalidResponse' } as const
  const unavailable = { code: 'Unavailable', retryable: true } as const
  const signature = (Signature: unknown) => json(200, { KeyId: KEY_ARN, Signature })
  test.each<[string, ReturnType<typeof json>, Expected, string]>([
    ['a page with the status 200', { body: '<html>Welcome</html>' }, invalid, 'is not an answer of KMS'],
    ['a page of a gateway', { status: 502, body: '<html>Bad gateway</html>' }, unavailable, 'HTTP 502'],
    [
      'a text with 503',
      { status: 503, body: 'later', headers: { 'retry-after': '1' } },
      { ...unavailable, retryAfterMs: 1000 },
      '',
    ],
    ['a text with 404', { status: 404, body: 'Page not found' }, invalid, 'HTTP 404'],
    ['nothing with 500', { status: 500 }, { code: 'Internal', retryable: true }, 'HTTP 500'],
    ['nothing with 429', { status: 429 }, { code: 'Throttled', retryable: true }, 'HTTP 429'],
    ['nothing with 413', { status: 413 }, { code: 'MessageTooLarge' }, 'HTTP 413'],
    ['nothing with 400', { status: 400 }, invalid, 'HTTP 400'],
    ['null with 400', { status: 400, body: 'null' }, invalid, 'HTTP 400'],
    ['nothing with 200', { status: 200 }, invalid, 'without Signature'],
    ['null', { body: 'null' }, invalid, 'without Signature'],
    ['a list', { body: '[]' }, invalid, 'without Signature'],
    ['half of an object', { body: '{"Signature":"AA' }, invalid, 'is not an answer of KMS'],
    [
      'an algorithm that is a number',
      json(200, { Signature: 'AAAA', SigningAlgorithm: 5 }),
      invalid,
      'than text for SigningAlgorithm',
    ],
    [
      'a key id that is a list',
      json(200, { KeyId: ['a'], Signature: 'AAAA' }),
      invalid,
      'than text for KeyId',
    ],
    ['a signature that is empty', signature(''), invalid, 'without Signature'],
    ['a signature that is a number', signature(5), invalid, 'without Signature'],
    ['a signature that is a list', signature([1, 2]), invalid, 'without Signature'],
    ['a signature that is not base64', signature('***'), invalid, 'is not an answer of KMS'],
    [
      'one of another key',
      json(200, { KeyId: KEY_ARN.replace('1234abcd', '00000000'), Signature: 'AAAA' }),
      { code: 'KeyMismatch' },
      'answered for the key arn:',
    ],
    [
      'one that is longer than any',
      { body: Buffer.alloc(256 * 1024 + 1, ' ') },
      invalid,
      'more than any answer can have',
    ],
    [
      'a refusal that is longer than any',
      json(400, { message: 'x'.repeat(256 * 1024) }),
      invalid,
      'more than any',
    ],
    [
      'a redirection',
      { status: 307, headers: { location: 'https://elsewhere.example/x' } },
      { code: 'Configuration' },
      'redirects to elsewhere.example',
    ],
    ['a redirection to nowhere', { status: 301 }, { code: 'Configuration' }, 'redirects somewhere, '],
  ])('%s', (_, raw, expected, text) => expectFailure(() => raw, expected, text))

  test('an answer without end is left after its first 256 KiB, and its connection with it', async () => {
    let left = () => {}
    const gone = new Promise<void>((resolve) => {
      left = resolve
    })
    const { url } = await startServer((_, response) => {
      response.once('close', left)
      const more = () => response.destroyed || response.write(Buffer.alloc(64 * 1024, ' '), more)
      more()
      return undefined
    })
    const error = await failure(() => providerAt(url).sign(signRequest(MESSAGE), {}), 'InvalidResponse')
    expect(error.message).toContain('more than any answer can have')
    // Nobody closed the provider: a connection that is still open would keep this test waiting.
    await gone
  })

  test('an answer of exactly 256 KiB is read', async () => {
    const head = JSON.stringify({ KeyId: KEY_ARN, Signature: 'AAAA', SigningAlgorithm: 'ECDSA_SHA_256' })
    const body = head + ' '.repeat(256 * 1024 - head.length)
    expect(await signAgainst(() => ({ body }))).toEqual({
      bytes: new Uint8Array(3),
      keyId: KEY_ARN,
      wireName: 'ECDSA_SHA_256',
    })
  })
})

describe('a connection', () => {
  const unavailable = { code: 'Unavailable', retryable: true } as const
  test('that ends before the answer', () =>
    expectFailure(({ socket }) => void socket.destroy(), unavailable, 'ECONNRESET'))

  test('that ends within the answer', () =>
    expectFailure(
      (_, response) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('{"Sig', () => response.destroy())
        return undefined
      },
      unavailable,
      'ECONNRESET',
    ))

  test('that speaks something else than HTTP', () =>
    expectFailure(
      ({ socket }) => void socket.end('220 mail\r\n\r\n'),
      { code: 'InvalidResponse' },
      'not HTTP',
    ))

  test.each([
    ['nobody listens to', 'http://127.0.0.1:1', 'ECONNREFUSED'],
    ['has a name that does not exist', 'https://kms.signport.invalid', '(ENOTFOUND|EAI_AGAIN)'],
  ])('that %s', async (_, endpoint, code) => {
    const error = await failure(() => providerAt(endpoint).sign(signRequest(MESSAGE), {}), 'Unavailable')
    expect(error.retryable).toBe(true)
    expect(error.message).toMatch(new RegExp(code))
  })

  test('that is TLS with a certificate that nobody vouches for', async () => {
    const stranger = await startTlsServer()
    const error = await failure(
      () => providerAt(stranger.url).sign(signRequest(MESSAGE), {}),
      'Configuration',
    )
    expect(error.message).toContain('is not to be trusted for the key')
    expect(error.message).toContain('DEPTH_ZERO_SELF_SIGNED_CERT')
    expect(error.retryable).toBe(false)
    await stranger.close()
  })

  test('that should be TLS and is not', async () => {
    const { url } = await startServer(() => ({}))
    const provider = providerAt(url.replace('http:', 'https:'))
    const error = await failure(() => provider.sign(signRequest(MESSAGE), {}), 'Configuration')
    expect(error.message).toMatch(/speaks no TLS: (EPROTO|ERR_SSL_\w+)\./)
  })
})

test('whatever a server answers, a call ends with a signature of at least one byte or with a SigningError', async () => {
  let raw: Raw = {}
  const provider = providerAt((await startServer(() => raw)).url)
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('AAAA', KEY_ARN, 'NotFoundException', '__proto__', 'a#b:c'),
  )
  const members = fc.constantFrom(
    '__type',
    'code',
    'message',
    'Message',
    'KeyId',
    'Signature',
    'name',
    'stack',
  )
  const object = fc.dictionary(members, fc.oneof(text, fc.jsonValue()))
  const answer = fc.record({
    status: fc.constantFrom(200, 200, 200, 204, 302, 400, 404, 429, 500, 503),
    headers: fc.dictionary(
      fc.constantFrom('x-amzn-errortype', 'x-amzn-requestid', 'retry-after', 'location', 'content-type'),
      fc.stringMatching(/^[!-~]{0,40}$/),
    ),
    body: fc.oneof(
      object.map((value) => JSON.stringify(value)),
      fc.json(),
      fc.string(),
    ),
  })
  await fc.assert(
    fc.asyncProperty(answer, async (given) => {
      raw = given
      const outcome = await provider.sign(signRequest(MESSAGE), {}).catch((error: unknown) => error)
      if (SigningError.is(outcome)) return expect(outcome.message).not.toContain('\n')
      expect(given.status).toBe(200)
      expect((outcome as ProviderSignature).bytes).toBeInstanceOf(Uint8Array)
      expect((outcome as ProviderSignature).bytes.length).toBeGreaterThan(0)
    }),
    { numRuns: 300 },
  )
  await provider.close?.()
})
