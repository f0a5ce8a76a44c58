import type { Response } from '../planes/plane.js'
import type { Alteration } from './fault-kind.js'
import type { MetFault } from './faults.js'

type Alter = (answer: Response) => Response

/** More than any answer of a key-management service has, and than a client should be willing to read. In bytes. */
const OVERSIZED_BYTES = 4 * 1024 * 1024

/** A name that leads nowhere (RFC 6761 section 6.4). */
const ELSEWHERE = 'http://elsewhere.invalid/'

const PAGE = [
  '<!DOCTYPE html>',
  '<html lang="en"><head><title>502 Bad Gateway</title></head>',
  '<body><h1>Bad Gateway</h1><p>The proxy received no valid answer from the server behind it.</p></body></html>',
  '',
].join('\n')

const page = (status: number): Alter => {
  return () => ({ kind: 'response', status, headers: { 'content-type': 'text/html' }, body: PAGE })
}

const ALTERATIONS: Record<Alteration, Alter> = {
  html: page(502),
  htmlOk: page(200),
  empty: (answer) => ({ ...answer, status: 200, body: '' }),
  cut: (answer) => ({ ...answer, body: firstHalf(Buffer.from(answer.body)) }),
  oversized: (answer) => ({ ...answer, body: padded(Buffer.from(answer.body)) }),
  contentType: (answer) => ({ ...answer, headers: { ...answer.headers, 'content-type': 'text/plain' } }),
  redirect: () => ({ kind: 'response', status: 307, headers: { location: ELSEWHERE }, body: '' }),
}

/** An answer after the fault that its call has met; the same where that has done what it does before. */
export function alteredAnswer(answer: Response, met: MetFault | undefined): Response {
  if (!met) return answer
  const { effect, retryAfter } = met
  if (effect.does === 'alter') return ALTERATIONS[effect.how](answer)
  if (effect.does === 'deliver') return { ...answer, delivery: effect.how }
  if (retryAfter === undefined) return answer
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfter) } }
}

/** The first half of some bytes, and never all of them. */
export function firstHalf(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length / 2))
}

/** With spaces behind it, which JSON allows: only by its length is such an answer to be told from a right one. */
function padded(body: Buffer): Buffer {
  return Buffer.concat([body, Buffer.alloc(OVERSIZED_BYTES - body.length, ' ')])
}
