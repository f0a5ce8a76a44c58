import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach } from '@jest/globals'

/** A request as it arrived. */
export interface Seen {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** What the server does with a connection when it has read a request: to write, to stall, to break it. */
export type Answer = (socket: Socket, seen: Seen) => void

/** A small server on this machine that answers with whatever bytes a test wants. */
export interface TestServer {
  readonly url: string
  readonly port: number
  readonly requests: readonly Seen[]
  /** How many connections there have been, and how many are open. */
  connections(): { readonly all: number; readonly open: number }
}

const running: (() => Promise<void>)[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()))
})

/** Starts a server that answers each request by the next of its answers; the last one again and again. */
export async function startServer(
  answers: Answer | readonly Answer[],
  tls?: ServerOptions,
): Promise<TestServer> {
  const { stop, ...server } = await openServer(answers, tls)
  running.push(stop)
  return server
}

/** Listens; somebody must stop it. */
async function openServer(
  answers: Answer | readonly Answer[],
  tls?: ServerOptions,
): Promise<TestServer & { stop(): Promise<void> }> {
  const requests: Seen[] = []
  const list = [answers].flat()
  const listener: RequestListener = async (request) => {
    const { method, url: path, headers, socket } = request
    const seen = { method, path, headers, body: (await buffer(request)).toString() }
    const answer = list[Math.min(requests.length, list.length - 1)]
    requests.push(seen)
    answer?.(socket, seen)
  }
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  const sockets = countSockets(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const connections = () => ({ all: sockets.count(), open: sockets.open.size })
  const end = () => stop(server, sockets.open)
  return { stop: end, url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, port, requests, connections }
}

function countSockets(server: Server) {
  const open = new Set<Socket>()
  let all = 0
  server.on('connection', (socket: Socket) => {
    all++
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
  })
  return { open, count: () => all }
}

async function stop(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  for (const socket of open) socket.destroy()
  await closed
}

/** An answer with a status, headers and a body. */
export function answer(
  status: number,
  body: string | Uint8Array = '',
  headers: Record<string, string> = {},
): Answer {
  const bytes = Buffer.from(body)
  const lines = Object.entries({ 'content-length': String(bytes.length), ...headers })
  const head = [
    `HTTP/1.1 ${status} Whatever`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n')
  return (socket) => {
    socket.write(Buffer.concat([Buffer.from(head, 'latin1'), bytes]))
  }
}

/** An answer in JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return answer(status, JSON.stringify(body), { 'content-type': 'application/x-amz-json-1.1', ...headers })
}

/** Bytes as they are. */
export function raw(bytes: string): Answer {
  return (socket) => {
    socket.end(bytes)
  }
}
