import { getEventListeners } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { createTrentServiceClient, type TrentServiceClientOptions } from '../src/index.js'
import { failureOf } from './support/failure.js'
import { EC, KEY_ANSWER, SPKI, signRaw } from './support/keys.js'
import { type Answer, json, startServer } from './support/server.js'

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const MESSAGE = Buffer.from('a message')
const ASKED = { KeyId: 'k', Message: MESSAGE, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' } as const

async function clientTo(answers: Answer | readonly Answer[], options: TrentServiceClientOptions = {}) {
  const server = await startServer(answers)
  const client = createTrentServiceClient({ endpoint: server.url, credentials: CREDENTIALS, ...options })
  return { server, client }
}

describe('sign', () => {
  test('gives what the server answered', async () => {
    const signature = signRaw(JSON.stringify({ Message: MESSAGE.toString('base64') }))
    const members = {
      KeyId: 'arn:k',
      Signature: signature.toString('base64'),
      SigningAlgorithm: 'ECDSA_SHA_256',
    }
    const { client, server } = await clientTo(json(200, members, { 'x-amzn-requestid': 'id-1' }))
    expect(await client.sign(ASKED)).toEqual({
      KeyId: 'arn:k',
      Signature: Uint8Array.from(signature),
      SigningAlgorithm: 'ECDSA_SHA_256',
      requestId: 'id-1',
    })
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/' })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      ...ASKED,
      Message: MESSAGE.toString('base64'),
    })
    await client.close()
  })

  test.each(['text', [1, 2], { type: 'Buffer', data: [1] }, undefined])(
    'takes no message such as %j',
    async (Message) => {
      const { client, server } = await clientTo(json(200, {}))
      const error = await failureOf(() => client.sign({ ...ASKED, Message: Message as never }))
      expect(error.name).toBe('TypeError')
      expect(error.message).toMatch(/^Message must be a Uint8Array, not /)
      expect(server.connections().all).toBe(0)
    },
  )
})

describe('verify', () => {
  test.each<[string, Answer, boolean]>([
    ['true', json(200, { KeyId: 'k', SignatureValid: true }), true],
    ['false', json(200, { KeyId: 'k', SignatureValid: false }), false],
    ["AWS's exception, which has no message", json(400, { __type: 'KMSInvalidSignatureException' }), false],
    ["QKMS's exception", json(400, { __type: 'x#SignatureInvalidException', message: 'm' }), false],
  ])('reads %s', async (_, given, expected) => {
    const { client, server } = await clientTo(given)
    expect(await client.verify({ ...ASKED, Signature: Uint8Array.of(1, 2) })).toBe(expected)
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ Signature: 'AQI=' })
    await client.close()
  })

  test('reads an exception also when the message is its name', async () => {
    const { client } = await clientTo(json(400, { __type: 'KMSInvalidSignatureException' }))
    const Message = Buffer.from('KMSInvalidSignatureException')
    expect(await client.verify({ ...ASKED, Message, Signature: Uint8Array.of(1) })).toBe(false)
    await client.close()
  })

  test.each<[string, Answer, string]>([
    ['nothing', json(200, {}), 'InvalidResponse'],
    ['text', json(200, { SignatureValid: 'true' }), 'InvalidResponse'],
    ['another exception', json(400, { __type: 'NotFoundException' }), 'KeyNotFound'],
    ['who is not known', json(400, { __type: 'InvalidSignatureException' }), 'Unauthenticated'],
  ])('does not take %s for an answer', async (_, given, code) => {
    const { client } = await clientTo(given)
    expect(await failureOf(() => client.verify({ ...ASKED, Signature: Uint8Array.of(1) }))).toMatchObject({
      code,
    })
    await client.close()
  })

  test('takes bytes alone', async () => {
    const { client } = await clientTo(json(200, {}))
    const error = await failureOf(() => client.verify({ ...ASKED, Signature: 'AQI=' as never }))
    expect(error.message).toBe('Signature must be a Uint8Array, not string.')
  })
})

