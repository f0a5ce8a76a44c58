import type { ServerResponse } from 'node:http'
import type { Reply, Seen } from './server.js'

/** What would be the right answer to a request. */
export type Right = (seen: Seen) => Reply

/** What a server does with a request instead of answering it. */
export type Fault = (seen: Seen, response: ServerResponse, right: Reply) => Reply | undefined

const whole = ({ body = '' }: Reply) => Buffer.from(body as string)
const half = (reply: Reply) => whole(reply).subarray(0, whole(reply).length / 2)

/** Writes the head of an answer of that length, and part of its body. */
function begin(response: ServerResponse, { headers }: Reply, length: number, part: Uint8Array): void {
  response.writeHead(200, { ...headers, 'content-length': String(length) }).write(part)
}

/** A text as nobody should see it in a terminal. */
export const HOSTILE = `\u001b[2J\u001b]0;owned\u0007\u202emoc.live\u0000 ${'long '.repeat(13_000)}`

/** Everything that goes wrong between a service and whoever asks it, apart from what it says by itself. */
export const FAULTS = {
  stall: () => undefined,
  reset({ socket }) {
    socket.resetAndDestroy()
    return undefined
  },
  resetDuring({ socket }, response, right) {
    begin(response, right, whole(right).length, half(right))
    setTimeout(() => socket.resetAndDestroy(), 20)
    return undefined
  },
  resetAfter({ socket }, response, right) {
    begin(response, right, whole(right).length, whole(right))
    setTimeout(() => socket.resetAndDestroy(), 50)
    return undefined
  },
  drip(_, response, right) {
    const [body, turn] = [whole(right), { at: 0 }]
    begin(response, right, body.length, Buffer.alloc(0))
    const timer = setInterval(() => response.write(body.subarray(turn.at, ++turn.at)), 40)
    response.once('close', () => clearInterval(timer))
    return undefined
  },
  html: () => ({ status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad Gateway</html>' }),
  htmlOk: () => ({ headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' }),
  empty: () => ({ body: '' }),
  truncated({ socket }, response, right) {
    begin(response, right, whole(right).length, half(right))
    setTimeout(() => socket.end(), 20)
    return undefined
  },
  cut: (_, __, right) => ({ ...right, body: half(right) }),
  oversized: (_, __, right) => ({ ...right, body: Buffer.alloc(4 * 1024 * 1024, 0x20) }),
  contentType: (_, __, right) => ({ ...right, headers: { 'content-type': 'text/plain' } }),
  redirect: () => ({ status: 307, headers: { location: 'http://198.51.100.7/?token=1' }, body: '' }),
} satisfies Record<string, Fault>

export type FaultName = keyof typeof FAULTS
