import { describe, expect, test } from '@jest/globals'
import type { HttpAnswer } from '@signport/core/http'
import fc from 'fast-check'
import type { Members } from '../src/protocol/index.js'
import { bytesMember, readWireAnswer, textMember } from '../src/wire-answer.js'
import { failureOf } from './support/failure.js'

const QUESTION = {
  url: new URL('https://kms.example.com/'),
  keyId: 'alias/k',
  credentials: [],
  secrets: () => [],
}

const rawAnswer = (
  status: number,
  body: string | undefined,
  headers: Record<string, string> = {},
): HttpAnswer => ({
  status,
  headers,
  body: body === undefined ? undefined : Buffer.from(body),
})

const read = (status: number, body: string | undefined, headers?: Record<string, string>) =>
  readWireAnswer(rawAnswer(status, body, headers), QUESTION)

const error = (members: object) => JSON.stringify(members)

/** Status, body and headers; the code of the service; the code here; whether it may pass. */
type Refused = [string, number, string, Record<string, string>, string | undefined, string, boolean]

describe('a refusal', () => {
  test.each<Refused>([
    [
      'a bare name',
      400,
      error({ __type: 'NotFoundException' }),
      {},
      'NotFoundException',
      'KeyNotFound',
      false,
    ],
    [
      'a namespace',
      400,
      error({ __type: 'com.amazonaws.kms#DisabledException' }),
      {},
      'DisabledException',
      'KeyDisabled',
      false,
    ],
    [
      'a URL behind',
      400,
      error({ __type: 'NotFoundException:http://x/y' }),
      {},
      'NotFoundException',
      'KeyNotFound',
      false,
    ],
    [
      'a list',
      400,
      error({ __type: 'a#NotFoundException,b#Other' }),
      {},
      'NotFoundException',
      'KeyNotFound',
      false,
    ],
    [
      'all of them',
      400,
      error({ __type: 'a.b#NotFoundException:http://x/#y' }),
      {},
      'NotFoundException',
      'KeyNotFound',
      false,
    ],
    [
      'code',
      400,
      error({ code: 'AccessDeniedException' }),
      {},
      'AccessDeniedException',
      'AccessDenied',
      false,
    ],
    [
      'Code',
      400,
      error({ Code: 'AccessDeniedException' }),
      {},
      'AccessDeniedException',
      'AccessDenied',
      false,
    ],
    [
      'CODE',
      400,
      error({ CODE: 'x#AccessDeniedException' }),
      {},
      'AccessDeniedException',
      'AccessDenied',
      false,
    ],
    [
      'the header',
      400,
      '{}',
      { 'x-amzn-errortype': 'KMSInvalidStateException:http://x/' },
      'KMSInvalidStateException',
      'InvalidKeyState',
      false,
    ],
    [
      'the header without a body',
      400,
      '',
      { 'x-amzn-errortype': 'NotFoundException' },
      'NotFoundException',
      'KeyNotFound',
      false,
    ],
    [
      '__type before code and header',
      400,
      error({ code: 'B', __type: 'NotFoundException' }),
      { 'x-amzn-errortype': 'C' },
      'NotFoundException',
      'KeyNotFound',
      false,
    ],
    [
      'a __type that is no text',
      400,
      error({ __type: 7, code: 'NotFoundException' }),
      {},
      'NotFoundException',
      'KeyNotFound',
      false,
    ],
    ['a code that is a number', 400, error({ code: 400 }), {}, undefined, 'InvalidResponse', false],
    [
      'a status that does not fit',
      500,
      error({ __type: 'NotFoundException' }),
      {},
      'NotFoundException',
      'KeyNotFound',
      false,
    ],
    [
      'the status of a success',
      200,
      error({ __type: 'NotFoundException', Message: 'm' }),
      {},
      'NotFoundException',
      'KeyNotFound',
      false,
    ],
    [
      'a header and the status of a success',
      200,
      '',
      { 'x-amzn-errortype': 'ThrottlingException' },
      'ThrottlingException',
      'Throttled',
      true,
    ],
    [
      'a bad request that is internal',
      400,
      error({ __type: 'KMSInternalException' }),
      {},
      'KMSInternalException',
      'Internal',
      true,
    ],
    [
      'a throttled bad request',
      400,
      error({ __type: 'ThrottlingException' }),
      {},
      'ThrottlingException',
      'Throttled',
      true,
    ],
    [
      'a code that nobody knows',
      400,
      error({ __type: 'NewException' }),
      {},
      'NewException',
      'Internal',
      false,
    ],
    [
      'a code that nobody knows, of the server',
      500,
      error({ __type: 'NewException' }),
      {},
      'NewException',
      'Internal',
      true,
    ],
    [
      'QKMS for who is not known',
      400,
      error({ __type: 'NotAuthorizedException' }),
      {},
      'NotAuthorizedException',
      'Unauthenticated',
      false,
    ],
    ['an empty answer', 500, '', {}, undefined, 'Internal', true],
    ['an empty answer of too many requests', 429, '', {}, undefined, 'Throttled', true],
    ['a page of a proxy', 502, '<html><h1>Bad Gateway</h1></html>', {}, undefined, 'Unavailable', true],
    [
      'a text',
      501,
      'Passed X-Amz-Target is not implemented',
      { 'content-type': 'application/json' },
      undefined,
      'Internal',
      false,
    ],
    ['a text of the client', 404, 'Page not found', {}, undefined, 'InvalidResponse', false],
    ['JSON that is no object', 503, '[1]', {}, undefined, 'Unavailable', true],
    [
      'a code after a byte order mark',
      400,
      `\ufeff${error({ __type: 'NotFoundException' })}`,
      {},
      'NotFoundException',
      'KeyNotFound',
      false,
    ],
    [
      'a code that names a member of objects',
      400,
      error({ __type: 'constructor' }),
      {},
      'constructor',
      'Internal',
      false,
    ],
  ])('by %s', async (_, status, body, headers, providerCode, code, retryable) => {
    const failure = await failureOf(() => read(status, body, headers))
    expect(failure).toMatchObject({
      name: 'SigningError',
      code,
      retryable,
      provider: 'trent-service',
      keyId: 'alias/k',
    })
    expect(failure.providerCode).toBe(providerCode)
  })

  test.each<[string, string, string | undefined]>([
    ['message', error({ __type: 'NewException', message: 'why' }), 'NewException: why'],
    ['Message', error({ __type: 'NewException', Message: 'why' }), 'NewException: why'],
    ['none', error({ __type: 'NewException' }), 'NewException.'],
    ['no text', error({ __type: 'NewException', message: { a: 1 } }), 'NewException.'],
    ['a text', 'It is not implemented', 'HTTP 400: It is not implemented'],
    ['a page', ' <!doctype html><p>Long</p>', 'HTTP 400 (there is no code of the service in it'],
    [
      'control characters',
      error({ __type: 'NewException', message: '\u001b[31mred\u202e' }),
      'NewException: \\u{1b}[31mred\\u{202e}',
    ],
  ])('with the message in %s', async (_, body, expected) => {
    const { message } = await failureOf(() => read(400, body))
    expect(message).toContain(`trent-service refused the key alias/k: ${expected}`)
    expect(message).not.toContain('<')
  })

  test.each<[string | undefined, number | undefined]>([
    ['2', 2000],
    ['0', 0],
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-1', undefined],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
  ])('with Retry-After %s', async (given, expected) => {
    const headers = given === undefined ? {} : { 'retry-after': given }
    const failure = await failureOf(() => read(503, '', headers))
    expect(failure.retryAfterMs).toBe(expected)
  })

  test('with Retry-After as a date, by the clock of the server', async () => {
    const headers = { 'retry-after': 'Wed, 21 Oct 2015 07:28:10 GMT', date: 'Wed, 21 Oct 2015 07:28:00 GMT' }
    expect(await failureOf(() => read(503, '', headers))).toMatchObject({ retryAfterMs: 10_000 })
  })

  test.each(['x-amzn-requestid', 'x-amz-request-id'])('has its id from %s', async (name) => {
    expect(await failureOf(() => read(400, '{}', { [name]: 'id-1' }))).toMatchObject({ requestId: 'id-1' })
    expect(read(200, '{"a":1}', { [name]: 'id-1' })).toEqual({ members: { a: 1 }, requestId: 'id-1' })
  })
})

