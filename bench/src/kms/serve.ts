import { once } from 'node:events'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Identity } from './certificate.js'
import { type Plane, wrong } from './plane.js'

export interface ServeOptions {
  /** With TLS, by this name. */
  readonly identity?: Identity | undefined
  /** How long each answer takes besides the work for it, in milliseconds. */
  readonly latencyMs?: number
}

/** A service that listens on 127.0.0.1. */
export interface Served {
  readonly url: string
  close(): void
}

export async function serve(plane: Plane, { identity, latencyMs = 0 }: ServeOptions = {}): Promise<Served> {
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    answerTo(request, response, plane, latencyMs)
  const server: Server = identity ? createHttpsServer(identity, handle) : createHttpServer(handle)
  // An idle connection stays open for as long as others are measured.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `${identity ? 'https' : 'http'}://127.0.0.1:${port}`, close }
}

function answerTo(request: IncomingMessage, response: ServerResponse, plane: Plane, latencyMs: number): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { method = '', url = '', headers } = request
    const { status, body, ...reply } = plane({ method, url, headers, body: Buffer.concat(chunks) }) ?? wrong
    const head = { ...reply.headers, 'content-length': body.length }
    const send = () => response.writeHead(status, head).end(body)
    if (latencyMs > 0) setTimeout(send, latencyMs)
    else send()
  })
}
