import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A request as it came. */
export interface Seen {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly socket: Socket
}

/** An answer as it is sent, right or wrong. */
export interface Raw {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}

/** What a server does with a request: gives an answer, or handles the response itself. */
export type Play = (seen: Seen, response: ServerResponse) => Raw | undefined

/** A small server that plays back what a test says, and counts. */
export interface RawServer {
  readonly url: string
  readonly port: number
  readonly seen: Seen[]
  connections(): number
  openSockets(): number
  close(): Promise<void>
}

export async function startRawServer(play: Play): Promise<RawServer> {
  const seen: Seen[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer(async (request, response) => {
    // A client that went away is no failure of the server.
    const body = await buffer(request).catch(() => undefined)
    if (!body) return
    const one = { headers: request.headers, body, socket: request.socket }
    seen.push(one)
    const raw = play(one, response)
    if (raw) response.writeHead(raw.status ?? 200, raw.headers).end(raw.body)
  })
  server.on('connection', (socket) => {
    connections += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  // Only the client ends connections.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    connections: () => connections,
    openSockets: () => sockets.size,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A JSON answer, as the protocol has it. */
export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Raw => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1', ...headers },
  body: JSON.stringify(body),
})
