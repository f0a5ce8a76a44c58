import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Answer, PlaneRequest, Response } from '../planes/plane.js'
import { MAX_BODY_BYTES, readBody } from './body.js'
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
 * Listens on this machine.
 *
 * @param port 0 for any that is free
 * @param answer is asked for every request that is let in
 * @throws the system's error, such as `EADDRINUSE`
 */
export async function startHttpServer(
  port: number,
  answer: (request: PlaneRequest) => Promise<Answer>,
): Promise<HttpServer> {
  const connections = createConnections()
  const server = createServer((request, response) => {
    serve(request, response, answer, connections).catch(() => request.destroy())
  })
  server.on('connection', (socket: Socket) => connections.add(socket))
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

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: PlaneRequest) => Promise<Answer>,
  connections: Connections,
): Promise<void> {
  const port = request.socket.localPort ?? 0
  const reason = objection(request, port)
  if (reason !== undefined) return send(response, refusal(403, 'AccessDeniedException', reason), true)
  const body = await readBody(request)
  if (!body) {
    const message = `The body is longer than ${MAX_BODY_BYTES} bytes.`
    return send(response, refusal(413, 'RequestEntityTooLargeException', message), true)
  }
  const done = connections.begin(request.socket)
  response.once('close', done)
  const answered = await answer(planeRequest(request, body))
  if (answered.kind === 'reset') request.socket.resetAndDestroy()
  else if (answered.kind === 'stall') done()
  else send(response, answered, connections.ending)
}

function planeRequest({ method = '', url = '', rawHeaders }: IncomingMessage, body: Buffer): PlaneRequest {
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  )
  return { method, target: url, headers, body }
}

function refusal(status: number, code: string, message: string): Response {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() }
  return { kind: 'response', status, headers, body: JSON.stringify({ __type: code, message }) }
}

function send(response: ServerResponse, { status, headers, body }: Response, last: boolean): void {
  if (last) response.setHeader('connection', 'close')
  response.writeHead(status, headers).end(body)
}

interface Connections {
  /** Whether the server is being closed. */
  readonly ending: boolean
  add(socket: Socket): void
  /** Keeps a connection until the function that it returns is called: its request is being carried out. */
  begin(socket: Socket): () => void
  /** Ends those that nothing is carried out on now, and each other one when that is done. */
  end(): void
}

function createConnections(): Connections {
  const busy = new Map<Socket, number>()
  let ending = false

  function finish(socket: Socket): void {
    const count = busy.get(socket)
    if (count === undefined) return
    busy.set(socket, count - 1)
    if (ending && count === 1) socket.destroy()
  }

  return {
    get ending() {
      return ending
    },
    add(socket) {
      busy.set(socket, 0)
      socket.once('close', () => busy.delete(socket))
    },
    begin(socket) {
      const count = busy.get(socket)
      // Whoever has sent a request may have gone away meanwhile.
      if (count === undefined) return () => undefined
      busy.set(socket, count + 1)
      let over = false
      return () => {
        if (!over) finish(socket)
        over = true
      }
    },
    end() {
      ending = true
      for (const [socket, count] of busy) if (count === 0) socket.destroy()
    },
  }
}