describe('a redirect', () => {
  test.each<[string, string]>([
    ['https://user:password@evil.example/path?token=1', 'to evil.example'],
    ['//evil.example', 'to evil.example'],
    ['/other', 'to kms.example.com'],
    ['http://[', 'somewhere'],
    ['', 'somewhere'],
  ])('to %s is refused', async (location, target) => {
    const failure = await failureOf(() => read(301, '', { location }))
    expect(failure).toMatchObject({ code: 'Configuration', retryable: false })
    expect(failure.message).toBe(
      `kms.example.com redirects ${target}, which is not followed: check the endpoint.`,
    )
  })
})

describe('an answer', () => {
  test.each<[string, string, Members]>([
    ['an object', '{"Signature":"AA=="}', { Signature: 'AA==' }],
    ['nothing', '', {}],
    ['a member twice, of which the last one counts', '{"a":1,"a":2}', { a: 2 }],
    [
      '__type beside what was asked for',
      '{"__type":"SignResponse","Signature":"AA=="}',
      { __type: 'SignResponse', Signature: 'AA==' },
    ],
  ])('may be %s', (_, body, members) => {
    expect(read(200, body).members).toEqual(members)
  })

  test('with __proto__ changes no object', () => {
    const { members } = read(200, '{"__proto__":{"Signature":"AA=="},"constructor":{}}')
    expect(Object.getPrototypeOf(members)).toBe(Object.prototype)
    expect(members.Signature).toBeUndefined()
  })

  test.each<[string, string | undefined, string]>([
    ['a page', '<html></html>', 'is no JSON object'],
    ['a list', '[]', 'is no JSON object'],
    ['null', 'null', 'is no JSON object'],
    ['cut', '{"Signature":"AA', 'is no JSON object'],
    ['nested without end', '['.repeat(200_000), 'is no JSON object'],
    ['too large', undefined, 'has more than 262144 bytes'],
  ])('must not be %s', async (_, body, message) => {
    const failure = await failureOf(() => read(200, body))
    expect(failure).toMatchObject({ code: 'InvalidResponse', retryable: false, keyId: 'alias/k' })
    expect(failure.message).toContain(message)
  })

  test('that is too large is judged by its status when that is no success', async () => {
    expect(await failureOf(() => read(503, undefined))).toMatchObject({
      code: 'Unavailable',
      retryable: true,
    })
  })

  test('of any status and bytes is an answer or a SigningError', () => {
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.string().map((text) => JSON.stringify({ __type: text })),
    )
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }),
        bodies,
        fc.dictionary(fc.constantFrom('retry-after', 'x-amzn-errortype', 'location'), fc.string()),
        (status, body, headers) => {
          try {
            read(status, body, headers)
          } catch (failure) {
            expect(failure).toMatchObject({ name: 'SigningError', provider: 'trent-service' })
          }
        },
      ),
    )
  })
})

