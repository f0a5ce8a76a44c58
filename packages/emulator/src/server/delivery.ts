import type { IncomingMessage, ServerResponse } from 'node:http'
import { finished } from 'node:stream'
import { firstHalf } from '../faults/altered-answer.js'
import type { Delivery } from '../faults/fault-kind.js'
import type { Response } from '../planes/plane.js'

/** Where an answer goes. */
export interface Exchange {
  readonly response: ServerResponse
  /** Breaks the connection off, as a machine does that loses power. */
  reset(): void
  /** From now on, whoever closes the server does not wait for this answer. */
  release(): void
}

/** Sends an answer, or what a fault leaves of it. */
export function deliver(answer: Response, exchange: Exchange): void {
  // Whoever has asked may have gone away, and then nothing would end what is begun now.
  if (exchange.response.destroyed) return
  if (answer.delivery) DELIVERIES[answer.delivery](answer, exchange)
  else send(answer, exchange.response)
}

/** Sends an answer as it is. */
function send(answer: Response, response: ServerResponse): void {
  response.end(begin(answer, response))
}

/** After which a client that has not sent everything is not waited for any longer, in milliseconds. */
const SILENCE_MS = 5_000

/**
 * Sends the last answer of a connection at once, and ends it when the request has come whole: before, it would be reset, and
 * a client that sends everything before it reads would never see the answer.
 */
export function sendLast(answer: Response, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('connection', 'close')
  response.write(begin(answer, response))
  const silence = setTimeout(() => response.end(), SILENCE_MS)
  request.on('data', () => silence.refresh())
  finished(request, { writable: false }, () => {
    clearTimeout(silence)
    response.end()
  })
}

/** In which a client has read what it was sent. In milliseconds. */
const READ_MS = 50

const DELIVERIES: Record<Delivery, (answer: Response, exchange: Exchange) => void> = {
  resetDuring(answer, { response, reset }) {
    response.write(firstHalf(begin(answer, response)))
    // What has not been read by then is lost to the client.
    const timer = setTimeout(reset, READ_MS)
    response.once('close', () => clearTimeout(timer))
  },
  resetAfter(answer, { response, reset }) {
    // Not ended, which would close the connection of whoever keeps none, in another way. And reset at once: the connection
    // would be used again, and a call be met that it is not meant for.
    response.write(begin(answer, response), () => reset())
  },
  truncated(answer, { response }) {
    const { socket } = response
    response.write(firstHalf(begin(answer, response)), () => socket?.destroySoon())
  },
  drip,
}

/** Sends the head, with the length of the whole body, and gives the body. */
function begin({ status, headers, body }: Response, response: ServerResponse): Buffer {
  const bytes = Buffer.from(body)
  response.writeHead(status, { ...headers, 'content-length': bytes.length })
  return bytes
}

/** Often enough that no connection seems idle, and longer altogether than any client should wait. In milliseconds. */
const DRIP_MS = 100
const DRIP_WHOLE_MS = 60_000

function drip(answer: Response, { response, release }: Exchange): void {
  release()
  const bytes = begin(answer, response)
  let sent = 0
  const step = () => {
    if (sent === bytes.length) return void response.end()
    response.write(bytes.subarray(sent, sent + 1))
    sent += 1
  }
  const timer = setInterval(step, Math.max(DRIP_MS, DRIP_WHOLE_MS / bytes.length))
  response.once('close', () => clearInterval(timer))
}
