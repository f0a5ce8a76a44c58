import type { HttpServer } from './http-server.js'

/** The ports of one protocol, which are shut and opened together. */
export interface PlanePort {
  /** In the order of what was started. */
  readonly ports: readonly number[]
  /** Whether it listens. */
  readonly accepting: boolean
  /** Stops listening and ends all connections: the next one is refused. */
  refuse(): Promise<void>
  /** Listens on the same ports again. @throws the system's error, and an Error once it is closed */
  accept(): Promise<void>
  /** Answers what is under way, and stays shut. */
  close(): Promise<void>
}

/** Starts a server: on the port that is given, or on any that is free for 0. */
export type Start = (port: number) => Promise<HttpServer>

/** Opens a port for each server, one after the other. @throws the system's error */
export async function openPlanePort(starts: readonly Start[]): Promise<PlanePort> {
  let servers = await startAll(starts.map((start) => [start, 0]))
  const ports = servers.map(({ port }) => port)
  let accepting = true
  let closed = false
  let queue: Promise<unknown> = Promise.resolve()

  function enqueue(step: () => Promise<void>): Promise<void> {
    const done = queue.then(step)
    queue = done.catch(() => undefined)
    return done
  }

  async function end(how: 'close' | 'stop'): Promise<void> {
    accepting = false
    await Promise.all(servers.splice(0).map((server) => server[how]()))
  }

  return {
    ports,
    get accepting() {
      return accepting
    },
    refuse: () => enqueue(() => end('stop')),
    accept: () =>
      enqueue(async () => {
        if (closed) throw new Error('The emulator is closed: its ports stay shut.')
        if (accepting) return
        servers = await startAll(starts.map((start, index) => [start, ports[index] ?? 0]))
        accepting = true
      }),
    close: () =>
      enqueue(() => {
        closed = true
        return end('close')
      }),
  }
}

/** All of them, or none. */
async function startAll(each: readonly (readonly [Start, port: number])[]): Promise<HttpServer[]> {
  const servers: HttpServer[] = []
  try {
    for (const [start, port] of each) servers.push(await start(port))
    return servers
  } catch (error) {
    await Promise.all(servers.map((server) => server.close()))
    throw error
  }
}
