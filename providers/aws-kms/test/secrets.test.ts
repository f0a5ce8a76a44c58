import { afterEach, describe, expect, test } from '@jest/globals'
import { createAwsKmsProvider } from '../src/index.js'
import { everythingOf, failure } from './support/failure.js'
import { json, type Play, type RawServer, type Seen, startRawServer } from './support/raw-server.js'
import { signRequest } from './support/requests.js'

const SESSION = {
  accessKeyId: 'AKIDSECRETSECRET',
  secretAccessKey: 'the secret access key',
  sessionToken: 'short-session-token',
}
const MESSAGE = Buffer.from('pay 100 to "Mallory"')
const GRANT = 'a-grant-token-of-somebody'

let server: RawServer
afterEach(() => server.close())

/** Everything that must never come out again. */
function secretsOf({ headers }: Seen): string[] {
  const signature = /Signature=(\w+)/.exec(headers.authorization ?? '')?.[1]
  const forms = (['base64', 'base64url', 'hex', 'utf8'] as const).map((form) => MESSAGE.toString(form))
  const escaped = JSON.stringify(MESSAGE.toString()).slice(1, -1)
  const more = [GRANT, escaped, MESSAGE.toString('hex').toUpperCase()]
  const known = [...Object.values(SESSION), ...forms, ...more, signature, headers.authorization]
  return known.filter((secret): secret is string => secret !== undefined)
}

const repeated = (seen: Seen) => secretsOf(seen).join(' and ')

