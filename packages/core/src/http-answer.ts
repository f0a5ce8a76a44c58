import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { SigningError } from './error.js'
import type { AttemptClock } from './provider.js'

/** An answer as it came. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Undefined when it has more than `MAX_ANSWER_BYTES`: then the rest of it was not read. */
  readonly body: Buffer | undefined
}

/** Signatures and public keys have some kilobytes at most. In bytes. */
export const MAX_ANSWER_BYTES = 256 * 1024

/** Codes with which a connection ends that the server closed while it was idle. */
const CLOSED = new Set<unknown>(['ECONNRESET', 'EPIPE'])

/** A request that was sent. */
interface SentRequest {
  /** Undefined where a connection that was used before ended without one. */
  readonly answer: Promise<HttpAnswer | undefined>
  /** Ends it, also where it still waits for a connection. */
  end(error: SigningError): void
}

/** What a failed connection becomes, by its code; there is none where it just ended. */
export type FailureOf = (code: string | undefined) => SigningError

/** Sends a request. Its clock stands still until there is a connection. */
export function send(
  request: ClientRequest,
  body: Uint8Array | string,
  failureOf: FailureOf,
  clock?: AttemptClock,
): SentRequest {
  let end: SentRequest['end'] = () => {}
  let answered = false
  clock?.pause()
  const answer = new Promise<HttpAnswer | undefined>((resolve, reject) => {
    const fail = (error?: unknown) => reject(failureOf(codeOf(error)))
    end = (error) => {
      reject(error)
      request.destroy()
    }
    request.on('socket', () => clock?.restart())
    request.on('response', (response) => {
      answered = true
      readAnswer(response, resolve, fail)
    })
    request.on('error', (error) => {
      if (request.reusedSocket && !answered && CLOSED.has(codeOf(error))) resolve(undefined)
      else fail(error)
    })
    // To an answer that changes the protocol, neither a response nor an error is told.
    request.on('close', () => answered || fail())
    request.end(body)
  })
  return { answer, end }
}

function codeOf(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}

function readAnswer(
  response: IncomingMessage,
  resolve: (answer: HttpAnswer) => void,
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
}
