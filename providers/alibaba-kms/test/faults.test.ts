import { describe, expect, test } from '@jest/globals'
import { ManualClock } from '@signport/contract'
import { createSigner, SigningError, type SigningErrorCode, type SigningProvider } from '@signport/core'
import { createAlibabaKmsProvider } from '../src/index.js'
import { everythingOf } from './support/failure.js'
import { FAULTS, type Fault, type FaultName, HOSTILE, type Right } from './support/faults.js'
import { CLIENT_KEY, refusal } from './support/instance-service.js'
import { CREDENTIALS, json, refused, TEMPORARY } from './support/openapi-service.js'
import { fieldsOf, message } from './support/protobuf.js'
import { type Seen, startServer } from './support/server.js'
import { P256 } from './support/service-keys.js'
import { until } from './support/until.js'

const MESSAGE = Buffer.from('a message that nobody else should read')
const KEY_VERSION = 'v1'

interface Plane {
  readonly provider: (endpoint: string) => SigningProvider
  /** Signs what it is asked for, without a look at who asks. */
  readonly right: Right
  readonly hostile: Fault
}

const PLANES: readonly [string, Plane][] = [
  [
    'openapi',
    {
      provider: (endpoint) =>
        createAlibabaKmsProvider({
          transport: 'openapi',
          endpoint,
          credentials: TEMPORARY,
          keyVersion: KEY_VERSION,
          // So that calls at once go out at once.
          maxPerSecond: 1_000,
        }),
      right({ path }) {
        const digest = Buffer.from(new URLSearchParams(path.slice(2)).get('Digest') ?? '', 'base64')
        const Value = Buffer.from(P256.signDigest(digest, 'ECDSA_SHA_256')).toString('base64')
        return json({ KeyId: P256.id, KeyVersionId: KEY_VERSION, Value })
      },
      hostile: ({ path }) =>
        refused({ status: 400, code: `Invalid\u001b[31mParameter`, message: `${path} ${HOSTILE}` }),
    },
  ],
  [
    'instance',
    {
      provider: (endpoint) =>
        createAlibabaKmsProvider({ transport: 'instance', endpoint, clientKey: CLIENT_KEY }),
      right({ body }) {
        const digest = fieldsOf(body).get(4) ?? Buffer.alloc(0)
        return {
          headers: { 'content-type': 'application/x-protobuf' },
          body: message({ 1: P256.id, 2: P256.signDigest(digest, 'ECDSA_SHA_256'), 3: 'r-1' }),
        }
      },
      hostile: ({ headers }) =>
        refusal(400, `Invalid\u001b[31mParameter`, `${headers.authorization} ${HOSTILE}`),
    },
  ],
]

/** What must be in no error, whatever the server does. */
const secretsOf = ({ path, headers }: Seen) =>
  [
    ...Object.values({ ...CREDENTIALS, ...TEMPORARY, ...CLIENT_KEY }),
    P256.digest(MESSAGE).toString('base64'),
    new URLSearchParams(path.slice(2)).get('Signature') ?? '',
    String(headers.authorization ?? '').slice('Bearer '.length),
  ].filter((secret) => secret !== '')

/** Those that nothing but the time of an attempt ends. */
const ENDLESS: readonly string[] = ['stall', 'drip']

const settled = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** What a first request meets, and the second does not. */
async function signsAfter({ provider, right }: Plane, fault: Fault, endless = false) {
  const clock = new ManualClock()
  const server = await startServer((seen, response) =>
    server.requests.length === 1 ? fault(seen, response, right(seen)) : right(seen),
  )
  const signer = createSigner({
    provider: provider(server.url),
    keyId: P256.id,
    algorithm: 'ES256',
    publicKey: P256.publicKey,
    maxAttempts: 1,
    clock,
  })
  const signing = signer.sign(MESSAGE).catch((error: unknown) => error)
  if (endless) {
    await until(() => server.requests.length === 1)
    await settled(100)
    clock.advance(5_000)
  }
  const outcome: unknown = await signing
  return { server, signer, outcome }
}

