import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'

/** The requests that this process makes. */
export interface RequestsOut {
  /** How many began so far. */
  count(): number
  /** Whether one of them has no connection yet, on which it could go out. */
  connecting(): boolean
  stop(): void
}

const CHANNEL = 'http.client.request.start'

/** A client may wait for a connection that it does not get: not that long, where servers are near. In milliseconds. */
const LONGEST_MS = 2_000

/** Listens from now on. */
export function watchRequestsOut(): RequestsOut {
  const begun = new Map<ClientRequest, number>()
  let count = 0
  const onStart = (message: unknown) => {
    const { request } = message as { request: ClientRequest }
    count++
    begun.set(request, performance.now())
    request.once('close', () => begun.delete(request))
    request.once('response', () => begun.delete(request))
  }
  subscribe(CHANNEL, onStart)
  return {
    count: () => count,
    connecting: () =>
      [...begun].some(([request, at]) => isConnecting(request) && performance.now() - at < LONGEST_MS),
    stop: () => void unsubscribe(CHANNEL, onStart),
  }
}

/** Of TLS, a socket is connected before both sides have agreed. */
function isConnecting({ socket }: ClientRequest): boolean {
  if (!socket) return true
  return socket.connecting || ('secureConnecting' in socket && socket.secureConnecting === true)
}
