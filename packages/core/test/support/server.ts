import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer, type ServerOptions, Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach } from '@jest/globals'

/** A request that was read. */
export interface Seen {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What the server does with a connection when it has read a request: to write, to stall, to break it. */
export type Answer = (socket: Socket) => void

/** A small server on this machine that answers with whatever bytes a test wants, until the test is over. */
export class TestServer {
  readonly requests: Seen[] = []
  /** How many connections there have been. */
  connections = 0
  readonly #open = new Set<Socket>()
  readonly #answers: readonly Answer[]
  readonly #server

  /** Each request is answered by the next of the answers; the last one serves again and again. */
  constructor(answers: readonly Answer[], tls?: ServerOptions) {
    this.#answers = answers
    const listener = (request: IncomingMessage) => this.#read(request)
    this.#server = tls ? createTlsServer(tls, listener) : createServer(listener)
    this.#server.on('connection', (socket: Socket) => {
      this.connections++
      this.#open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => this.#open.delete(socket))
    })
  }

  /** How many connections are open. */
  get open(): number {
    return this.#open.size
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo
    return `${this.#server instanceof TlsServer ? 'https' : 'http'}://127.0.0.1:${port}`
  }

  async start(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
  }

  async stop(): Promise<void> {
    const closed = once(this.#server.close(), 'close')
    for (const socket of this.#open) socket.destroy()
    await closed
  }

  async #read(request: IncomingMessage): Promise<void> {
    const { method, url: path, headers, socket } = request
    const seen = { method, path, headers, body: await buffer(request) }
    const answer = this.#answers[Math.min(this.requests.length, this.#answers.length - 1)]
    this.requests.push(seen)
    answer?.(socket)
  }
}

const running: TestServer[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()))
})

/** Starts a server, which the end of the test stops. */
export async function startServer(
  answers: Answer | readonly Answer[],
  tls?: ServerOptions,
): Promise<TestServer> {
  const server = new TestServer([answers].flat(), tls)
  await server.start()
  running.push(server)
  return server
}

/** An answer with a status, a body, and its length. */
export function answer(status: number, body = ''): Answer {
  return (socket) => {
    socket.write(`HTTP/1.1 ${status} Whatever\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  }
}

/** Bytes as they are, and then the end. */
export function raw(bytes: string): Answer {
  return (socket) => {
    socket.end(bytes)
  }
}
