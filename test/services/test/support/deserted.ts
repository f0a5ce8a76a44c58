import { once } from 'node:events'
import { createServer } from 'node:net'

/** The URL of a port that nobody listens on: it was somebody's a moment ago. */
export async function deserted(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}
