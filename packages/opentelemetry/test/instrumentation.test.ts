import { tracingChannel } from 'node:diagnostics_channel'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { metrics, trace } from '@opentelemetry/api'
import { createRotatingSigner, type Signer, signMany } from '@signport/core'
import { KeyService } from './support/key-service.js'
import { localSigner } from './support/local-signer.js'
import { traceRequests } from './support/request-spans.js'
import { instrument, keepContexts, reset, telemetry, within } from './support/telemetry.js'

const message = Buffer.from('4,711 bolts')
const service = new KeyService()
const channel = tracingChannel('signport.sign')

/** On Node 20 the five channels do not say it together. */
const isWatched = () => [channel.start, channel.asyncEnd].some(({ hasSubscribers }) => hasSubscribers)

beforeAll(() => service.start())
afterAll(() => service.stop())
beforeEach(keepContexts)
afterEach(() => {
  reset()
  metrics.disable()
  // Whatever a test did, nobody listens any more.
  expect(isWatched()).toBe(false)
})

describe('what is active while a signature is made', () => {
  test('the span is the child of that of the caller, and the parent of the requests', async () => {
    const sdk = telemetry()
    const { tracer, spans } = sdk
    instrument(sdk)
    const stop = traceRequests(tracer)
    const signer = service.signer()
    await within(tracer, 'checkout', () => signer.sign(message))
    stop()
    const [checkout, sign, ...requests] = ['checkout', 'sign ES256', 'HTTP POST'].flatMap((name) =>
      spans().filter((span) => span.name === name),
    )
    expect(sign?.parentSpanContext).toEqual(checkout?.spanContext())
    // The signature, and the public key that it is checked with.
    expect(requests).toHaveLength(2)
    for (const { parentSpanContext } of requests) expect(parentSpanContext).toEqual(sign?.spanContext())
    await signer.close()
  })

  test('a signature without a caller that is traced has a trace of its own', async () => {
    const sdk = telemetry()
    instrument(sdk)
    await localSigner().sign(message)
    expect(sdk.signs()).toHaveLength(1)
    expect(sdk.signs()[0]?.parentSpanContext).toBeUndefined()
  })

  test('in 100 concurrent calls every span has its own parent, and every request its own signature', async () => {
    const sdk = telemetry()
    const { tracer, spans, signs } = sdk
    instrument(sdk)
    const signer = service.signer()
    // The key is there: what is left is one request for each signature.
    await signer.publicKey()
    const stop = traceRequests(tracer)
    const callers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        within(tracer, `caller ${index}`, async (span) => {
          await signer.sign(Buffer.from(`message ${index}`))
          expect(trace.getActiveSpan()).toBe(span)
          return span.spanContext()
        }),
      ),
    )
    stop()
    const parents = new Map(signs().map((span) => [span.parentSpanContext?.spanId, span.spanContext()]))
    expect(signs()).toHaveLength(100)
    const requests = spans().filter(({ name }) => name === 'HTTP POST')
    expect(requests).toHaveLength(100)
    const asked = new Map(requests.map((span) => [span.parentSpanContext?.spanId, span.parentSpanContext]))
    for (const caller of callers) {
      const sign = parents.get(caller.spanId)
      expect(sign?.traceId).toBe(caller.traceId)
      expect(asked.get(sign?.spanId)).toEqual(sign)
    }
    await signer.close()
  })

  test('without a context manager there are spans without parents', async () => {
    reset()
    const sdk = telemetry()
    instrument(sdk)
    await within(sdk.tracer, 'caller', () => localSigner().sign(message))
    expect(sdk.signs().map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined])
  })
})

test('keys that rotate make one span a signature, of the key that signs', async () => {
  const sdk = telemetry()
  instrument(sdk)
  const rotation = createRotatingSigner({
    active: { signer: localSigner('autumn'), published: new Date('2026-09-01') },
    next: {
      signer: localSigner('winter'),
      published: new Date('2026-10-01'),
      activateAt: new Date('2026-12-01'),
    },
    cacheLifetimeMs: 600_000,
    tokenLifetimeMs: 3_600_000,
    now: () => Date.parse('2026-12-01'),
  })
  await rotation.sign(message)
  expect(sdk.signs().map(({ attributes }) => attributes['signport.key.id'])).toEqual(['winter'])
  await rotation.close()
})

