import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { failure } from './support/failure.js'
import { KeyService } from './support/key-service.js'
import { localSigner } from './support/local-signer.js'
import { instrument, reset, type Telemetry, telemetry } from './support/telemetry.js'

const message = Buffer.from('4,711 bolts')
const service = new KeyService()
let sdk: Telemetry

beforeAll(() => service.start())
afterAll(() => service.stop())
beforeEach(() => {
  sdk = telemetry()
})
afterEach(reset)

/** Two signatures by the service, the second of which fails after three attempts, and one by a key in this process. */
async function signThree() {
  const [signer, local] = [service.signer({ maxAttempts: 3 }), localSigner()]
  await signer.sign(message)
  service.next.push({ code: 'Unavailable' }, { code: 'Unavailable' }, { code: 'Throttled' })
  await failure(() => signer.sign(message))
  await local.sign(message)
  await signer.close()
  await local.close()
}

const service256 = { 'signport.provider': 'key-service', 'signport.algorithm': 'ES256' }
const local25519 = { 'signport.provider': 'local', 'signport.algorithm': 'Ed25519' }
const throttled = { ...service256, 'error.type': 'Throttled' }

test('durations are counted by provider, algorithm and kind of error, in seconds', async () => {
  instrument(sdk)
  const before = performance.now()
  await signThree()
  const seconds = (performance.now() - before) / 1_000
  const durations = await sdk.durations()
  expect(durations.map(({ attributes }) => attributes)).toEqual([service256, throttled, local25519])
  for (const { value } of durations) expect(value.count).toBe(1)
  const sum = durations.reduce((total, { value }) => total + (value.sum ?? 0), 0)
  expect(sum).toBeGreaterThan(0)
  expect(sum).toBeLessThanOrEqual(seconds)
})

test('a duration is as long as its signature', async () => {
  instrument(sdk)
  const signer = service.signer({ maxAttempts: 1 })
  service.next.push({ stall: true })
  const before = performance.now()
  await failure(() => signer.sign(message, { timeoutMs: 60 }))
  const seconds = (performance.now() - before) / 1_000
  const [duration] = await sdk.durations()
  // Timers may be up to a millisecond early.
  expect(duration?.value.sum).toBeGreaterThanOrEqual(0.059)
  expect(duration?.value.sum).toBeLessThanOrEqual(seconds)
  await signer.close()
})

test('the buckets go from a key in this process to the deadline of a call', async () => {
  instrument(sdk)
  await localSigner().sign(message)
  const [duration] = await sdk.durations()
  const { boundaries } = duration?.value.buckets ?? { boundaries: [] }
  expect([boundaries.at(0), boundaries.at(-1)]).toEqual([0.001, 30])
  expect(boundaries).toEqual(boundaries.toSorted((a, b) => a - b))
})

test('attempts are counted, repeated ones included', async () => {
  instrument(sdk)
  await signThree()
  const attempts = (await sdk.points('signport.sign.attempts')).map(({ attributes, value }) => [
    attributes,
    value,
  ])
  expect(attempts).toEqual([
    [service256, 1],
    [throttled, 3],
    [local25519, 1],
  ])
})

test('errors are counted by their codes, and where there was none there is no count', async () => {
  instrument(sdk)
  await signThree()
  const errors = await sdk.points('signport.sign.errors')
  expect(errors.map(({ attributes, value }) => [attributes, value])).toEqual([[throttled, 1]])
})

test('keys are named where that is asked for, fit for a terminal', async () => {
  instrument(sdk, { keyIds: true })
  await localSigner('reports\u001b[2J').sign(message)
  for (const name of ['duration', 'attempts']) {
    const points = await sdk.points(`signport.sign.${name}`)
    const attributes = { ...local25519, 'signport.key.id': 'reports\\u{1b}[2J' }
    expect(points.map((point) => point.attributes)).toEqual([attributes])
  }
})

test('units and descriptions are there for all instruments', async () => {
  instrument(sdk)
  await signThree()
  const descriptors = (await sdk.metrics()).flatMap((scope) =>
    scope.metrics.map(({ descriptor }) => descriptor),
  )
  expect(descriptors.map(({ name, unit }) => [name, unit])).toEqual([
    ['signport.sign.duration', 's'],
    ['signport.sign.attempts', '{attempt}'],
    ['signport.sign.errors', '{error}'],
  ])
  for (const { description } of descriptors) expect(description).toMatch(/^How .*\.$/)
})

test('a provider that was shut down is asked for its meter once, and not at every signature', async () => {
  let asked = 0
  const { meterProvider } = sdk
  const counted = {
    getMeter: (...args: Parameters<typeof meterProvider.getMeter>) => {
      asked++
      return meterProvider.getMeter(...args)
    },
  }
  instrument(undefined, { meterProvider: counted })
  const signer = localSigner()
  await signer.sign(message)
  await meterProvider.shutdown()
  await signer.sign(message)
  expect(asked).toBe(1)
  await signer.close()
})
