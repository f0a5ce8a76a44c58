import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { createSigner } from '@signport/core'
import {
  createTrentServiceClient,
  createTrentServiceProvider,
  type TrentServiceOptions,
} from '../src/index.js'
import { everythingOf, failureOf } from './support/failure.js'
import { signRaw } from './support/keys.js'
import { type Answer, json, startServer } from './support/server.js'
import { setDate } from './support/time.js'

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const MESSAGE = Buffer.from('a message')
const EXPIRED = { __type: 'ExpiredTokenException', message: 'The security token included is expired' }

afterEach(() => void jest.useRealTimers())

/** A server that no longer takes the tokens `token1` to `tokenN`. */
function expiredUpTo(last: () => number): Answer {
  return (socket, seen) => {
    const count = Number(/\d+$/.exec(String(seen.headers['x-amz-security-token'])))
    if (count <= last()) return json(400, EXPIRED)(socket, seen)
    json(200, { KeyId: 'k', Signature: signRaw(seen.body).toString('base64') })(socket, seen)
  }
}

async function signerTo(answers: Answer, credentials: TrentServiceOptions['credentials']) {
  const server = await startServer(answers)
  const provider = createTrentServiceProvider({ endpoint: server.url, credentials })
  const own = { messageType: 'raw', check: 'never' } as const
  return { server, signer: createSigner({ provider, keyId: 'k', algorithm: 'ES256', ...own }) }
}

/** Credentials that are others each time. */
function rotating() {
  let calls = 0
  const credentials = async () => ({ ...CREDENTIALS, sessionToken: `session-token-${++calls}` })
  return { credentials, calls: () => calls }
}

describe('credentials that ran out before their time', () => {
  test('are fetched anew, and the call succeeds', async () => {
    let last = 0
    const { credentials, calls } = rotating()
    const { signer, server } = await signerTo(
      expiredUpTo(() => last),
      credentials,
    )
    await signer.sign(MESSAGE)
    last = 1
    for (let call = 0; call < 3; call++) expect((await signer.sign(MESSAGE)).keyId).toBe('k')
    expect([calls(), server.requests.length]).toEqual([2, 5])
    await signer.close()
  })

  test('are fetched anew although others are being fetched, which turn out to be the same', async () => {
    let last = 0
    const asked: unknown[] = []
    const expiration = new Date(Date.now() + 4 * 60_000)
    const { signer } = await signerTo(
      expiredUpTo(() => last),
      async (request) => {
        asked.push(request)
        if (request?.forceRefresh) return { ...CREDENTIALS, sessionToken: 'session-token-2' }
        // The second time is the one for which nobody waits: the service has refused the first ones by then.
        if (asked.length > 1) await setTimeout(100)
        return { ...CREDENTIALS, sessionToken: 'session-token-1', expiration }
      },
    )
    await signer.sign(MESSAGE)
    last = 1
    setDate(Date.now() + 60_000)
    expect((await signer.sign(MESSAGE)).keyId).toBe('k')
    expect(asked).toEqual([undefined, undefined, { forceRefresh: true }])
    await signer.close()
  })

  test('are fetched once for all the calls that were refused', async () => {
    const { credentials, calls } = rotating()
    const { signer, server } = await signerTo(
      expiredUpTo(() => 1),
      credentials,
    )
    await Promise.all(Array.from({ length: 50 }, () => signer.sign(MESSAGE)))
    expect([calls(), server.requests.length]).toEqual([2, 100])
    await signer.close()
  })

  test('and are followed by ones that ran out, too, end the call', async () => {
    const { credentials, calls } = rotating()
    const { signer, server } = await signerTo(
      expiredUpTo(() => 99),
      credentials,
    )
    const error = await failureOf(() => signer.sign(MESSAGE))
    expect(error).toMatchObject({ code: 'Unauthenticated', providerCode: 'ExpiredTokenException' })
    expect(server.requests.length).toBe(2)
    // Those that the next call will have.
    expect(calls()).toBe(3)
    expect(everythingOf(error)).not.toContain('session-token')
    await signer.close()
  })

  test.each<[string, TrentServiceOptions['credentials']]>([
    ['were given once and for all', { ...CREDENTIALS, sessionToken: 'session-token-1' }],
    ['are all that the function has', async () => ({ ...CREDENTIALS, sessionToken: 'session-token-1' })],
  ])('end the call where they %s', async (_, credentials) => {
    const { signer, server } = await signerTo(
      expiredUpTo(() => 1),
      credentials,
    )
    const error = await failureOf(() => signer.sign(MESSAGE))
    expect(error).toMatchObject({ code: 'Unauthenticated', retryable: false })
    expect(error.message).toContain('(there are no others than these: get new ones)')
    expect(server.requests.length).toBe(1)
    await signer.close()
  })

  test('end the call with why there are no others', async () => {
    let calls = 0
    const credentials = async () => {
      if (++calls > 1) throw Object.assign(new Error('No role.'), { name: 'CredentialsProviderError' })
      return { ...CREDENTIALS, sessionToken: 'session-token-1' }
    }
    const { signer, server } = await signerTo(
      expiredUpTo(() => 1),
      credentials,
    )
    const error = await failureOf(() => signer.sign(MESSAGE))
    expect(error).toMatchObject({ code: 'Unauthenticated', retryable: false })
    expect(error.message).toBe('No credentials could be fetched: No role.')
    expect(server.requests.length).toBe(1)
    await signer.close()
  })

  test('do not take the time of an answer while others are fetched', async () => {
    const moves: string[] = []
    const clock = { pause: () => void moves.push('pause'), restart: () => void moves.push('restart') }
    const { credentials } = rotating()
    const server = await startServer(expiredUpTo(() => 1))
    const client = createTrentServiceClient({
      endpoint: server.url,
      async credentials() {
        moves.push('credentials')
        return credentials()
      },
    })
    await failureOf(() => client.send('ListKeys', {}, { clock }))
    expect(moves.slice(-3)).toEqual(['restart', 'pause', 'credentials'])
    await client.close()
  })

  test('end no call later than its abort while others are fetched', async () => {
    const controller = new AbortController()
    let calls = 0
    const credentials = async () => {
      if (++calls > 1) {
        controller.abort()
        await new Promise(() => {})
      }
      return { ...CREDENTIALS, sessionToken: 'session-token-1' }
    }
    const server = await startServer(expiredUpTo(() => 1))
    const client = createTrentServiceClient({ endpoint: server.url, credentials })
    const call = failureOf(() => client.send('ListKeys', {}, { signal: controller.signal }))
    expect(await call).toMatchObject({ code: 'Aborted' })
    await client.close()
  })
})
