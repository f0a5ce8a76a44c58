import * as http from 'node:http'
import * as https from 'node:https'

/** Node's own client and nothing more: what a request costs at least. */
export interface BareHttp {
  /** The body of the answer. @throws Error unless its status is 200 */
  post(): Promise<Buffer>
  close(): void
}

/** As many as Signport's providers open at once. */
const MAX_SOCKETS = 64

/** Sends the same request again and again, over connections that are kept. */
export function createBareHttp(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array = Buffer.alloc(0),
): BareHttp {
  const { request, Agent } = url.protocol === 'https:' ? https : http
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS })
  const { hostname: host, port, pathname, search } = url
  const options = { method: 'POST', host, port, path: `${pathname}${search}`, headers, agent }
  const post = () =>
    new Promise<Buffer>((resolve, reject) => {
      const sent = request(options, (response) => readAnswer(response, resolve, reject))
      sent.on('error', reject)
      sent.end(body)
    })
  return { post, close: () => agent.destroy() }
}

function readAnswer(
  response: http.IncomingMessage,
  resolve: (body: Buffer) => void,
  reject: (error: Error) => void,
): void {
  const chunks: Buffer[] = []
  response.on('data', (chunk: Buffer) => chunks.push(chunk))
  response.on('end', () => {
    if (response.statusCode === 200) resolve(Buffer.concat(chunks))
    else reject(new Error(`The service answered ${response.statusCode}`))
  })
  response.on('error', reject)
}