describe('a member', () => {
  const answerOf = (value: unknown) => ({ members: { Signature: value }, requestId: 'id-1' })

  test('that is bytes is read from base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64')
        expect(bytesMember(answerOf(text), 'Signature')).toEqual(bytes)
      }),
    )
  })

  test.each<[string, unknown]>([
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['a number', 7],
    ['a list of bytes', [1, 2]],
    ['a Buffer that went through JSON', { type: 'Buffer', data: [1] }],
    ['without padding', 'AQ'],
    ['with bits after the last byte', 'AR=='],
    ['base64url', '-_-_'],
    ['broken by a line', 'AQID\nBAUG'],
    ['with a space', ' AQID'],
    ['hexadecimal of odd length', 'abc'],
    ['a fake', 'sig:AQID'],
  ])('that is bytes must not be %s', async (_, value) => {
    const failure = await failureOf(() => bytesMember(answerOf(value), 'Signature'))
    expect(failure).toMatchObject({ code: 'InvalidResponse', requestId: 'id-1' })
    expect(failure.message).toBe(
      'The service answered without an error, but its Signature is not bytes in base64.',
    )
  })

  test.each<[unknown, string | undefined]>([
    ['text', 'text'],
    [undefined, undefined],
    [null, undefined],
  ])('that is text is %j', (value, expected) => {
    expect(textMember({ members: { KeyId: value } }, 'KeyId')).toBe(expected)
  })

  test.each([7, {}, [], true])('that is text must not be %j', async (value) => {
    const failure = await failureOf(() => textMember({ members: { KeyId: value } }, 'KeyId'))
    expect(failure).toMatchObject({ code: 'InvalidResponse' })
  })
  test.each(['a-session-token-4711', 'pay-4711-to-mallory'])(
    'to a host that repeats %s tells no host',
    async (said) => {
      const secrets = { credentials: ['A-Session-Token-4711'], secrets: () => ['pay-4711-to-mallory'] }
      const answer = rawAnswer(307, '', { location: `https://${said}.evil.example/` })
      const failure = await failureOf(() => readWireAnswer(answer, { ...QUESTION, ...secrets }))
      expect(failure.message).toContain('redirects to [removed], which')
    },
  )
})