test('of many messages, each has its span, below that of whoever reads the results', async () => {
  const sdk = telemetry()
  instrument(sdk)
  const signer = localSigner()
  const messages = Array.from({ length: 20 }, (_, index) => Buffer.from(`message ${index}`))
  const reader = await within(sdk.tracer, 'reader', async (span) => {
    for await (const { error } of signMany(signer, messages, { concurrency: 4 }))
      expect(error).toBeUndefined()
    return span.spanContext()
  })
  expect(sdk.signs().map(({ parentSpanContext }) => parentSpanContext)).toEqual(messages.map(() => reader))
  await signer.close()
})

test('only signatures are told of', async () => {
  const sdk = telemetry()
  const signer = localSigner()
  const signature = await signer.sign(message)
  instrument(sdk)
  await signer.verify(message, signature)
  await signer.publicKey()
  await signer.probe()
  await signer.close()
  expect(sdk.spans()).toEqual([])
})

test('nobody is told before there is an instrumentation, nor after it was disabled', async () => {
  const sdk = telemetry()
  const signer = localSigner()
  expect(isWatched()).toBe(false)
  await signer.sign(message)
  const { disable } = instrument(sdk)
  expect(isWatched()).toBe(true)
  await signer.sign(message)
  disable()
  disable()
  expect(isWatched()).toBe(false)
  await signer.sign(message)
  expect(sdk.signs()).toHaveLength(1)
  await signer.close()
})

/** Runs what is given while a signature is under way at the service, and then lets that end. */
async function inTheMiddle(signer: Signer, run: () => void): Promise<void> {
  const underWay = new AbortController()
  service.next.push({ stall: true })
  const call = signer.sign(message, { signal: underWay.signal })
  await new Promise((resolve) => setTimeout(resolve, 20))
  run()
  underWay.abort()
  await expect(call).rejects.toMatchObject({ code: 'Aborted' })
}

test('a signature that is under way when the instrumentation is disabled is still told of', async () => {
  const sdk = telemetry()
  const { disable } = instrument(sdk)
  const signer = service.signer()
  await inTheMiddle(signer, () => {
    disable()
    expect(channel.start.hasSubscribers).toBe(false)
  })
  expect(isWatched()).toBe(false)
  expect(sdk.signs().map(({ attributes }) => attributes['error.type'])).toEqual(['Aborted'])
  expect((await sdk.durations()).map(({ value }) => value.count)).toEqual([1])
  await signer.close()
})

test('a signature that is under way when the instrumentation begins is not told of', async () => {
  const sdk = telemetry()
  const signer = service.signer()
  const others: unknown[] = []
  const listen = (about: unknown) => others.push(about)
  channel.asyncEnd.subscribe(listen)
  await inTheMiddle(signer, () => instrument(sdk))
  channel.asyncEnd.unsubscribe(listen)
  expect(others).toHaveLength(1)
  expect(sdk.spans()).toEqual([])
  expect(await sdk.durations()).toEqual([])
  await signer.close()
})

test('two instrumentations have a span each, and the one goes on when the other is disabled', async () => {
  const [one, two] = [telemetry(), telemetry()]
  const { disable } = instrument(one)
  instrument(two)
  const signer = localSigner()
  await signer.sign(message)
  expect([one.signs().length, two.signs().length]).toEqual([1, 1])
  disable()
  await signer.sign(message)
  expect([one.signs().length, two.signs().length]).toEqual([1, 2])
  await signer.close()
})

describe('without providers in the options', () => {
  test('an SDK that is registered later is told from then on', async () => {
    const sdk = telemetry()
    instrument()
    const signer = localSigner()
    await signer.sign(message)
    trace.setGlobalTracerProvider(sdk.tracerProvider)
    metrics.setGlobalMeterProvider(sdk.meterProvider)
    await signer.sign(message)
    expect(sdk.signs()).toHaveLength(1)
    expect((await sdk.durations()).map(({ value }) => value.count)).toEqual([1])
    await signer.close()
  })

  test('the context of the caller is passed on although there is no SDK', async () => {
    const sdk = telemetry()
    instrument()
    const signer = service.signer()
    const stop = traceRequests(sdk.tracer)
    const caller = await within(sdk.tracer, 'caller', async (span) => {
      await signer.sign(message)
      return span.spanContext()
    })
    stop()
    const requests = sdk.spans().filter(({ name }) => name === 'HTTP POST')
    expect(requests.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([
      caller.spanId,
      caller.spanId,
    ])
    await signer.close()
  })
})

test('the scope is that of this package', async () => {
  const sdk = telemetry()
  instrument(sdk)
  await localSigner().sign(message)
  const scope = { name: '@signport/opentelemetry', version: expect.stringMatching(/^\d+\.\d+\.\d+/) }
  expect(sdk.signs()[0]?.instrumentationScope).toMatchObject(scope)
  expect((await sdk.metrics()).map((each) => each.scope)).toMatchObject([scope])
})