describe('nothing that was sent comes out again when a server repeats it', () => {
  test.each<[string, (said: string, seen: Seen) => ReturnType<Play>]>([
    ['in a message', (said) => json(400, { __type: 'ValidationException', message: said })],
    [
      'in a message of one word',
      (_, { headers }) => json(400, { __type: 'X', message: headers['x-amz-security-token'] }),
    ],
    ['in its code', (said) => json(400, { __type: said.replaceAll(/[:,#]/g, '.') })],
    [
      'in a header for its code',
      (_, { headers }) => ({
        status: 400,
        headers: { 'x-amzn-errortype': `${headers['x-amz-security-token']}` },
      }),
    ],
    ['in the identifier of the request', (said) => json(400, { __type: 'X' }, { 'x-amzn-requestid': said })],
    [
      'in members that nobody asked for',
      (said) => json(400, { __type: 'X', said, cause: said, stack: said, $metadata: said, name: said }),
    ],
    [
      'in the address of a redirection',
      (_, { headers }) => ({
        status: 302,
        headers: { location: `https://elsewhere.example/?${headers.authorization?.split(' ')[1]}` },
      }),
    ],
    ['in a page', (said) => ({ status: 500, body: `<html>${said}</html>` })],
    ['in an answer that breaks off', (said) => ({ status: 200, body: `{"Signature":"${said}` })],
    ['in what is no signature', (said) => json(200, { Signature: said })],
    ['in the name of the key', (said) => json(200, { KeyId: said, Signature: 'AAAA' })],
    [
      'in the name of the key, which looks like one',
      (_, { headers }) => json(200, { KeyId: `key/${headers['x-amz-security-token']}`, Signature: 'AAAA' }),
    ],
    ['in the name of the algorithm', (said) => json(200, { Signature: 'AAAA', SigningAlgorithm: said })],
    [
      'in the name of the algorithm, which looks like one',
      () => json(200, { Signature: 'AAAA', SigningAlgorithm: SESSION.accessKeyId }),
    ],
    [
      'as JSON has it, and in capitals',
      () =>
        json(400, {
          __type: 'X',
          message: `${JSON.stringify(MESSAGE.toString())} ${MESSAGE.toString('hex').toUpperCase()}`,
        }),
    ],
    ['in an answer that is no JSON', (said) => json(200, said, { 'x-amzn-requestid': said })],
  ])('%s', async (_, play) => {
    server = await startRawServer((seen) => play(repeated(seen), seen))
    const options = { region: 'us-east-1', endpoint: server.url, credentials: SESSION, grantTokens: [GRANT] }
    const provider = createAwsKmsProvider(options)
    const error = await failure(() => provider.sign(signRequest(MESSAGE), {}))
    const shown = everythingOf(error)
    for (const secret of secretsOf(server.seen[0] as Seen)) expect(shown).not.toContain(secret)
    await provider.close?.()
  })

  test('also when a function gave the credentials', async () => {
    server = await startRawServer(({ headers }) =>
      json(400, { __type: 'X', message: `${headers.authorization} ${headers['x-amz-security-token']}` }),
    )
    const credentials = async () => SESSION
    const provider = createAwsKmsProvider({ region: 'us-east-1', endpoint: server.url, credentials })
    const shown = everythingOf(await failure(() => provider.sign(signRequest(MESSAGE), {})))
    for (const secret of secretsOf(server.seen[0] as Seen)) expect(shown).not.toContain(secret)
    await provider.close?.()
  })

  test('also when the connection breaks, which the SDK keeps the request for', async () => {
    server = await startRawServer(({ socket }) => void socket.destroy())
    const provider = createAwsKmsProvider({ region: 'us-east-1', endpoint: server.url, credentials: SESSION })
    const shown = everythingOf(await failure(() => provider.sign(signRequest(MESSAGE), {})))
    for (const secret of secretsOf(server.seen[0] as Seen)) expect(shown).not.toContain(secret)
    await provider.close?.()
  })
})

describe('nothing of what was sent is in the identifier of a request', () => {
  const message = Buffer.from('pay 100 to "Mallory", and whatever is left to Trent')
  const WHAT: [string, (seen: Seen) => string][] = [
    ['the token', ({ headers }) => String(headers['x-amz-security-token'])],
    ["the request's signature", ({ headers }) => String(headers.authorization).split('Signature=')[1] ?? ''],
    ['the message', () => message.toString()],
    ['the message in hexadecimal', () => message.toString('hex')],
    ['the message in base64', () => message.toString('base64')],
  ]
  const HOW: [string, (text: string) => string][] = [
    ['', (text) => text],
    [' without its last character', (text) => text.slice(0, -1)],
    [', the first half of it', (text) => text.slice(0, text.length / 2)],
  ]
  const WHERE: ((id: string) => ReturnType<Play>)[] = [
    (id) => json(200, { Signature: 'AAAA' }, { 'x-amzn-requestid': id }),
    (id) => json(500, { __type: 'X' }, { 'x-amzn-requestid': id }),
    (id) => json(200, '<html>', { 'x-amzn-requestid': id }),
    (id) => json(200, { KeyId: 'k' }, { 'x-amzn-requestid': id }),
  ]
  test.each(WHAT.flatMap(([what, of]) => HOW.map(([how, cut]) => [what, how, of, cut] as const)))(
    'where a service puts %s%s there',
    async (_what, _how, of, cut) => {
      const put: string[] = []
      server = await startRawServer((seen) => {
        const id = cut(of(seen))
        return WHERE[put.push(id) - 1]?.(`id-${id}`)
      })
      const credentials = { ...SESSION, sessionToken: 'a-session-token-that-has-two-halves' }
      const provider = createAwsKmsProvider({ region: 'us-east-1', endpoint: server.url, credentials })
      const sign = () => provider.sign(signRequest(message), {})
      expect((await sign()).requestId).toBe('[removed]')
      for (let answer = 1; answer < WHERE.length; answer++) {
        const { requestId } = await failure(sign)
        expect(requestId).toBe('[removed]')
      }
      for (const id of put) expect(id.length).toBeGreaterThanOrEqual(16)
      await provider.close?.()
    },
  )
})

test('a redirection to a host that repeats what was sent tells no host', async () => {
  server = await startRawServer(({ headers }) => {
    const [, signature] = String(headers.authorization).split('Signature=')
    return { status: 307, headers: { location: `https://${signature}.example/` } }
  })
  const provider = createAwsKmsProvider({ region: 'us-east-1', endpoint: server.url, credentials: SESSION })
  const error = await failure(() => provider.sign(signRequest(MESSAGE), {}))
  expect(error.message).toContain('redirects to [removed], which is not followed')
  await provider.close?.()
})

test('what a service says is shown without characters that a terminal would obey', async () => {
  server = await startRawServer(() => json(400, { __type: 'X\u202e', message: '\u001b[2Jgone\u202eerased' }))
  const provider = createAwsKmsProvider({ region: 'us-east-1', endpoint: server.url, credentials: SESSION })
  const error = await failure(() => provider.sign(signRequest(MESSAGE), {}))
  expect(error.message).toContain('\\u{1b}[2Jgone\\u{202e}erased')
  for (const obeyed of ['\u001b', '\u202e']) expect(everythingOf(error)).not.toContain(obeyed)
  await provider.close?.()
})
