import { KMSClient } from '@aws-sdk/client-kms'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createSigner, type SigningProvider } from '@signport/core'
import { createAwsKmsProvider } from '../src/index.js'
import { emptyEnvironment } from './support/environment.js'
import { failure } from './support/failure.js'
import { startKms } from './support/kms.js'
import { bothOutcomes, signatureOutcome } from './support/outcome.js'
import { json, type Play, type Raw, type RawServer, type Seen, startRawServer } from './support/raw-server.js'
import { CREDENTIALS, KEY_ARN, KEY_ID, signRequest } from './support/requests.js'

emptyEnvironment()

const MESSAGE = Buffer.from('message')
const SIGNED = { KeyId: KEY_ARN, Signature: 'AAAA', SigningAlgorithm: 'ECDSA_SHA_256' }
const EXPIRED = {
  __type: 'InvalidSignatureException',
  message: 'Signature expired: x is now earlier than y',
}
const [MINUTE, HOUR] = [60_000, 3_600_000]

let server: RawServer
afterEach(() => server?.close())

/** With what time a request was signed. */
const timeOf = ({ headers }: Seen) => {
  const parts = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(String(headers['x-amz-date'])) ?? []
  const [year = 0, month = 0, ...rest] = parts.slice(1).map(Number)
  return Date.UTC(year, month - 1, ...rest)
}

/** A server whose clock is ahead by so much, and that takes requests of within five minutes, as AWS does. */
function aheadBy(ms: () => number, refusal: object = EXPIRED): Play {
  return (seen) => {
    const now = Date.now() + ms()
    const headers = { date: new Date(now).toUTCString() }
    return Math.abs(timeOf(seen) - now) > 5 * MINUTE
      ? json(400, refusal, headers)
      : json(200, SIGNED, headers)
  }
}

async function providerTo(play: Play): Promise<SigningProvider> {
  server = await startRawServer(play)
  return createAwsKmsProvider({ region: 'us-east-1', endpoint: server.url, credentials: CREDENTIALS })
}

/** Has core ask, which repeats what is worth it. What this server gives is no signature: that shows that it gave it. */
async function signTwice(provider: SigningProvider, calls = 1): Promise<string[]> {
  const signer = createSigner({ provider, keyId: KEY_ID, algorithm: 'ES256', check: 'never' })
  const all = Array.from({ length: calls }, () => failure(() => signer.sign(MESSAGE)))
  const codes = (await Promise.all(all)).map(({ code }) => code)
  await signer.close()
  return codes
}

describe('a clock that differs from that of the service', () => {
  test.each<[number, object]>([
    [7 * MINUTE, EXPIRED],
    [-23 * HOUR, { ...EXPIRED, message: 'Signature not yet current: x is still later than y' }],
    [HOUR, { __type: 'RequestExpired' }],
    [-HOUR, { __type: 'RequestTimeTooSkewed', message: 'The difference is too large.' }],
  ])('by %d ms costs one more request, once: %j', async (ms, refusal) => {
    const provider = await providerTo(aheadBy(() => ms, refusal))
    const error = await failure(() => provider.sign(signRequest(MESSAGE), {}), 'Unauthenticated')
    expect(error.retryable).toBe(true)
    expect(error.message).toContain("server's: the next request allows for that, but set it")
    for (let call = 0; call < 3; call++)
      expect((await provider.sign(signRequest(MESSAGE), {})).keyId).toBe(KEY_ARN)
    expect(server.seen).toHaveLength(4)
    await provider.close?.()
  })

  test('is allowed for by core at once, for all calls under way', async () => {
    const provider = await providerTo(aheadBy(() => HOUR))
    expect(await signTwice(provider, 20)).toEqual(Array(20).fill('InvalidResponse'))
    expect(server.seen).toHaveLength(40)
  })

  test('and that is put right later, costs one more then', async () => {
    let ms = HOUR
    const provider = await providerTo(aheadBy(() => ms))
    const sign = () => provider.sign(signRequest(MESSAGE), {})
    expect((await failure(sign)).retryable).toBe(true)
    await sign()
    ms = 0
    const error = await failure(sign)
    expect(error.retryable).toBe(true)
    expect(error.message).toContain('(the next request is signed with the time of the server)')
    await sign()
    await provider.close?.()
  })

  test('by more than a day is told, with by how much, and not allowed for', async () => {
    const provider = await providerTo(aheadBy(() => 400 * 24 * HOUR))
    for (let call = 0; call < 2; call++) {
      const error = await failure(() => provider.sign(signRequest(MESSAGE), {}), 'Unauthenticated')
      expect(error.retryable).toBe(false)
      expect(error.message).toContain("(the clock of this machine is 400 days behind the server's: set it)")
    }
    expect(Math.abs(timeOf(server.seen[1] as Seen) - Date.now())).toBeLessThan(MINUTE)
    await provider.close?.()
  })
})

