import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { RequestHead, Responder, Response } from '../planes/plane.js'
import { readBody } from './body.js'
import { type Connections, createConnections } from './connections.js'
import { deliver, sendLast } from './delivery.js'
import { objection } from './guard.js'

/** A server that listens. */
export interface HttpServer {
  readonly port: number
  /** Answers what is under way, ends every connection, and leaves nothing behind. */
  close(): Promise<void>
  /** The same without the answers, as if the machine were switched off. */
  stop(): Promise<void>
}

/** The only address that is listened on: nobody else's machine can reach it. */
export const HOST = '127.0.0.1'

/**
 * How long a connection is kept that nobody uses. Much longer than Node's five seconds, in which a busy machine may not come
 * to its next request: it would be sent just when the connection is closed. In milliseconds.
 */
const IDLE_MS = 60_000

/** What a server proves by that it is the one, for TLS. Both PEM. */
export interface Identity {
  readonly key: string
  readonly cert: string
}

/** How a server answers. */
export interface Service {
  /** Is asked for every request that is let in. */
  readonly responderOf: (head: RequestHead) => Responder
  /** What time answers say that it is. */
  readonly clock: () => Date
  /** Makes it speak TLS. */
  readonly identity?: Identity | undefined
}

/**
 * Listens on this machine.
 *
 * @param port 0 for any that is free
 * @throws the system's error, such as `EADDRINUSE`
 */
export async function startHttpServer(port: number, service: Service): Promise<HttpServer> {
  const connections = createConnections()
  const { identity } = service
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response, service, connections).catch(() => request.destroy())
  }
  const options = { keepAliveTimeout: IDLE_MS }
  const server = identity
    ? createTlsServer({ ...options, ...pick(identity) }, listener)
    : createServer(options, listener)
  server.on('connection', connections.add)
  server.listen(port, HOST)
  await once(server, 'listening')
  async function closeAnd(endConnections: () => void): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    endConnections()
    await closed
  }

  return {
    port: (server.address() as AddressInfo).port,
    close: () => closeAnd(connections.end),
    stop: () => closeAnd(connections.breakOff),
  }
}

/** Nothing else: with the CA among its options, a server would hand that out, too. */
function pick({ key, cert }: Identity): Identity {
  return { key, cert }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { responderOf, clock }: Service,
  connections: Connections,
): Promise<void> {
  response.setHeader('date', clock().toUTCString())
  const { localPort = 0, remotePort } = request.socket
  const reason = objection(request, localPort)
  if (reason !== undefined) return sendLast(refusal(reason), request, response)
  const head = headOf(request)
  const responder = responderOf(head)
  const body = await readBody(request, responder.maxBodyBytes)
  if (!body) return sendLast(responder.tooLong(), request, response)
  const release = connections.begin(remotePort)
  response.once('close', release)
  const reset = () => connections.reset(remotePort)
  const answered = await responder.answer({ ...head, body })
  if (answered.kind === 'reset') return reset()
  if (answered.kind === 'stall') return release()
  if (connections.ending) response.setHeader('connection', 'close')
  deliver(answered, { response, reset, release })
}

function headOf({ method = '', url = '', rawHeaders }: IncomingMessage): RequestHead {
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  )
  return { method, target: url, headers }
}

/** In the words of AWS, as it comes before anybody knows which protocol is spoken. */
function refusal(message: string): Response {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() }
  const body = JSON.stringify({ __type: 'AccessDeniedException', message })
  return { kind: 'response', status: 403, headers, body }
}
