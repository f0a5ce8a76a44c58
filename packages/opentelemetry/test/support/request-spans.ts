import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import type { Span, Tracer } from '@opentelemetry/api'

/** Makes a span of each request of node:http, as instrumentations of it do, until it is told to stop. */
export function traceRequests(tracer: Tracer): () => void {
  const spans = new WeakMap<ClientRequest, Span>()
  const start = (message: unknown) => {
    const { request } = message as { request: ClientRequest }
    spans.set(request, tracer.startSpan(`HTTP ${request.method}`))
  }
  const finish = (message: unknown) => spans.get((message as { request: ClientRequest }).request)?.end()
  subscribe('http.client.request.start', start)
  subscribe('http.client.response.finish', finish)
  return () => {
    unsubscribe('http.client.request.start', start)
    unsubscribe('http.client.response.finish', finish)
  }
}
