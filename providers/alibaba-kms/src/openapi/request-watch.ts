import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { MAX_ANSWER_BYTES } from '@signport/core/http'
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
  /** Rejects when its connection is gone without a whole answer, which the client is not told of in every case. */
  readonly lost: Promise<never>
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

const watches = new Map<string, (request: ClientRequest) => void>()

function onStart(message: unknown): void {
  const { request } = Object(message) as { request: ClientRequest }
  const [, nonce = ''] = /[?&]SignatureNonce=([\w-]+)/.exec(String(request?.path)) ?? []
  watches.get(nonce)?.(request)
}

/** What there has been of a request so far. */
interface Seen {
  head?: AnswerHead
  ended?: Ending
  request?: ClientRequest
  response?: IncomingMessage
  socket?: Socket | undefined
}

/** Watches the request that will have this nonce. Nothing of other requests is looked at but the nonce in their path. */
export function watchRequest(nonce: string): RequestWatch {
  const seen: Seen = {}
  const { lost, lose } = makeLoss()
  const end = (why: Ending) => {
    seen.ended ??= why
    seen.request?.destroy()
  }
  const count = lengthLimit(() => end('long'))
  if (watches.size === 0) subscribe(CHANNEL, onStart)
  watches.set(nonce, (request) => {
    follow(request, seen, lose)
    seen.socket = request.socket?.on('data', count)
    if (seen.ended) request.destroy()
  })
  return {
    get head() {
      return seen.head
    },
    get ended() {
      return seen.ended
    },
    get signature() {
      return new URLSearchParams(seen.request?.path.split('?')[1]).get('Signature') ?? undefined
    },
    lost,
    end,
    release() {
      watches.delete(nonce)
      if (watches.size === 0) unsubscribe(CHANNEL, onStart)
      // With a whole answer, its connection is not its own any more, and is kept for other requests.
      seen.request?.destroy()
      seen.socket?.off('data', count)
    },
  }
}

function follow(request: ClientRequest, seen: Seen, lose: () => void): void {
  seen.request = request
  request.once('response', (response) => {
    const { statusCode: status = 0, headers } = response
    seen.head = { status, headers }
    seen.response = response
  })
  request.once('close', () => {
    // The client's own error comes first, where it has one: that says more. It has none for an answer 101.
    if (!seen.response?.complete) setImmediate(lose)
  })
}

function makeLoss(): { readonly lost: Promise<never>; readonly lose: () => void } {
  let lose = () => {}
  const lost = new Promise<never>((_, reject) => {
    lose = () => reject(Object.assign(new Error('The connection ended.'), { code: 'ECONNRESET' }))
  })
  // Nobody need wait for it.
  lost.catch(() => {})
  return { lost, lose }
}

/**
 * Runs the client's work on a watched request, until its time is over or its caller gives up. An answer that is too long is
 * none, also where the piece that was too much came together with the end.
 */
export async function watched<T>(
  watch: RequestWatch,
  { signal, limitMs }: { readonly signal: AbortSignal | undefined; readonly limitMs: number },
  work: () => Promise<T>,
): Promise<T> {
  const onAbort = () => watch.end('aborted')
  const timer = setTimeout(() => watch.end('late'), limitMs)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const done = await Promise.race([work(), watch.lost])
    if (watch.ended === 'long') throw new RangeError('The answer is too long.')
    return done
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
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
