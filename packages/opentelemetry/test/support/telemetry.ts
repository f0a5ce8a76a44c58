import { context, diag, type Span, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { type DataPoint, type Histogram, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { type Instrumentation, type InstrumentationOptions, instrumentSignport } from '../../src/index.js'

class PulledReader extends MetricReader {
  protected async onShutdown() {}
  protected async onForceFlush() {}
}

/** Keeps spans as soon as they have ended. */
function spanKeeper(exporter: InMemorySpanExporter): SpanProcessor {
  return {
    onStart() {},
    onEnd: (span) => exporter.export([span], () => undefined),
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  }
}

/** The SDK, with what it was told. */
export function telemetry(processors: readonly SpanProcessor[] = []) {
  const exporter = new InMemorySpanExporter()
  const reader = new PulledReader()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [...processors, spanKeeper(exporter)] })
  const meterProvider = new MeterProvider({ readers: [reader] })
  return {
    tracerProvider,
    meterProvider,
    /** A tracer of the program that signs. */
    tracer: tracerProvider.getTracer('the program'),
    spans: () => exporter.getFinishedSpans(),
    /** The spans of signatures. */
    signs: () => exporter.getFinishedSpans().filter(isSign),
    metrics: async () => {
      const { resourceMetrics, errors } = await reader.collect()
      if (errors.length > 0) throw errors[0]
      return resourceMetrics.scopeMetrics
    },
    /** What was measured by the instrument of a name. */
    async points(name: string) {
      const metrics = (await this.metrics()).flatMap((scope) => scope.metrics)
      const metric = metrics.find(({ descriptor }) => descriptor.name === name)
      return (metric?.dataPoints ?? []) as DataPoint<number>[]
    },
    async durations() {
      return (await this.points('signport.sign.duration')) as unknown as DataPoint<Histogram>[]
    },
  }
}

export type Telemetry = ReturnType<typeof telemetry>

const isSign = ({ name }: ReadableSpan) => name.startsWith('sign ')

/** Runs work within a span of the program. */
export function within<T>(
  tracer: Telemetry['tracer'],
  name: string,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await work(span)
    } finally {
      span.end()
    }
  })
}

const enabled: Instrumentation[] = []

/** An instrumentation that tells an SDK, and that `reset` takes back. */
export function instrument(sdk?: Telemetry, options: InstrumentationOptions = {}): Instrumentation {
  const { tracerProvider, meterProvider } = sdk ?? {}
  const providers = { ...(tracerProvider && { tracerProvider }), ...(meterProvider && { meterProvider }) }
  const instrumentation = instrumentSignport({ ...providers, ...options })
  enabled.push(instrumentation)
  return instrumentation
}

/** Contexts as a program on Node has them. */
export function keepContexts(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
}

/** Everything as at the start of a process. */
export function reset(): void {
  for (const { disable } of enabled.splice(0)) disable()
  trace.disable()
  context.disable()
  diag.disable()
}
