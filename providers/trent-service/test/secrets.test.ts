import { describe, expect, test } from '@jest/globals'
import type { SigningError } from '@signport/core'
import { createTrentServiceClient } from '../src/index.js'
import { everythingOf, failureOf } from './support/failure.js'
import { type Answer, answer, json, raw, type Seen, startServer } from './support/server.js'

/*
 * Servers that repeat in their errors what they were told. Nothing of it may be anywhere in the error.
 */

const CREDENTIALS = {
  accessKeyId: 'own-access-key-id',
  secretAccessKey: 'own-secret-access-key',
  sessionToken: 'own-session-token',
}
const MESSAGE = Buffer.from('Pay 4711 to Alice:\n"not to" Bob, and nothing to anybody else')

const formsOf = (bytes: Buffer) => [
  ...(['utf8', 'base64', 'base64url', 'hex'] as const).map((form) => bytes.toString(form)),
  bytes.toString('hex').toUpperCase(),
  JSON.stringify(bytes.toString()).slice(1, -1),
  bytes.join(' '),
  bytes.join(', '),
]

const FORBIDDEN = [...Object.values(CREDENTIALS), ...formsOf(MESSAGE)]

/** Everything that a server knows, in one text. */
const told = [
  ...FORBIDDEN,
  'Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
].join(' ')

const REPEATING: [string, Answer][] = [
  ['its message', json(400, { __type: 'InvalidSignatureException', message: `We calculated ${told}` })],
  [
    'its message, cut',
    json(400, {
      __type: 'ValidationException',
      message: `Value '${MESSAGE.toString().slice(0, 40)}…' is too long`,
    }),
  ],
  [
    'its message, as Go writes bytes',
    json(400, { __type: 'ValidationException', message: `Value '[${MESSAGE.join(' ')}]' is too long` }),
  ],
  [
    'its message, cut within base64',
    json(400, { __type: 'ValidationException', message: `Value ${MESSAGE.toString('base64').slice(0, 30)}` }),
  ],
  ['its code', json(400, { __type: FORBIDDEN[0], message: '' })],
  ['a code with the secret', json(400, { __type: CREDENTIALS.secretAccessKey })],
  ['a header', json(400, {}, { 'x-amzn-errortype': CREDENTIALS.sessionToken })],
  [
    'the id of the request',
    json(400, { __type: 'NotFoundException' }, { 'x-amzn-requestid': CREDENTIALS.secretAccessKey }),
  ],
  ['the id of the request of no answer', json(200, {}, { 'x-amzn-requestid': CREDENTIALS.secretAccessKey })],
  ['a text', answer(500, told)],
  ['a page', answer(500, `<html>${told}</html>`)],
  ['an answer that is none', answer(200, told)],
  ['members', json(200, { Signature: told, KeyId: 'k' })],
  ['the name of the key', json(200, { Signature: 'AAAA', KeyId: told })],
  ['the name of a key that looks like one', json(200, { Signature: 'AAAA', KeyId: `k/${FORBIDDEN[1]}` })],
  ['the name of the algorithm', json(200, { Signature: 'AAAA', SigningAlgorithm: told })],
  [
    'its message, as JSON and in capital hexadecimal',
    json(400, {
      __type: 'X',
      message: `${JSON.stringify(MESSAGE.toString())} ${MESSAGE.toString('hex').toUpperCase()}`,
    }),
  ],
  [
    'a redirect',
    answer(302, '', {
      location: `https://${CREDENTIALS.accessKeyId}:${CREDENTIALS.secretAccessKey}@evil.example/${told.replaceAll(' ', '')}`,
    }),
  ],
  ['what is no HTTP', raw(`${told}\r\n\r\n`)],
  [
    'its whole request',
    (socket, seen) =>
      json(400, {
        __type: 'SerializationException',
        Message: `${seen.body} ${JSON.stringify(seen.headers)}`,
      })(socket, seen),
  ],
]

test('nothing is told of a signature that a server repeats', async () => {
  const Signature = Buffer.from('not really a signature')
  const server = await startServer(
    json(400, { __type: 'ValidationException', message: formsOf(Signature).join(' ') }),
  )
  const client = createTrentServiceClient({ endpoint: server.url, credentials: CREDENTIALS })
  const parameters = {
    KeyId: 'k',
    Message: MESSAGE,
    MessageType: 'RAW',
    SigningAlgorithm: 'X',
    Signature,
  } as const
  const everything = everythingOf(await failureOf(() => client.verify(parameters)))
  expect(formsOf(Signature).filter((form) => everything.includes(form))).toEqual([])
  await client.close()
})

