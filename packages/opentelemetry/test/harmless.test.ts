import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { DiagLogLevel, diag, type MeterProvider, type TracerProvider } from '@opentelemetry/api'
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { harmless } from '../src/harmless.js'
import type { InstrumentationOptions } from '../src/index.js'
import { failure } from './support/failure.js'
import { KeyService } from './support/key-service.js'
import { instrument, keepContexts, reset, telemetry } from './support/telemetry.js'

const message = Buffer.from('4,711 bolts')
const service = new KeyService()
let complaints: unknown[][]

beforeAll(() => service.start())
afterAll(() => service.stop())
afterEach(reset)
beforeEach(() => {
  keepContexts()
  complaints = []
  const ignore = () => undefined
  const error = (...complaint: unknown[]) => void complaints.push(complaint)
  const logger = { error, warn: ignore, info: ignore, debug: ignore, verbose: ignore }
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true })
})

const broken = new Error('the collector is on fire')
const fail = () => {
  throw broken
}

/** A processor of spans of which one function fails. */
const processor = (functions: Partial<SpanProcessor>): SpanProcessor => ({
  onStart() {},
  onEnd() {},
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
  ...functions,
})

const withProcessor = (functions: Partial<SpanProcessor>) => ({
  tracerProvider: new BasicTracerProvider({ spanProcessors: [processor(functions)] }) as TracerProvider,
})

const instruments = (record: () => void) => {
  const meter = { createHistogram: () => ({ record }), createCounter: () => ({ add: record }) }
  return { meterProvider: { getMeter: () => meter } as unknown as MeterProvider }
}

/** A signature that comes about, and one that does not. */
async function signTwice() {
  const signer = service.signer({ maxAttempts: 1 })
  expect((await signer.sign(message)).bytes.length).toBeGreaterThan(60)
  service.next.push({ code: 'AccessDenied' })
  expect(await failure(() => signer.sign(message))).toMatchObject({ code: 'AccessDenied' })
  await signer.close()
}

describe('signatures are made, and signers fail as they do otherwise', () => {
  test.each<[string, InstrumentationOptions]>([
    ['a span cannot be started', withProcessor({ onStart: fail })],
    ['a span cannot be ended', withProcessor({ onEnd: fail })],
    ['there is no tracer', { tracerProvider: { getTracer: fail } }],
    ['there is no meter', { meterProvider: { getMeter: fail } }],
    ['a measurement cannot be recorded', instruments(fail)],
  ])('although %s, which OpenTelemetry is told', async (_, options) => {
    instrument(undefined, options)
    await signTwice()
    const complaint = ['@signport/opentelemetry could not tell of a signature', broken]
    expect(complaints).toEqual([complaint, complaint])
  })

  test('although an exporter fails', async () => {
    const given: string[] = []
    const exporter = {
      export(spans: readonly { name: string }[]) {
        given.push(...spans.map(({ name }) => name))
        throw broken
      },
      shutdown: async () => undefined,
    }
    const spanProcessors = [new SimpleSpanProcessor(exporter)]
    instrument(undefined, { tracerProvider: new BasicTracerProvider({ spanProcessors }) })
    await signTwice()
    await new Promise(setImmediate)
    expect(given).toEqual(['sign ES256', 'sign ES256'])
  })

  test('where spans are not sampled, and measurements are made all the same', async () => {
    const sdk = telemetry()
    instrument(sdk, { tracerProvider: new BasicTracerProvider({ sampler: new AlwaysOffSampler() }) })
    await signTwice()
    expect(await sdk.durations()).toHaveLength(2)
    expect(complaints).toEqual([])
  })

  test('where there is no SDK at all', async () => {
    instrument()
    await signTwice()
    expect(complaints).toEqual([])
  })

  test('after the SDK was shut down', async () => {
    const sdk = telemetry()
    instrument(sdk)
    await sdk.tracerProvider.shutdown()
    await sdk.meterProvider.shutdown()
    await signTwice()
    expect(complaints).toEqual([])
  })
})

test('a span that cannot be ended does not take the measurement with it', async () => {
  const sdk = telemetry([processor({ onEnd: fail })])
  instrument(sdk)
  await signTwice()
  expect(await sdk.durations()).toHaveLength(2)
})

test('work that succeeds has its outcome', () => {
  expect(harmless(() => 5)).toBe(5)
  expect(harmless(fail)).toBeUndefined()
})