test('both providers sign at once where the service is an hour ahead', async () => {
  const kms = await startKms({ clock: () => new Date(Date.now() + HOUR) })
  const key = await kms.createKey('ECC_NIST_P256')
  const outcomes = await bothOutcomes(kms.options, async (provider) => {
    const signer = createSigner({ provider, keyId: key.id, algorithm: 'ES256', encoding: 'ieee-p1363' })
    return signatureOutcome(await signer.sign(MESSAGE))
  })
  await kms.close()
  expect(outcomes[1]).toEqual(outcomes[0])
  expect(outcomes[0]).toMatchObject({ keyId: key.arn, messageType: 'digest' })
})

describe('a refusal for the time does not end in trying again', () => {
  const date = new Date(Date.now() + HOUR).toUTCString()
  test.each<[string, Record<string, string>, string]>([
    // Node's server would send its own.
    ['without a date that can be read', { date: 'soon' }, 'does not say what time it has'],
    ['with the date of a stored answer', { date, age: '7' }, 'does not say what time it has'],
    ['with the right date', { date: new Date().toUTCString() }, 'agrees with the time that the server says'],
  ])('%s', async (_, headers, advice) => {
    const provider = await providerTo(() => json(400, EXPIRED, headers))
    const error = await failure(() => provider.sign(signRequest(MESSAGE), {}), 'Unauthenticated')
    expect(error.retryable).toBe(false)
    expect(error.message).toContain(advice)
    await provider.close?.()
  })
})

describe('no time is taken over from', () => {
  const later = new Date(Date.now() + HOUR).toUTCString()
  test.each<[string, Raw]>([
    ['an answer', json(200, SIGNED, { date: later })],
    ['a refusal for something else', json(400, { __type: 'AccessDeniedException' }, { date: later })],
    ['a wrong signature', json(400, { ...EXPIRED, message: 'does not match' }, { date: later })],
    ['a failure', json(500, {}, { date: later })],
    ['what the body of a refusal says', json(400, { ...EXPIRED, ServerTime: later }, { date: 'soon' })],
  ])('%s', async (_, raw) => {
    const provider = await providerTo(() => raw)
    for (let call = 0; call < 2; call++) await provider.sign(signRequest(MESSAGE), {}).catch(() => {})
    const [first = 0, second = 0] = server.seen.map(timeOf)
    expect(second - first).toBeLessThan(MINUTE)
    await provider.close?.()
  })
})

describe("a client of the user's puts its own time right", () => {
  const clientOf = (maxAttempts: number) =>
    new KMSClient({ region: 'us-east-1', endpoint: server.url, credentials: CREDENTIALS, maxAttempts })

  test('and repeats the request by itself', async () => {
    await providerTo(aheadBy(() => HOUR))
    const client = clientOf(3)
    const { keyId } = await createAwsKmsProvider({ client }).sign(signRequest(MESSAGE), {})
    expect(keyId).toBe(KEY_ARN)
    expect(server.seen).toHaveLength(2)
    client.destroy()
  })

  test('and where it does not repeat it, the next call succeeds', async () => {
    await providerTo(aheadBy(() => HOUR))
    const client = clientOf(1)
    const provider = createAwsKmsProvider({ client })
    const error = await failure(() => provider.sign(signRequest(MESSAGE), {}), 'Unauthenticated')
    expect(error.retryable).toBe(true)
    expect((await provider.sign(signRequest(MESSAGE), {})).keyId).toBe(KEY_ARN)
    client.destroy()
  })

  test('unless it is told not to', async () => {
    await providerTo(aheadBy(() => HOUR))
    const options = { region: 'us-east-1', endpoint: server.url, credentials: CREDENTIALS }
    const client = new KMSClient({ ...options, maxAttempts: 1, disableClockSkewCorrection: true })
    const error = await failure(
      () => createAwsKmsProvider({ client }).sign(signRequest(MESSAGE), {}),
      'Unauthenticated',
    )
    expect(error.retryable).toBe(false)
    client.destroy()
  })
})
