import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

/**
 * Counts the connections to a server of this process. No door in front of it could: an emulator answers only what was
 * addressed to its own port.
 */
export interface ConnectionCounter {
  /** How many there have been. */
  all(): number
  /** How many are open. */
  open(): number
  /** How many bytes came on all of them. */
  receivedBytes(): number
  stop(): void
}

/** Where Node tells of each connection that a server of this process takes. */
const CHANNEL = 'net.server.socket'

export function countConnections(port: number): ConnectionCounter {
  const all: Socket[] = []
  const listener = (message: unknown) => {
    const { socket } = message as { socket: Socket }
    if (socket.localPort === port) all.push(socket)
  }
  subscribe(CHANNEL, listener)
  return {
    all: () => all.length,
    open: () => all.filter(({ destroyed }) => !destroyed).length,
    receivedBytes: () => all.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    stop: () => void unsubscribe(CHANNEL, listener),
  }
}
