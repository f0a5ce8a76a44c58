import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { RotatingSigner } from '@signport/core'
import { jwksHandler, jwksListener, type KeySetSource } from '@signport/jose'
import { createLocalJWKSet, type JSONWebKeySet } from 'jose'
import type { Ring } from './rotation-year.js'

/** The time of the simulation, in milliseconds since 1970. */
export interface Clock {
  time: number
}

/** What a deployment starts. */
export interface Opened {
  readonly signer: RotatingSigner
  /** What the key set is made of. */
  readonly source: KeySetSource
  close(): Promise<void>
}

/** Makes the rotation of a process. */
export type OpenRing = (ring: Ring, now: () => number) => Promise<Opened>

/** What a verifier gets to see of a key set. */
interface SeenKeySet {
  readonly status: number
  readonly maxAge: number
  readonly etag: string
  readonly body: string
}

/** One of the processes that sign tokens and serve the key set. Its clock may be wrong. */
export class ServerProcess {
  readonly offsetMs: number
  readonly #clock: Clock
  readonly #open: OpenRing
  readonly #server: Server
  #opened: Opened | undefined
  #listener: ReturnType<typeof jwksListener> | undefined
  #handler: ReturnType<typeof jwksHandler> | undefined

  constructor(clock: Clock, offsetMs: number, open: OpenRing) {
    this.#clock = clock
    this.offsetMs = offsetMs
    this.#open = open
    this.#server = createServer((request, response) => this.#listener?.(request, response))
  }

  readonly now = (): number => this.#clock.time + this.offsetMs

  get signer(): RotatingSigner {
    if (!this.#opened) throw new Error('Nothing was deployed.')
    return this.#opened.signer
  }

  async start(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
  }

  /** Starts anew with another configuration. */
  async deploy(ring: Ring): Promise<void> {
    const before = this.#opened
    const opened = await this.#open(ring, this.now)
    this.#opened = opened
    const options = {
      onError(error: unknown) {
        throw error
      },
    }
    this.#listener = jwksListener(opened.source, options)
    this.#handler = jwksHandler(opened.source, options)
    await before?.close()
  }

  /** The key set over the wire. */
  async fetch(etag: string): Promise<SeenKeySet> {
    const { port } = this.#server.address() as AddressInfo
    const outgoing = request({ host: '127.0.0.1', port, agent: false, headers: { 'if-none-match': etag } })
    const [response] = await once(outgoing.end(), 'response')
    const { headers, statusCode: status } = response
    return { ...seen(headers['cache-control'], headers.etag), status, body: await text(response) }
  }

  /** The key set without a wire. */
  async ask(etag: string): Promise<SeenKeySet> {
    if (!this.#handler) throw new Error('Nothing was deployed.')
    const headers = { 'if-none-match': etag }
    const response = await this.#handler(new Request('https://issuer.example/jwks', { headers }))
    return {
      ...seen(response.headers.get('cache-control'), response.headers.get('etag')),
      status: response.status,
      body: await response.text(),
    }
  }

  async stop(): Promise<void> {
    const closed = once(this.#server.close(), 'close')
    this.#server.closeAllConnections()
    await closed
    await this.#opened?.close()
  }
}

function seen(cacheControl: string | null | undefined, etag: string | null | undefined) {
  const [, maxAge] = /^public, max-age=(\d+)$/.exec(cacheControl ?? '') ?? []
  return { maxAge: Number(maxAge), etag: etag ?? '' }
}

/** Who verifies tokens. It reads the key set when its cache has ended, and for no other reason: not for a `kid` either. */
export interface VerifierOptions {
  /** When in each period of its cache it reads the set, in milliseconds; without it, it keeps nothing. */
  readonly phaseMs?: number
  readonly offsetMs: number
  readonly overHttp?: boolean
}

/** A verifier with its cache. */
export class CachingVerifier {
  readonly offsetMs: number
  readonly #clock: Clock
  readonly #options: VerifierOptions
  readonly #cacheMs: number
  #etag = ''
  #keySet:
    | { readonly kids: readonly string[]; readonly find: ReturnType<typeof createLocalJWKSet> }
    | undefined

  constructor(clock: Clock, options: VerifierOptions, cacheMs: number) {
    this.offsetMs = options.offsetMs
    this.#clock = clock
    this.#options = options
    this.#cacheMs = cacheMs
  }

  readonly now = (): number => this.#clock.time + this.offsetMs

  /** When it has read the set that it goes by at a time. */
  readingBefore(time: number): number {
    const { phaseMs } = this.#options
    if (phaseMs === undefined) return time
    return Math.floor((time - phaseMs) / this.#cacheMs) * this.#cacheMs + phaseMs
  }

  /** @returns the names of the keys that the server gives out */
  async read(server: ServerProcess, maxAgeSeconds: number): Promise<readonly string[]> {
    const answer = await (this.#options.overHttp ? server.fetch(this.#etag) : server.ask(this.#etag))
    if (answer.maxAge !== maxAgeSeconds) throw new Error(`The set may be kept for ${answer.maxAge} s.`)
    if (answer.status === 200) {
      const keySet = JSON.parse(answer.body) as JSONWebKeySet
      const kids = keySet.keys.map(({ kid }) => kid ?? '')
      this.#keySet = { kids, find: createLocalJWKSet(keySet) }
      this.#etag = answer.etag
    } else if (answer.status !== 304) throw new Error(`The set was answered with ${answer.status}.`)
    return this.#keySet?.kids ?? []
  }

  /** The set in its cache. */
  get keySet(): ReturnType<typeof createLocalJWKSet> {
    if (!this.#keySet) throw new Error('The set was not read.')
    return this.#keySet.find
  }
}