describe('getPublicKey', () => {
  test.each<[string, object, object]>([
    ['KeySpec', KEY_ANSWER, { KeyId: 'k', KeySpec: 'ECC_NIST_P256' }],
    [
      'CustomerMasterKeySpec',
      { PublicKey: KEY_ANSWER.PublicKey, CustomerMasterKeySpec: 'RSA_2048' },
      { KeySpec: 'RSA_2048' },
    ],
    ['neither', { PublicKey: KEY_ANSWER.PublicKey }, {}],
  ])('gives the key with %s', async (_, members, expected) => {
    const { client } = await clientTo(json(200, members))
    expect(await client.getPublicKey({ KeyId: 'k' })).toEqual({
      ...expected,
      PublicKey: Uint8Array.from(SPKI),
    })
    await client.close()
  })
})

describe('send', () => {
  test('calls any operation', async () => {
    const { client, server } = await clientTo(json(200, { KeyMetadata: { CreationDate: 'soon' } }))
    expect(await client.send('DescribeKey', { KeyId: 'k' })).toEqual({
      KeyMetadata: { CreationDate: 'soon' },
    })
    expect(server.requests[0]?.headers['x-amz-target']).toBe('TrentService.DescribeKey')
    await client.close()
  })

  test('names no key in the error of a request that has none', async () => {
    const { client } = await clientTo(json(400, { __type: 'AccessDeniedException' }))
    const error = await failureOf(() => client.send('ListKeys', {}))
    expect(error.message).toMatch(/^trent-service refused the request: AccessDeniedException/)
    expect('keyId' in error).toBe(false)
    await client.close()
  })
})

describe('requests', () => {
  test('go to the path of the endpoint', async () => {
    const server = await startServer(json(200, {}))
    const client = createTrentServiceClient({ endpoint: `${server.url}/a/kms//`, credentials: CREDENTIALS })
    await client.send('ListKeys', {})
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/a/kms' })
    expect(server.requests[0]?.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'accept-encoding': 'identity',
      host: `127.0.0.1:${server.port}`,
    })
    await client.close()
  })

  test('are not signed with auth none', async () => {
    const server = await startServer(json(200, {}))
    const client = createTrentServiceClient({ endpoint: server.url, auth: 'none' })
    await client.send('ListKeys', {})
    const names = Object.keys(server.requests[0]?.headers ?? {})
    expect(names.filter((name) => /authorization|x-amz-(?!target)/.test(name))).toEqual([])
    await client.close()
  })

  test('are redirected to nobody', async () => {
    const elsewhere = await startServer(json(200, {}))
    const { client } = await clientTo(json(307, {}, { location: `${elsewhere.url}/` }))
    expect(await failureOf(() => client.send('ListKeys', {}))).toMatchObject({ code: 'Configuration' })
    expect(elsewhere.connections().all).toBe(0)
    await client.close()
  })
})

describe('a signal', () => {
  test('ends the wait for credentials, which others still get', async () => {
    let give = () => {}
    const credentials = () =>
      new Promise<typeof CREDENTIALS>((resolve) => {
        give = () => resolve(CREDENTIALS)
      })
    const { client, server } = await clientTo(json(200, {}), { credentials })
    const controller = new AbortController()
    const first = client.send('ListKeys', {}, { signal: controller.signal })
    const second = client.send('ListKeys', {})
    controller.abort('enough')
    expect(await failureOf(() => first)).toMatchObject({ name: 'AbortError', cause: 'enough' })
    expect(server.connections().all).toBe(0)
    give()
    expect(await second).toEqual({})
    await client.close()
  })

  test('keeps no listener of a thousand calls', async () => {
    const { client } = await clientTo(json(200, {}))
    const { signal } = new AbortController()
    for (let call = 0; call < 1000; call++) await client.send('ListKeys', {}, { signal })
    expect(getEventListeners(signal, 'abort')).toEqual([])
    await client.close()
  })
})

