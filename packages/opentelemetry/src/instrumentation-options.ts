import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api'
import { oneOf, printable, typeName } from '@signport/core/kit'

/** What `instrumentSignport` may be told. */
export interface InstrumentationOptions {
  /** Where spans go: by default to the provider that is registered globally when a signature begins. */
  readonly tracerProvider?: TracerProvider
  /** Where measurements go: by default to the provider that is registered globally when a signature ends. */
  readonly meterProvider?: MeterProvider
  /**
   * Whether measurements name the key, too, as spans always do. Not by default: a program that signs with a key for each of
   * its users would make as many time series.
   */
  readonly keyIds?: boolean
}

/** The options, read and complete. */
export interface InstrumentationSettings {
  readonly tracerProvider: () => TracerProvider
  readonly meterProvider: () => MeterProvider
  readonly keyIds: boolean
}

const NAMES = ['tracerProvider', 'meterProvider', 'keyIds']

/** @throws TypeError for an option that there is not, and for a value that is not of its kind */
export function readInstrumentationOptions(options: InstrumentationOptions): InstrumentationSettings {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`The options must be an object, not ${typeName(options)}.`)
  assertNames(options)
  const { tracerProvider, meterProvider, keyIds = false } = options
  assertHas('tracerProvider', tracerProvider, 'getTracer')
  assertHas('meterProvider', meterProvider, 'getMeter')
  if (typeof keyIds !== 'boolean')
    throw new TypeError(`keyIds must be true or false, not ${typeName(keyIds)}.`)
  return {
    tracerProvider: () => tracerProvider ?? trace.getTracerProvider(),
    meterProvider: () => meterProvider ?? metrics.getMeterProvider(),
    keyIds,
  }
}

function assertNames(options: object): void {
  const unknown = Object.keys(options).find((name) => !NAMES.includes(name))
  if (unknown === undefined) return
  throw new TypeError(`There is no option ${printable(unknown)}: there is ${oneOf(NAMES)}.`)
}

function assertHas(name: string, value: unknown, method: string): void {
  if (value === undefined) return
  const found = typeof value === 'object' && value !== null ? Reflect.get(value, method) : undefined
  if (typeof found === 'function') return
  throw new TypeError(`${name} must have a method ${method}, which ${typeName(value)} has not.`)
}
