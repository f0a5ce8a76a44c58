import { tracingChannel } from 'node:diagnostics_channel'
import { context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'
import type { SignTrace } from '@signport/core'
import { harmless } from './harmless.js'
import { type InstrumentationOptions, readInstrumentationOptions } from './instrumentation-options.js'
import { type Instrumentation, listen, type WithContext } from './listener.js'
import { readScope } from './scope.js'
import { signMetrics } from './sign-metrics.js'
import { endSpan, startSpan } from './sign-span.js'

/** A signature that is under way. */
interface Begun extends WithContext {
  readonly span: Span | undefined
  /** In milliseconds, of the clock of the process. */
  readonly startedAt: number
}

/**
 * Tells OpenTelemetry of every signature that the signers of this process make from now on: a span, and measurements. What
 * goes wrong in doing so is told to the `diag` logger of OpenTelemetry, and never to who signs.
 *
 * @throws TypeError for options that are none
 */
export function instrumentSignport(options: InstrumentationOptions = {}): Instrumentation {
  const { tracerProvider, meterProvider, keyIds } = readInstrumentationOptions(options)
  const scope = readScope()
  const tracer = () => tracerProvider().getTracer(scope.name, scope.version)
  const record = signMetrics(meterProvider, scope, keyIds)
  return listen(tracingChannel<unknown, SignTrace>('signport.sign'), {
    begin(about): Begun {
      const startedAt = performance.now()
      const parent = harmless(() => context.active()) ?? ROOT_CONTEXT
      const span = harmless(() => startSpan(tracer(), about, parent))
      return { span, context: span ? trace.setSpan(parent, span) : parent, startedAt }
    },
    end(about, { span, context, startedAt }) {
      const seconds = (performance.now() - startedAt) / 1_000
      // A failure of the one must not take the other with it.
      harmless(() => span && endSpan(span, about))
      harmless(() => record(about, seconds, context))
    },
  })
}
