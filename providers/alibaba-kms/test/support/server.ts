import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach } from '@jest/globals'

/** A request as it arrived. */
export interface Seen {
  readonly method: string | undefined
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  readonly socket: Socket
}

/** An answer as it is sent, right or wrong. */
export interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
}

/** What a server does with a request: gives an answer, or handles the response itself. */
export type Play = (seen: Seen, response: ServerResponse) => Reply | undefined | Promise<Reply | undefined>

/** A small server on this machine that answers as a test says. */
export interface TestServer {
  readonly url: string
  readonly host: string
  readonly requests: Seen[]
  /** How many connections there have been, and how many are open. */
  connections(): { readonly all: number; readonly open: number }
}

/** How long a server lives: until the end of the test, unless it is said to last. */
export interface Lasting {
  readonly lasting?: boolean
}

/** What a server is started with. */
export interface StartOptions extends Lasting {
  readonly tls?: ServerOptions
}

const ofTest: (() => Promise<void>)[] = []
const ofFile: (() => Promise<void>)[] = []

const stopAll = (stops: (() => Promise<void>)[]) => Promise.all(stops.splice(0).map((stop) => stop()))

afterEach(() => stopAll(ofTest))
afterAll(() => stopAll(ofFile))

/** Starts a server, which is stopped by itself. */
export async function startServer(
  play: Play,
  { tls, lasting = false }: StartOptions = {},
): Promise<TestServer> {
  const requests: Seen[] = []
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    // A client that went away is no failure of the server.
    const body = await buffer(request).catch(() => undefined)
    if (!body) return
    const { method, url: path = '', headers, socket } = request
    const seen = { method, path, headers, body, socket }
    requests.push(seen)
    const reply = await play(seen, response)
    if (reply) response.writeHead(reply.status ?? 200, reply.headers).end(reply.body)
  }
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  const sockets = countSockets(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stops = lasting ? ofFile : ofTest
  stops.push(() => stop(server, sockets.open))
  const { port } = server.address() as AddressInfo
  const host = `127.0.0.1:${port}`
  const connections = () => ({ all: sockets.count(), open: sockets.open.size })
  return { url: `${tls ? 'https' : 'http'}://${host}`, host, requests, connections }
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

/** Bytes as they are, instead of an answer. */
export const rawBytes =
  (bytes: string): Play =>
  ({ socket }) => {
    socket.end(bytes)
    return undefined
  }
