import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { ManualClock } from '@signport/contract'
import { createSigner, type Signer, type SigningError } from '@signport/core'
import { type Emulator, type FaultKind, type SeedDocument, startEmulator } from '@signport/emulator'
import { type ConnectionCounter, countConnections } from './support/connection-counter.js'
import { type RemoteProvider, remoteProviders } from './support/remote-providers.js'

const CREDENTIALS = {
  accessKeyId: 'ASIASILENTSILENT0000',
  secretAccessKey: 'kept',
  sessionToken: 'session',
}
const KEY = '00000000-0000-4000-8000-000000000001'
const MESSAGE = Buffer.from('a message')

const DEADLINE_MS = 300

/** Far more than it takes on a machine that has other things to do, and far less than the service would. */
const SOON_MS = 10_000

const PROVIDERS = remoteProviders(CREDENTIALS)
const CASES = (Object.keys(PROVIDERS) as RemoteProvider[]).flatMap((name) =>
  (['stall', 'drip'] as const satisfies FaultKind[]).map((kind) => [name, kind] as const),
)

let emulator: Emulator
let counters: ConnectionCounter[]
const figures: string[] = []

beforeAll(async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const seed: SeedDocument = {
    version: 1,
    keys: [{ id: KEY, spec: 'ECC_NIST_P256', privateKey: pem }],
  }
  emulator = await startEmulator({ seed, credentials: [CREDENTIALS], tls: true })
  counters = [emulator.url, emulator.tls?.url ?? ''].map((url) => countConnections(Number(new URL(url).port)))
})
afterEach(() => emulator.faults.clear())
afterAll(async () => {
  for (const counter of counters) counter.stop()
  await emulator.close()
  process.stderr.write(`${figures.join('\n')}\n`)
})

const isOpen = () => counters.some((counter) => counter.open() > 0)

/** How long it takes until a call has failed, and until none of its connections is left; in milliseconds. */
interface Ending {
  readonly error: SigningError
  readonly failedMs: number
  readonly closedMs: number
}

/** Ends a call when the service has taken its request: one that has not gone out leaves a kept connection open, rightly. */
async function endingOf(call: Promise<unknown>, end: () => void | Promise<void>): Promise<Ending> {
  const before = emulator.requests().length
  const failure = call.then(
    () => undefined,
    (thrown) => thrown,
  )
  while (emulator.requests().length === before) await wait(1)
  await end()
  const endedAt = performance.now()
  const error = await failure
  const failedMs = performance.now() - endedAt
  while (isOpen() && performance.now() - endedAt < 2 * SOON_MS) await wait(1)
  return { error, failedMs, closedMs: performance.now() - endedAt }
}

/** A signer whose time stands still until it is moved. */
async function withSigner<T>(
  name: RemoteProvider,
  use: (signer: Signer, clock: ManualClock) => Promise<T>,
): Promise<T> {
  const provider = await PROVIDERS[name](emulator)
  const clock = new ManualClock()
  const own = { check: 'never', maxAttempts: 1, clock } as const
  const signer = createSigner({ provider, keyId: KEY, algorithm: 'ES256', ...own })
  try {
    // What is loaded and looked up once takes time of its own.
    await signer.sign(MESSAGE)
    return await use(signer, clock)
  } finally {
    await signer.close()
  }
}

const note = (name: string, kind: string, what: string, { failedMs, closedMs }: Ending) =>
  figures.push(
    `${name}, ${kind}: ${what} ${failedMs.toFixed(1)} ms, connections closed after ${closedMs.toFixed(1)} ms`,
  )

describe.each(CASES)('%s, while the answers %s', (name, kind) => {
  test('a call ends at its deadline, and its connections with it', async () => {
    await withSigner(name, async (signer, clock) => {
      emulator.faults.add({ kind, times: null })
      const call = signer.sign(MESSAGE, { timeoutMs: DEADLINE_MS })
      let failedAt = 0
      call.catch(() => {
        failedAt = clock.now()
      })
      const ending = await endingOf(call, async () => {
        clock.advance(DEADLINE_MS - 1)
        await wait(10)
        clock.advance(1)
      })
      expect(ending.error).toMatchObject({ code: 'Timeout' })
      expect(failedAt).toBe(DEADLINE_MS)
      expect(ending.closedMs).toBeLessThan(SOON_MS)
      note(name, kind, 'a deadline ends the call after', ending)
    })
  })

  test('an abort ends it at once, and its connections', async () => {
    await withSigner(name, async (signer) => {
      emulator.faults.add({ kind, times: null })
      const controller = new AbortController()
      const call = signer.sign(MESSAGE, { signal: controller.signal })
      const ending = await endingOf(call, () => controller.abort())
      expect(ending.error).toMatchObject({ code: 'Aborted', name: 'AbortError' })
      expect(ending.closedMs).toBeLessThan(SOON_MS)
      note(name, kind, 'an abort ends the call after', ending)
    })
  })
})
