import type { Socket } from 'node:net'

/** The connections of a server. Each is known by the port at its other end, which TLS does not change. */
export interface Connections {
  /** Whether the server is being closed. */
  readonly ending: boolean
  /** A connection that has come in, before any TLS on it. */
  add(socket: Socket): void
  /** Keeps a connection until the function that it returns is called: its request is being carried out. */
  begin(remotePort: number | undefined): () => void
  /** Breaks a connection off, as a machine does that loses power. */
  reset(remotePort: number | undefined): void
  /** Ends those that nothing is carried out on now, and each other one when that is done. */
  end(): void
  /** Ends all, whatever is carried out on them. */
  breakOff(): void
}

interface Connection {
  readonly socket: Socket
  /** How many requests are being carried out. */
  busy: number
}

/** Makes a list without connections. */
export function createConnections(): Connections {
  const connections = new Map<number, Connection>()
  let ending = false

  function finish(connection: Connection): void {
    connection.busy -= 1
    if (ending && connection.busy === 0) connection.socket.destroy()
  }

  return {
    get ending() {
      return ending
    },
    add(socket) {
      const port = socket.remotePort
      if (port === undefined) return
      const connection = { socket, busy: 0 }
      connections.set(port, connection)
      // The port may have been taken by the next connection before this one is told to be closed.
      socket.once('close', () => {
        if (connections.get(port) === connection) connections.delete(port)
      })
    },
    begin(port) {
      const connection = connections.get(port ?? 0)
      // Whoever has sent a request may have gone away meanwhile.
      if (!connection) return () => undefined
      connection.busy += 1
      let over = false
      return () => {
        if (!over) finish(connection)
        over = true
      }
    },
    reset(port) {
      connections.get(port ?? 0)?.socket.resetAndDestroy()
    },
    end() {
      ending = true
      for (const { socket, busy } of connections.values()) if (busy === 0) socket.destroy()
    },
    breakOff() {
      ending = true
      for (const { socket } of connections.values()) socket.destroy()
    },
  }
}
