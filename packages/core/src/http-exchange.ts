import * as http from 'node:http'
import * as https from 'node:https'
import { urlToHttpOptions } from 'node:url'
import { abortOf, throwIfAborted } from './abort.js'
import { endingOf } from './call-context.js'
import { type FailureOf, type HttpAnswer, send } from './http-answer.js'
import type { CallContext } from './provider.js'
import { Roll } from './roll.js'

/** A request, sent by POST. */
export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>
  /** What is text should come as such: it then goes out in one piece with the headers, which must be ASCII. That costs less. */
  readonly body: Uint8Array | string
  /** Whether it may be sent again when nobody knows whether the server has read it. */
  readonly repeatable: boolean
}

/** How requests are sent, and what failures are called. */
export interface HttpExchangeOptions {
  /** Where all requests go. */
  readonly url: URL
  /** Further requests wait for one of the connections. */
  readonly maxConnections: number
  /** Certificates as PEM that are trusted in place of the usual ones. */
  readonly ca?: string | undefined
  /** The provider's name, for errors. */
  readonly provider: string
  /**
   * The error for a connection that failed, by the code of Node or OpenSSL; there is none where it just ended. See
   * `readConnectionFailure`.
   */
  readonly failureOf: FailureOf
}

/** The connections to one server. */
export interface HttpExchange {
  /**
   * Sends a request, and once more over a new connection where a kept one ends without an answer and the request is
   * repeatable. The clock of the call stands still until there is a connection.
   *
   * @throws SigningError as `failureOf` says, and `Timeout`, `Aborted`
   */
  post(request: HttpRequest, context?: CallContext): Promise<HttpAnswer>
  /** Ends the connections, and calls under way with them. A later call opens new ones. */
  close(): void
}

/** Connections to one server, kept for later calls. Whatever the process is told of TLS, certificates are verified. */
export function createHttpExchange(options: HttpExchangeOptions): HttpExchange {
  const { url, maxConnections, provider, failureOf } = options
  const { open, agentOf } = wayTo(options)
  const { hostname, port, path, auth } = urlToHttpOptions(url)
  const target = { hostname, port, path, auth }
  const keeping = () => agentOf({ keepAlive: true, maxSockets: maxConnections })
  let kept = keeping()
  let closings = 0
  const underWay = new Roll<() => void>()
  const post = ({ headers, body }: HttpRequest, agent: http.Agent, context: CallContext) => {
    const { clock } = context
    const ending = endingOf(context)
    throwIfAborted(ending, provider)
    // The copy last: what begins as a copy and grows, V8 keeps until the next full collection (seen with Node 20), with all that it
    // refers to. Where each call does so, that is most of what a collection of young garbage costs.
    const request = open({ method: 'POST', headers, agent, ...target })
    const { answer, end } = send(request, body, failureOf, clock)
    const onAbort = () => ending && end(abortOf(ending, provider))
    const onClose = () => end(failureOf(undefined))
    ending?.addEventListener('abort', onAbort, { once: true })
    const leave = underWay.add(onClose)
    return answer.finally(() => {
      ending?.removeEventListener('abort', onAbort)
      leave()
    })
  }
  return {
    async post(request, context = {}) {
      const before = closings
      await turnOf(context)
      const answer = await post(request, kept, context)
      if (answer) return answer
      // Most often the server closed a kept connection when the request was on its way; but it may have read it.
      const again = request.repeatable && before === closings
      if (again) await turnOf(context)
      const fresh = again && (await post(request, agentOf({ keepAlive: false }), context))
      if (fresh) return fresh
      throw failureOf('ECONNRESET')
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

/** Resolves when a request may go out. The time of its answer does not run meanwhile. */
async function turnOf({ turn, clock }: CallContext): Promise<void> {
  if (!turn) return
  clock?.pause()
  await turn()
}

/** How requests to a server are opened, with TLS or without. */
function wayTo({ url, ca }: HttpExchangeOptions) {
  if (url.protocol !== 'https:')
    return { open: http.request, agentOf: (options: http.AgentOptions) => new http.Agent(options) }
  // Said here, it holds whatever NODE_TLS_REJECT_UNAUTHORIZED becomes.
  const tls = { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca !== undefined && { ca }) } as const
  const agentOf = (options: http.AgentOptions) => new https.Agent({ ...tls, ...options })
  return { open: https.request, agentOf }
}
