import type { Attributes, Context, Counter, Histogram, Meter, MeterProvider } from '@opentelemetry/api'
import type { SignTrace } from '@signport/core'
import { printable } from '@signport/core/kit'
import type { Scope } from './scope.js'

/** From a key in this process to the usual deadline of a call. In seconds. */
const BOUNDARIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

interface Instruments {
  readonly duration: Histogram
  readonly attempts: Counter
  readonly errors: Counter
}

/** Records one signature that has ended. */
type Record = (about: SignTrace, seconds: number, context: Context) => void

/**
 * What records signatures, with the instruments of whatever provider there is by then: the API of OpenTelemetry hands out
 * instruments that measure nothing for good, to who asks before an SDK is registered.
 */
export function signMetrics(provider: () => MeterProvider, scope: Scope, keyIds: boolean): Record {
  let [from, instruments]: [MeterProvider?, Instruments?] = []
  return (about, seconds, context) => {
    const current = provider()
    if (!instruments || from !== current) {
      instruments = createInstruments(current.getMeter(scope.name, scope.version))
      from = current
    }
    const attributes = attributesOf(about, keyIds)
    // The context lets a measurement point to the span that it came from.
    instruments.duration.record(seconds, attributes, context)
    instruments.attempts.add(about.attempts, attributes, context)
    if (about.outcome !== 'signed') instruments.errors.add(1, attributes, context)
  }
}

function createInstruments(meter: Meter): Instruments {
  return {
    duration: meter.createHistogram('signport.sign.duration', {
      description: 'How long signatures take, from the call of a signer to its outcome.',
      unit: 's',
      advice: { explicitBucketBoundaries: BOUNDARIES },
    }),
    attempts: meter.createCounter('signport.sign.attempts', {
      description: 'How often providers were asked for signatures, repeated requests included.',
      unit: '{attempt}',
    }),
    errors: meter.createCounter('signport.sign.errors', {
      description: 'How many signatures did not come about.',
      unit: '{error}',
    }),
  }
}

function attributesOf({ provider, algorithm, outcome, keyId }: SignTrace, keyIds: boolean): Attributes {
  return {
    'signport.provider': provider,
    'signport.algorithm': algorithm,
    ...(outcome !== 'signed' && { 'error.type': outcome }),
    ...(keyIds && { 'signport.key.id': printable(keyId) }),
  }
}
