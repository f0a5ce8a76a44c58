import { once } from 'node:events'
import { createServer } from 'node:http'

/** A server that says one thing, whatever it is asked: for what no emulator can be brought to say. */
export interface RefusingServer {
  readonly url: string
  /** What it says from now on; gives the function that ends it. */
  answer(status: number, body: object | string): () => void
  close(): Promise<void>
}

export async function startRefusingServer(): Promise<RefusingServer> {
  let current: { status: number; body: object | string } | undefined
  const server = createServer((request, response) => {
    request.resume()
    const { status, body } = current ?? { status: 404, body: {} }
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    answer(status, body) {
      current = { status, body }
      return () => {
        current = undefined
      }
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