describe('options are refused', () => {
  const endpoint = 'https://kms.example.com'
  const certificate = EC.publicKey.export({ type: 'spki', format: 'pem' }) as string

  test.each<[string, object, string]>([
    ['that name no server', {}, 'Set region for AWS'],
    ['with another auth', { endpoint, auth: 'basic' }, 'auth must be sigv4 or none, not basic.'],
    [
      'with credentials that are not used',
      { endpoint, auth: 'none', credentials: CREDENTIALS },
      `credentials are not used with auth 'none'`,
    ],
    ['unsigned for AWS', { region: 'eu-west-1', auth: 'none' }, 'AWS takes no unsigned requests'],
    [
      'without a request at once',
      { endpoint, credentials: CREDENTIALS, maxConcurrency: 0 },
      'maxConcurrency must be',
    ],
    [
      'with half a request',
      { endpoint, credentials: CREDENTIALS, maxConcurrency: 1.5 },
      'maxConcurrency must be',
    ],
    [
      'with endless requests',
      { endpoint, credentials: CREDENTIALS, maxConcurrency: Number.POSITIVE_INFINITY },
      'maxConcurrency must be',
    ],
    [
      'with an authority that is a public key',
      { endpoint, credentials: CREDENTIALS, ca: certificate },
      'ca must hold certificates',
    ],
    [
      'with an authority that is a path',
      { endpoint, credentials: CREDENTIALS, ca: './ca.pem' },
      'ca must hold certificates',
    ],
    [
      'with an authority that is no text',
      { endpoint, credentials: CREDENTIALS, ca: Buffer.alloc(1) },
      'ca must be a string of PEM, not Buffer.',
    ],
    [
      'with a damaged authority',
      {
        endpoint,
        credentials: CREDENTIALS,
        ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      },
      'A certificate in ca is damaged',
    ],
    [
      'with an authority that is cut',
      { endpoint, credentials: CREDENTIALS, ca: '-----BEGIN CERTIFICATE-----\nAAAA\n' },
      'A certificate in ca is damaged',
    ],
    [
      'whose credentials are those of the environment, for a stranger',
      { endpoint },
      'are not sent to kms.example.com',
    ],
  ])('%s', async (_, options, message) => {
    const error = await failureOf(() => createTrentServiceClient(options))
    expect(error).toMatchObject({ code: 'Configuration', provider: 'trent-service' })
    expect(error.message).toContain(message)
  })
})

describe('a kept connection that breaks under a request', () => {
  const breaks: Answer = (socket) => socket.resetAndDestroy()
  const message = { Message: MESSAGE, Signature: MESSAGE }

  test.each(['Sign', 'Verify', 'GetPublicKey', 'GetKeyPolicy', 'DescribeKey', 'ListAliases'])(
    'has %s sent once more, which changes nothing',
    async (operation) => {
      const { client, server } = await clientTo([json(200, {}), breaks, json(200, { done: true })])
      await client.send('ListKeys', {})
      expect(await client.send(operation, message)).toEqual({ done: true })
      expect(server.requests.length).toBe(3)
      await client.close()
    },
  )

  test.each([
    'CreateKey',
    'CreateAlias',
    'DisableKey',
    'GenerateDataKey',
    'ReplicateKey',
    'ScheduleKeyDeletion',
    'SignEverything',
    'Getaway',
  ])('does not have %s sent once more: it may have been done', async (operation) => {
    const { client, server } = await clientTo([json(200, {}), breaks, json(200, { done: true })])
    await client.send('ListKeys', {})
    expect(await failureOf(() => client.send(operation, message))).toMatchObject({
      code: 'Unavailable',
      retryable: true,
    })
    expect(server.requests.length).toBe(2)
    await client.close()
  })
})

describe('a name in an answer', () => {
  test.each<[string, object]>([
    ['KeyId', { KeyId: MESSAGE.toString('hex') }],
    ['SigningAlgorithm', { SigningAlgorithm: CREDENTIALS.accessKeyId }],
  ])('that holds what was sent is no name: %s', async (_, members) => {
    const { client } = await clientTo(json(200, { Signature: 'AAAA', ...members }))
    const error = await failureOf(() => client.sign(ASKED))
    expect(error).toMatchObject({ code: 'InvalidResponse' })
    for (const text of Object.values(members)) expect(error.message).not.toContain(text)
    await client.close()
  })
})
