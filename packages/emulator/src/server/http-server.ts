import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { RequestHead, Responder, Response } from '../planes/plane.js'
import { readBody } from './body.js'
import { type Connections, createConnections } from './connections.js'
import { objection } from './guard.js'

/** A server that listens. */
export interface HttpServer {
  readonly port: number
  /** Answers what is under way, ends every connection, and leaves nothing behind. */
  close(): Promise<void>
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

/**
 * Listens on this machine.
 *
 * @param port 0 for any that is free
 * @param responderOf is asked for every request that is let in
 * @param identity makes it speak TLS
 * @throws the system's error, such as `EADDRINUSE`
 */
export async function startHttpServer(
  port: number,
  responderOf: (head: RequestHead) => Responder,
  identity?: Identity,
): Promise<HttpServer> {
  const connections = createConnections()
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response, responderOf, connections).catch(() => request.destroy())
  }
  const options = { keepAliveTimeout: IDLE_MS }
  const server = identity
    ? createTlsServer({ ...options, ...pick(identity) }, listener)
    : createServer(options, listener)
  server.on('connection', connections.add)
  server.listen(port, HOST)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      connections.end()
      await closed
    },
  }
}

/** Nothing else: with the CA among its options, a server would hand that out, too. */
function pick({ key, cert }: Identity): Identity {
  return { key, cert }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  responderOf: (head: RequestHead) => Responder,
  connections: Connections,
): Promise<void> {
  const { localPort = 0, remotePort } = request.socket
  const reason = objection(request, localPort)
  if (reason !== undefined) return send(response, refusal(reason), true)
  const head = headOf(request)
  const responder = responderOf(head)
  const body = await readBody(request, responder.maxBodyBytes)
  if (!body) return send(response, responder.tooLong(), true)
  const done = connections.begin(remotePort)
  response.once('close', done)
  const answered = await responder.answer({ ...head, body })
  if (answered.kind === 'reset') connections.reset(remotePort)
  else if (answered.kind === 'stall') done()
  else send(response, answered, connections.ending)
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

function send(response: ServerResponse, { status, headers, body }: Response, last: boolean): void {
  if (last) response.setHeader('connection', 'close')
  response.writeHead(status, headers).end(body)
}
