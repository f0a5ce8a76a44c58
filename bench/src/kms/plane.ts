import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'

/** A request that has come whole. */
export interface Asked {
  readonly method: string
  /** The path with its query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Reply {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

/** One of the protocols; undefined for what is not asked as it should be. */
export type Plane = (asked: Asked) => Reply | undefined

export const wrong: Reply = {
  status: 400,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from('This is not what is measured.'),
}
