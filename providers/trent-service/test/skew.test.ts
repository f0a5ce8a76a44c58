import { describe, expect, test } from '@jest/globals'
import { createSigner } from '@signport/core'
import { createTrentServiceClient, createTrentServiceProvider } from '../src/index.js'
import { failureOf } from './support/failure.js'
import { signRaw } from './support/keys.js'
import { type Answer, json, type Seen, startServer } from './support/server.js'

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const MESSAGE = Buffer.from('a message')
const [MINUTE, HOUR] = [60_000, 3_600_000]

/** With what time a request was signed. */
const timeOf = ({ headers }: Seen) => {
  const parts = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(String(headers['x-amz-date'])) ?? []
  const [year = 0, month = 0, ...rest] = parts.slice(1).map(Number)
  return Date.UTC(year, month - 1, ...rest)
}

const refusals: [string, object][] = [
  [
    'too late',
    { __type: 'InvalidSignatureException', message: 'Signature expired: x is now earlier than y' },
  ],
  [
    'too early',
    { __type: 'InvalidSignatureException', message: 'Signature not yet current: x is still later' },
  ],
  ['RequestExpired', { __type: 'RequestExpired' }],
  ['RequestTimeTooSkewed', { __type: 'RequestTimeTooSkewed', message: 'The difference is too large.' }],
]

/** A server whose clock is ahead by so much, and that takes requests of within five minutes, as AWS does. */
function aheadBy(ms: () => number, refusal: object = refusals[0]?.[1] ?? {}): Answer {
  return (socket, seen) => {
    const now = Date.now() + ms()
    const date = new Date(now).toUTCString()
    if (Math.abs(timeOf(seen) - now) > 5 * MINUTE) return json(400, refusal, { date })(socket, seen)
    json(200, { KeyId: 'k', Signature: signRaw(seen.body).toString('base64') }, { date })(socket, seen)
  }
}

async function signerTo(answers: Answer) {
  const server = await startServer(answers)
  const provider = createTrentServiceProvider({ endpoint: server.url, credentials: CREDENTIALS })
  const own = { messageType: 'raw', check: 'never' } as const
  return { server, signer: createSigner({ provider, keyId: 'k', algorithm: 'ES256', ...own }) }
}

async function clientTo(answers: Answer) {
  const server = await startServer(answers)
  return { server, client: createTrentServiceClient({ endpoint: server.url, credentials: CREDENTIALS }) }
}

describe('a clock that differs from that of the server', () => {
  test.each(
    refusals.flatMap(([name, refusal]) => [7 * MINUTE, -23 * HOUR].map((ms) => [name, ms, refusal] as const)),
  )('costs one more request, once: %s, %d ms', async (_, ms, refusal) => {
    const { signer, server } = await signerTo(aheadBy(() => ms, refusal))
    for (let call = 0; call < 3; call++) expect((await signer.sign(MESSAGE)).keyId).toBe('k')
    expect(server.requests.length).toBe(4)
    await signer.close()
  })

  test('costs each of the calls under way one more', async () => {
    const { signer, server } = await signerTo(aheadBy(() => HOUR))
    await Promise.all(Array.from({ length: 20 }, () => signer.sign(MESSAGE)))
    expect(server.requests.length).toBe(40)
    await signer.sign(MESSAGE)
    expect(server.requests.length).toBe(41)
    await signer.close()
  })

  test('and that is put right later, costs one more then', async () => {
    let ms = HOUR
    const { signer, server } = await signerTo(aheadBy(() => ms))
    await signer.sign(MESSAGE)
    ms = 0
    await signer.sign(MESSAGE)
    await signer.sign(MESSAGE)
    expect(server.requests.length).toBe(5)
    await signer.close()
  })

  test('by more than a day is told, with by how much, and not allowed for', async () => {
    const { signer, server } = await signerTo(aheadBy(() => -49 * HOUR))
    const error = await failureOf(() => signer.sign(MESSAGE))
    expect(error).toMatchObject({ code: 'Unauthenticated', retryable: false })
    expect(error.message).toContain("(the clock of this machine is 2 days ahead of the server's: set it)")
    expect(server.requests.length).toBe(1)
    await signer.close()
  })

  test('is another one for each server', async () => {
    const { client } = await clientTo(aheadBy(() => HOUR))
    const { client: other, server } = await clientTo(aheadBy(() => 0))
    await failureOf(() => client.sign({ KeyId: 'k', Message: MESSAGE } as never))
    await other.sign({ KeyId: 'k', Message: MESSAGE } as never)
    expect(server.requests.length).toBe(1)
    await Promise.all([client.close(), other.close()])
  })
})

describe('a refusal for the time does not end in trying again', () => {
  const date = new Date(Date.now() + HOUR).toUTCString()
  const refused = (headers: Record<string, string>) => json(400, refusals[0]?.[1], headers)

  test.each<[string, Record<string, string>, string]>([
    ['without a date', {}, 'does not say what time it has'],
    ['with a date in another form', { date: new Date(Date.now() + HOUR).toISOString() }, 'does not say'],
    ['with the date of a stored answer', { date, age: '7' }, 'does not say'],
    ['with two dates', { date: `${date}\r\ndate: ${date}` }, 'does not say'],
    ['with the right date', { date: new Date().toUTCString() }, 'agrees with the time that the server says'],
  ])('%s', async (_, headers, advice) => {
    const { signer, server } = await signerTo(refused(headers))
    const error = await failureOf(() => signer.sign(MESSAGE))
    expect(error).toMatchObject({ code: 'Unauthenticated', retryable: false })
    expect(error.message).toContain(advice)
    expect(server.requests.length).toBe(1)
    await signer.close()
  })

  test('more than once, whatever time the server says the next time', async () => {
    let hours = 0
    const lies: Answer = (socket, seen) => {
      hours = 20 - hours
      refused({ date: new Date(Date.now() + hours * HOUR).toUTCString() })(socket, seen)
    }
    const { signer, server } = await signerTo(lies)
    expect(await failureOf(() => signer.sign(MESSAGE))).toMatchObject({ code: 'Unauthenticated' })
    expect(server.requests.length).toBe(2)
    await signer.close()
  })

  test('where requests are not signed', async () => {
    const server = await startServer(refused({ date }))
    const client = createTrentServiceClient({ endpoint: server.url, auth: 'none' })
    expect(await failureOf(() => client.send('ListKeys', {}))).toMatchObject({ retryable: false })
    await client.close()
  })
})

test.each<[string, number, object]>([
  ['an answer', 200, {}],
  ['a refusal for something else', 400, { __type: 'AccessDeniedException', message: 'Signature expired' }],
  ['a wrong signature', 400, { __type: 'InvalidSignatureException', message: 'does not match' }],
  ['a throttled request', 400, { __type: 'ThrottlingException' }],
  ['a failure', 500, {}],
])('the date of %s changes no time', async (_, status, members) => {
  const date = new Date(Date.now() + HOUR).toUTCString()
  const { client, server } = await clientTo(json(status, members, { date }))
  for (let call = 0; call < 2; call++) await client.send('ListKeys', {}).catch(() => {})
  const [first = 0, second = 0] = server.requests.map(timeOf)
  expect(second - first).toBeLessThan(MINUTE)
  await client.close()
})