test('nothing is told of a grant that a server repeats', async () => {
  const server = await startServer(
    json(400, { __type: 'InvalidGrantTokenException', message: 'not granted-token-1' }),
  )
  const client = createTrentServiceClient({ endpoint: server.url, credentials: CREDENTIALS })
  const error = await failureOf(() => client.getPublicKey({ KeyId: 'k', GrantTokens: ['granted-token-1'] }))
  expect(error.message).toContain('InvalidGrantTokenException: not [removed]')
  expect(everythingOf(error)).not.toContain('granted-token-1')
  await client.close()
})

test('the id of a request is told although it is as long as a secret', async () => {
  const id = 'N7PXGZ4RQ2V8K1WD5TJH6MCEYB3FUASLO90XQZPVTKWRNDMHGCYB'
  const server = await startServer(json(400, { __type: 'NotFoundException' }, { 'x-amzn-requestid': id }))
  const client = createTrentServiceClient({ endpoint: server.url, credentials: CREDENTIALS })
  expect(await failureOf(() => client.send('ListKeys', {}))).toMatchObject({ requestId: id })
  await client.close()
})

describe('the identifier of a request tells nothing where a server puts there', () => {
  const signature = /Signature=(\w+)/
  const WHAT: [string, (seen: Seen) => string][] = [
    ['the token', ({ headers }) => String(headers['x-amz-security-token'])],
    ["the request's signature", ({ headers }) => signature.exec(String(headers.authorization))?.[1] ?? ''],
    ['the message', () => MESSAGE.toString().replaceAll('\n', ' ')],
    ['the message in hexadecimal', () => MESSAGE.toString('hex')],
    ['the message in base64', () => MESSAGE.toString('base64')],
    ['the message in base64url', () => MESSAGE.toString('base64url')],
  ]
  const HOW: [string, (text: string) => string][] = [
    ['', (text) => text],
    [' without its last character', (text) => text.slice(0, -1)],
    [' without its first characters', (text) => text.slice(2)],
    [', the first half of it', (text) => text.slice(0, text.length / 2)],
  ]
  const WHERE: ((id: string) => Answer)[] = [
    (id) => json(200, { Signature: 'AAAA' }, { 'x-amzn-requestid': id }),
    (id) => json(500, { __type: 'X' }, { 'x-amzn-requestid': id }),
    (id) => answer(200, '<html>', { 'x-amzn-requestid': id }),
    (id) => json(200, { KeyId: 'k' }, { 'x-amzn-requestid': id }),
  ]
  test.each(WHAT.flatMap(([what, of]) => HOW.map(([how, cut]) => [what, how, of, cut] as const)))(
    '%s%s',
    async (_what, _how, of, cut) => {
      for (const answering of WHERE) {
        const put: string[] = []
        const server = await startServer((socket, seen) => {
          const id = cut(of(seen))
          put.push(id)
          answering(id)(socket, seen)
        })
        const credentials = { ...CREDENTIALS, sessionToken: 'own-session-token-that-has-a-half' }
        const client = createTrentServiceClient({ endpoint: server.url, credentials })
        const question = { KeyId: 'k', Message: MESSAGE, MessageType: 'RAW', SigningAlgorithm: 'X' } as const
        const { requestId } = await client.sign(question).catch((error: SigningError) => error)
        expect(put[0]?.length).toBeGreaterThanOrEqual(16)
        expect(requestId).toContain('[removed]')
        expect(requestId).not.toContain(put[0]?.slice(0, 16))
        await client.close()
      }
    },
  )
})

describe('nothing is told of what a server repeats in', () => {
  test.each(REPEATING)('%s', async (_, given) => {
    const server = await startServer(given)
    const client = createTrentServiceClient({ endpoint: server.url, credentials: CREDENTIALS })
    const parameters = {
      KeyId: 'k',
      Message: MESSAGE,
      MessageType: 'RAW',
      SigningAlgorithm: 'ECDSA_SHA_256',
    } as const
    const error = await failureOf(() => client.sign(parameters))
    const everything = everythingOf(error)
    expect(FORBIDDEN.filter((secret) => everything.includes(secret))).toEqual([])
    // Pieces of them.
    expect(everything).not.toMatch(
      /0123456789abcdef0123456789abcdef|4711 to Alice|not to|49 49 32|UGF5IDQ3MTEgdG8/,
    )
    await client.close()
  })
})
