import { expect, test } from '@jest/globals'
import { metrics, trace } from '@opentelemetry/api'
import { instrumentSignport } from '../src/index.js'
import { readInstrumentationOptions } from '../src/instrumentation-options.js'
import { telemetry } from './support/telemetry.js'

test.each<[unknown, string]>([
  [null, 'The options must be an object, not null.'],
  ['spans', 'The options must be an object, not string.'],
  [{ keyIDs: true }, 'There is no option keyIDs: there is tracerProvider, meterProvider or keyIds.'],
  [{ 'a\u001b': 1 }, 'There is no option a\\u{1b}: there is tracerProvider, meterProvider or keyIds.'],
  [{ keyIds: 'yes' }, 'keyIds must be true or false, not string.'],
  [{ tracerProvider: {} }, 'tracerProvider must have a method getTracer, which Object has not.'],
  [{ tracerProvider: null }, 'tracerProvider must have a method getTracer, which null has not.'],
  [{ meterProvider: 'secret' }, 'meterProvider must have a method getMeter, which string has not.'],
  [{ meterProvider: { getMeter: true } }, 'meterProvider must have a method getMeter, which Object has not.'],
])('%j is refused, and nothing of it shown but names', (options, message) => {
  expect(() => instrumentSignport(options as never)).toThrow(new TypeError(message))
})

test('the global providers are used where none are given, and keys not named', () => {
  const { tracerProvider, meterProvider, keyIds } = readInstrumentationOptions({})
  expect(tracerProvider()).toBe(trace.getTracerProvider())
  expect(meterProvider()).toBe(metrics.getMeterProvider())
  expect(keyIds).toBe(false)
})

test('providers that are given are used', () => {
  const { tracerProvider, meterProvider } = telemetry()
  const settings = readInstrumentationOptions({ tracerProvider, meterProvider, keyIds: true })
  expect(settings.tracerProvider()).toBe(tracerProvider)
  expect(settings.meterProvider()).toBe(meterProvider)
  expect(settings.keyIds).toBe(true)
})
