import * as http from 'node:http'
import * as https from 'node:https'
import type { CallContext } from '@signport/core'
import { abortOf } from '../abort.js'
import { connectionFailure } from '../connection-failure.js'
import type { WireRequest } from './authorization.js'

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** Undefined when it is larger than any answer: then the rest of it was not read. */
  readonly body: Buffer | undefined
}

/** The connections to one instance. */
export interface Exchange {
  /** @throws SigningError `Unavailable`, `Configuration` for what is wrong with TLS, `InvalidResponse`, `Aborted` */
  post(request: WireRequest, context?: CallContext): Promise<RawAnswer>
  /** Ends the connections. A later call opens new ones. */
  close(): void
}

/** How connections are made. */
export interface ExchangeOptions {
  readonly url: URL
  readonly maxConnections: number
  readonly ca?: string | undefined
}

/** Signatures and public keys have some kilobytes at most. In bytes. */
export const MAX_ANSWER_BYTES = 256 * 1024

/** Codes with which a connection ends that the server closed while it was idle. */
const CLOSED = new Set<unknown>(['ECONNRESET', 'EPIPE'])

const CA_ADVICE = 'the private authority of an instance is named by ca or caFile'

/** Connections that are kept for later calls, up to a number at a time; further calls wait for one of them. */
export function createExchange({ url, maxConnections, ca }: ExchangeOptions): Exchange {
  // Said here, it holds whatever NODE_TLS_REJECT_UNAUTHORIZED becomes.
  const tls = { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca !== undefined && { ca }) } as const
  const secure = url.protocol === 'https:'
  const open = secure ? https.request : http.request
  const agentOf = (options: http.AgentOptions) =>
    secure ? new https.Agent({ ...tls, ...options }) : new http.Agent(options)
  const keeping = () => agentOf({ keepAlive: true, maxSockets: maxConnections })
  let kept = keeping()
  const send = async ({ headers, body }: WireRequest, agent: http.Agent, context: CallContext) => {
    const { signal } = context
    if (signal?.aborted) throw abortOf(signal)
    return answerTo(open(url, { method: 'POST', headers, agent }), body, url, context)
  }
  return {
    async post(request, context = {}) {
      const answer = await send(request, kept, context)
      if (answer) return answer
      // The server closed a kept connection when the request was on its way. Signing is safe to repeat.
      const fresh = await send(request, agentOf({ keepAlive: false }), context)
      if (fresh) return fresh
      throw failureOf(undefined, url)
    },
    close() {
      // Node may still open one for a request that has waited: it is not kept, and a later call uses others.
      kept.keepSocketAlive = () => false
      kept.destroy()
      kept = keeping()
    },
  }
}

function failureOf(error: unknown, { host }: URL) {
  const { code } = Object(error) as { code?: unknown }
  return connectionFailure(typeof code === 'string' ? code : undefined, { host, caAdvice: CA_ADVICE })
}

/** Sends one request. Gives undefined where a connection that was used before ended without an answer. */
function answerTo(
  request: http.ClientRequest,
  body: Uint8Array,
  url: URL,
  { signal, clock }: CallContext,
): Promise<RawAnswer | undefined> {
  let onAbort = () => {}
  let answered = false
  const answer = new Promise<RawAnswer | undefined>((resolve, reject) => {
    const fail = (error?: unknown) => reject(failureOf(error, url))
    onAbort = () => {
      if (signal) reject(abortOf(signal))
      request.destroy()
    }
    // It has waited for one of the connections.
    request.on('socket', () => clock?.restart())
    request.on('response', (response) => {
      answered = true
      readAnswer(response, resolve, fail)
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (request.reusedSocket && !answered && CLOSED.has(error.code)) resolve(undefined)
      else fail(error)
    })
    // To an answer that changes the protocol, neither a response nor an error is told.
    request.on('close', () => answered || fail())
    request.end(body)
  })
  signal?.addEventListener('abort', onAbort, { once: true })
  return answer.finally(() => signal?.removeEventListener('abort', onAbort))
}

function readAnswer(
  response: http.IncomingMessage,
  resolve: (answer: RawAnswer) => void,
  fail: (error?: unknown) => void,
): void {
  // An answer that has ended has given its socket back.
  const { statusCode: status = 0, headers, socket } = response
  const chunks: Buffer[] = []
  let length = 0
  response.on('data', (chunk: Buffer) => {
    length += chunk.length
    chunks.push(chunk)
    if (length <= MAX_ANSWER_BYTES) return
    resolve({ status, headers, body: undefined })
    response.destroy()
  })
  response.on('end', () => {
    resolve({ status, headers, body: Buffer.concat(chunks) })
    // It was refused before all of it was sent: whoever came next would wait for the rest, or send it before his own.
    if (socket.writableLength > 0) socket.destroy()
  })
  response.on('error', fail)
  response.on('close', () => fail())
}
