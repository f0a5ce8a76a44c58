import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { MAX_ANSWER_BYTES } from '@signport/core/http'
import type { AbortNotice } from '@signport/core/kit'
import type { AnswerHead } from '../answer-head.js'

/** Why a request was ended from here: its time was over, its answer too long, the provider closed, or its caller gave up. */
type Ending = 'late' | 'long' | 'closed' | 'aborted'

/** A request of the vendor's client, as Node sees it. */
export interface RequestWatch {
  /** What stands before the answer's body; undefined until it has come. */
  readonly head: AnswerHead | undefined
  readonly ended: Ending | undefined
  /** What the client signed the request with; undefined until it has begun. */
  readonly signature: string | undefined
  /** To be called when its connection is gone without a whole answer, which the client is not told of in every case. */
  onLost: (error: Error) => void
  /** Ends the request and its connection, also where it has not begun. */
  end(why: Ending): void
  /** To be called once the client is done with it: what it has left of an answer nobody will read. */
  release(): void
}

/**
 * Where Node tells of each request of this process that begins. The client hands out neither its requests nor their
 * connections: it cannot end one, limits no answer, and keeps status and headers to itself.
 */
const CHANNEL = 'http.client.request.start'

/** Those whose requests have not begun. Few: there is nothing to wait for between a watch and its request. */
const waiting: Watch[] = []

/** How many there are in all. */
let count = 0

function onStart(message: unknown): void {
  const { request } = Object(message) as { request: ClientRequest }
  const [, nonce = ''] = /[?&]SignatureNonce=([\w-]+)/.exec(String(request?.path)) ?? []
  const watch = waiting.find((each) => each.nonce === nonce)
  if (!watch) return
  stopWaiting(watch)
  watch.follow(request)
}

function stopWaiting(watch: Watch): void {
  const at = waiting.indexOf(watch)
  if (at >= 0) waiting.splice(at, 1)
}

/** Watches the request that will have this nonce. Nothing of other requests is looked at but the nonce in their path. */
export function watchRequest(nonce: string): RequestWatch {
  const watch = new Watch(nonce)
  if (count++ === 0) subscribe(CHANNEL, onStart)
  waiting.push(watch)
  return watch
}

class Watch implements RequestWatch {
  readonly nonce: string
  head: AnswerHead | undefined
  ended: Ending | undefined
  onLost: RequestWatch['onLost'] = () => {}
  #request: ClientRequest | undefined
  #socket: Socket | undefined
  #count: ((chunk: Buffer) => void) | undefined
  #released = false

  constructor(nonce: string) {
    this.nonce = nonce
  }

  follow(request: ClientRequest): void {
    this.#request = request
    let answer: IncomingMessage | undefined
    request.on('response', (response) => {
      const { statusCode: status = 0, headers } = response
      this.head = { status, headers }
      answer = response
    })
    request.on('close', () => {
      // The client's own error comes first, where it has one: that says more. It has none for an answer 101.
      if (!answer?.complete) setImmediate(() => this.onLost(lost()))
    })
    this.#count = lengthLimit(() => this.end('long'))
    this.#socket = request.socket?.on('data', this.#count)
    if (this.ended) request.destroy()
  }

  get signature() {
    const [, signature] = /[?&]Signature=([^&]*)/.exec(this.#request?.path ?? '') ?? []
    return signature === undefined ? undefined : decodeURIComponent(signature)
  }

  end(why: Ending): void {
    this.ended ??= why
    this.#request?.destroy()
  }

  release(): void {
    if (this.#released) return
    this.#released = true
    stopWaiting(this)
    if (--count === 0) unsubscribe(CHANNEL, onStart)
    // With a whole answer, its connection is not its own any more, and is kept for other requests.
    this.#request?.destroy()
    if (this.#count) this.#socket?.off('data', this.#count)
  }
}

const lost = () => Object.assign(new Error('The connection ended.'), { code: 'ECONNRESET' })

/** What ends the work on a request. */
interface Limits {
  readonly ending: AbortNotice | undefined
  readonly limitMs: number
}

/**
 * Runs the client's work on a watched request, until its time is over or its caller gives up. An answer that is too long is
 * none, also where the piece that was too much came together with the end.
 */
export async function watched<T>(
  watch: RequestWatch,
  { ending, limitMs }: Limits,
  work: () => Promise<T>,
): Promise<T> {
  const onAbort = () => watch.end('aborted')
  const timer = setTimeout(() => watch.end('late'), limitMs)
  ending?.addEventListener('abort', onAbort, { once: true })
  try {
    const done = await new Promise<T>((resolve, reject) => {
      watch.onLost = reject
      work().then(resolve, reject)
    })
    if (watch.ended === 'long') throw new RangeError('The answer is too long.')
    return done
  } finally {
    clearTimeout(timer)
    ending?.removeEventListener('abort', onAbort)
    watch.release()
  }
}

/** What is left for a body when headers are as long as Node permits is more than any answer of KMS has. */
function lengthLimit(exceeded: () => void): (chunk: Buffer) => void {
  let length = 0
  return (chunk) => {
    length += chunk.length
    if (length > MAX_ANSWER_BYTES) exceeded()
  }
}
