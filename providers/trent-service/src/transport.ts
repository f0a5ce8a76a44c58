import * as http from 'node:http'
import * as https from 'node:https'
import type { CallContext } from '@signport/core'
import { abortOf, connectionFailure } from './connection-failure.js'
import type { WireRequest } from './wire-request.js'

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** Undefined when it is larger than any answer of the protocol: then the rest of it was not read. */
  readonly body: Buffer | undefined
}

/** The connections to one server. */
export interface Transport {
  /**
   * Sends a request, and once more over a new connection where a kept one ends without an answer and the request is
   * repeatable. The clock of the call stands still until there is a connection.
   *
   * @throws SigningError `Unavailable`, `Configuration` for what is wrong with TLS, `InvalidResponse`, `Aborted`
   */
  post(request: WireRequest, context?: CallContext): Promise<RawAnswer>
  /** Ends the connections, and calls under way with them. A later call opens new ones. */
  close(): void
}

/** How connections are made. */
export interface TransportOptions {
  readonly url: URL
  readonly maxConnections: number
  readonly ca?: string | undefined
}

/** The answers of the protocol have some kilobytes at most. In bytes. */
export const MAX_ANSWER_BYTES = 256 * 1024

/** Codes with which a connection ends that the server closed while it was idle. */
const CLOSED = new Set<unknown>(['ECONNRESET', 'EPIPE'])

/** Connections that are kept for later calls, up to a number at a time; further calls wait for one of them. */
export function createTransport({ url, maxConnections, ca }: TransportOptions): Transport {
  // Said here, it holds whatever NODE_TLS_REJECT_UNAUTHORIZED becomes.
  const tls = { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca !== undefined && { ca }) } as const
  const secure = url.protocol === 'https:'
  const open = secure ? https.request : http.request
  const agentOf = (options: http.AgentOptions) =>
    secure ? new https.Agent({ ...tls, ...options }) : new http.Agent(options)
  const keeping = () => agentOf({ keepAlive: true, maxSockets: maxConnections })
  let kept = keeping()
  const underWay = new Set<() => void>()
  const send = ({ headers, body }: WireRequest, agent: http.Agent, context: CallContext) => {
    const request = open(url, { method: 'POST', headers, agent })
    const { answer, end } = exchange(request, body, url, context)
    underWay.add(end)
    return answer.finally(() => underWay.delete(end))
  }
  let closings = 0
  return {
    async post(request, context = {}) {
      if (context.signal?.aborted) throw abortOf(context.signal)
      const before = closings
      const answer = await send(request, kept, context)
      if (answer) return answer
      // Most often the server closed a kept connection when the request was on its way; but it may have read it.
      const again = request.repeatable && before === closings
      const fresh = again && (await send(request, agentOf({ keepAlive: false }), context))
      if (fresh) return fresh
      throw connectionFailure({ code: 'ECONNRESET' }, url)
    },
    close() {
      closings++
      for (const end of underWay) end()
      // Node may still open one for a request that has waited: it is not kept, and a later call uses others.
      kept.keepSocketAlive = () => false
      kept.destroy()
      kept = keeping()
    },
  }
}

/** A request that was sent. */
interface Exchange {
  /** Undefined where a connection that was used before ended without one. */
  readonly answer: Promise<RawAnswer | undefined>
  /** Ends it, also where it still waits for a connection. */
  end(): void
}

function exchange(
  request: http.ClientRequest,
  body: Buffer,
  url: URL,
  { signal, clock }: CallContext,
): Exchange {
  let end = (_error?: unknown) => {}
  let answered = false
  clock?.pause()
  const answer = new Promise<RawAnswer | undefined>((resolve, reject) => {
    const fail = (error?: unknown) => reject(connectionFailure(error, url))
    end = (error = connectionFailure(undefined, url)) => {
      reject(error)
      request.destroy()
    }
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
  const onAbort = () => signal && end(abortOf(signal))
  signal?.addEventListener('abort', onAbort, { once: true })
  return { end: () => end(), answer: answer.finally(() => signal?.removeEventListener('abort', onAbort)) }
}

function readAnswer(
  response: http.IncomingMessage,
  resolve: (answer: RawAnswer) => void,
  fail: (error?: unknown) => void,
): void {
  const { statusCode: status = 0, headers } = response
  const chunks: Buffer[] = []
  let length = 0
  response.on('data', (chunk: Buffer) => {
    length += chunk.length
    chunks.push(chunk)
    if (length <= MAX_ANSWER_BYTES) return
    resolve({ status, headers, body: undefined })
    response.destroy()
  })
  response.on('end', () => resolve({ status, headers, body: Buffer.concat(chunks) }))
  response.on('error', fail)
}
