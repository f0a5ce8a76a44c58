import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream'

/** A port of 127.0.0.1 that leads to a unix socket. */
export interface Relay {
  readonly port: number
  close(): Promise<void>
}

/** The near half of the way into a network namespace; the far half is server-keeper.mjs. */
export async function openRelay(socketPath: string): Promise<Relay> {
  const open = new Set<Socket>()
  const server = createServer((outer) => {
    const inner = connect(socketPath)
    // A connection that breaks is for those who use it to notice.
    pipeline(outer, inner, () => {})
    pipeline(inner, outer, () => {})
    open.add(outer)
    outer.once('close', () => open.delete(outer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}