describe.each(PLANES)('by %s', (_, plane) => {
  test.each<[FaultName | 'hostileText', SigningErrorCode, boolean]>([
    ['stall', 'Timeout', true],
    ['drip', 'Timeout', true],
    ['reset', 'Unavailable', true],
    ['resetDuring', 'Unavailable', true],
    ['truncated', 'Unavailable', true],
    ['html', 'Unavailable', true],
    ['htmlOk', 'InvalidResponse', false],
    ['empty', 'InvalidResponse', false],
    ['cut', 'InvalidResponse', false],
    ['oversized', 'InvalidResponse', false],
    ['redirect', 'Configuration', false],
    ['hostileText', 'Internal', false],
  ])('%s is %s, shows nothing, and is over with the next request', async (name, code, retryable) => {
    const fault: Fault = name === 'hostileText' ? plane.hostile : FAULTS[name]
    const { server, signer, outcome } = await signsAfter(plane, fault, ENDLESS.includes(name))
    expect(outcome).toMatchObject({ code, retryable, provider: 'alibaba-kms' })
    const shown = everythingOf(outcome)
    expect(shown.length).toBeLessThan(20_000)
    expect(/[\p{Cc}\p{Cf}]/u.test(String((outcome as Error).message))).toBe(false)
    const [first] = server.requests
    expect(secretsOf(first as Seen).filter((secret) => shown.includes(secret))).toEqual([])

    const { bytes } = await signer.sign(MESSAGE)
    expect(P256.verify(MESSAGE, bytes, 'ECDSA_SHA_256')).toBe(true)
    expect(server.requests).toHaveLength(2)
    // What failed has no connection any more: one is left for the requests to come.
    await until(() => server.connections().open <= 1)
    await signer.close()
  })

  test.each<FaultName>(['contentType', 'resetAfter'])('%s changes nothing', async (name) => {
    const { server, signer, outcome } = await signsAfter(plane, FAULTS[name])
    expect(SigningError.is(outcome)).toBe(false)
    if (name === 'resetAfter') await until(() => server.connections().open === 0)
    const { bytes } = await signer.sign(MESSAGE)
    expect(P256.verify(MESSAGE, bytes, 'ECDSA_SHA_256')).toBe(true)
    expect(server.requests).toHaveLength(2)
    await signer.close()
  })

  test('of two hundred megabytes, hardly more is taken than is read', async () => {
    let taken = 0
    const chunk = Buffer.alloc(1024 * 1024, 0x20)
    const { server, signer, outcome } = await signsAfter(plane, (_, response) => {
      response.writeHead(200, { 'content-length': String(200 * chunk.length) })
      const send = () => {
        // What was handed to the connection; what it still holds was not taken.
        taken = (response.socket?.bytesWritten ?? taken) - response.writableLength
        if (!response.destroyed) response.write(chunk, () => send())
      }
      send()
      return undefined
    })
    expect(outcome).toMatchObject({ code: 'InvalidResponse', retryable: false })
    expect((outcome as Error).message).toContain('answered with more than 262144 bytes')
    await until(() => server.connections().open === 0)
    expect(taken).toBeLessThan(32 * 1024 * 1024)
    await signer.close()
  })

  test('an abort ends the call and its connection at once, whatever the server does', async () => {
    for (const name of ['stall', 'drip'] as const) {
      const server = await startServer((seen, response) => FAULTS[name](seen, response, plane.right(seen)))
      const provider = plane.provider(server.url)
      // Nothing but the abort ends the call.
      const clock = new ManualClock()
      const signer = createSigner({ provider, keyId: P256.id, algorithm: 'ES256', check: 'never', clock })
      const controller = new AbortController()
      const call = signer.sign(MESSAGE, { signal: controller.signal }).catch((error: unknown) => error)
      await until(() => server.requests.length > 0)
      await settled(100)
      controller.abort()
      expect(await call).toMatchObject({ code: 'Aborted', name: 'AbortError' })
      await until(() => server.connections().open === 0)
      await signer.close()
    }
  })
})

const HOUR = 3_600_000

describe.each(PLANES)('a clock that is off, by %s', (name, { provider, right }) => {
  /** A service whose time is another, and that takes requests of that time only. */
  async function serviceAhead(byMs: number, said?: () => string) {
    const [status, code] =
      name === 'openapi' ? [400, 'InvalidTimeStamp.Expired'] : [400, 'RequestTimeTooSkewed']
    const server = await startServer((seen) => {
      const time = Date.now() + byMs
      const date = said?.() ?? new Date(time).toUTCString()
      const asked = new URLSearchParams(seen.path.slice(2)).get('Timestamp') ?? String(seen.headers.date)
      if (Math.abs(Date.parse(asked) - time) < 900_000) return right(seen)
      const reply = name === 'openapi' ? refused({ status, code }) : refusal(status, code)
      return { ...reply, headers: { ...reply.headers, date } }
    })
    const signer = createSigner({
      provider: provider(server.url),
      keyId: P256.id,
      algorithm: 'ES256',
      publicKey: P256.publicKey,
    })
    return { server, signer }
  }

  test.each([2 * HOUR, -2 * HOUR, 23 * HOUR])(
    'is corrected within the call, and for those after it: by %d ms',
    async (byMs) => {
      const { server, signer } = await serviceAhead(byMs)
      await signer.sign(MESSAGE)
      expect(server.requests).toHaveLength(2)
      await signer.sign(MESSAGE)
      expect(server.requests).toHaveLength(3)
      await signer.close()
    },
  )

  test('is corrected for all calls at once', async () => {
    const { server, signer } = await serviceAhead(2 * HOUR)
    await Promise.all(Array.from({ length: 10 }, () => signer.sign(MESSAGE)))
    expect(server.requests).toHaveLength(20)
    await signer.close()
  })

  test.each<[string, number, (() => string) | undefined, RegExp]>([
    [
      'by more than a day',
      25 * HOUR,
      undefined,
      /the clock of this machine is 25 hours behind the server's: set it/,
    ],
    ['by nobody knows what', 2 * HOUR, () => 'today', /check the credentials and the clock/],
    ['although it is not', 2 * HOUR, () => new Date().toUTCString(), /check the credentials and the clock/],
  ])('is an error where a correction would change nothing: %s', async (_, byMs, said, text) => {
    const { server, signer } = await serviceAhead(byMs, said)
    const error: unknown = await signer.sign(MESSAGE).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'Unauthenticated', retryable: false })
    expect((error as Error).message).toMatch(text)
    expect(server.requests).toHaveLength(1)
    await signer.close()
  })
})
