import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach } from '@jest/globals'

const running: Server[] = []

afterEach(async () => {
  for (const server of running.splice(0)) {
    const closed = once(server.close(), 'close')
    server.closeAllConnections()
    await closed
  }
})

/** Serves on 127.0.0.1 until the test is over. @returns the URL, which ends with the port */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  running.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What came back over HTTP. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Sends a request by nothing but node:http, over a connection of its own. */
export function http(
  url: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string | string[]> } = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false })
    outgoing.once('error', reject)
    outgoing.once('response', async (response) => {
      try {
        const text = (await buffer(response)).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      } catch (error) {
        reject(error)
      }
    })
    outgoing.end()
  })
}
