import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type IncomingMessage, ServerResponse } from 'node:http'
import { jest } from '@jest/globals'
import type { LeakSearch } from './leak-search.js'

/** Looks for what goes over the wire to the servers of this process and from them, and nobody else should see. */
export interface WireSecrets {
  /** How many signatures of requests there were. */
  requests(): number
  stop(): void
}

const REQUESTS = 'http.server.request.start'

export function watchWire(search: LeakSearch): WireSecrets {
  let requests = 0
  const onRequest = (told: unknown) => {
    const signature = requestSignature((told as { request: IncomingMessage }).request)
    if (signature === undefined) return
    requests++
    search.addText(signature)
  }
  const bodies = watchBodies(search)
  subscribe(REQUESTS, onRequest)
  return {
    requests: () => requests,
    stop() {
      unsubscribe(REQUESTS, onRequest)
      bodies.stop()
    },
  }
}

/** What proves who sends: in a header, or in the URL. */
function requestSignature({
  headers: { authorization = '' },
  url = '',
}: IncomingMessage): string | undefined {
  const inUrl = new URL(url, 'http://127.0.0.1').searchParams.get('Signature')
  return inUrl ?? /Signature=([0-9a-f]{64})/.exec(authorization)?.[1] ?? /\S{40,}$/.exec(authorization)?.[0]
}

/** Signatures that servers give, as far as a fault lets them be given. */
function watchBodies(search: LeakSearch): { stop(): void } {
  const written = new WeakMap<ServerResponse, Buffer>()
  const note = (response: ServerResponse, chunk: unknown) => {
    if (!(typeof chunk === 'string' || ArrayBuffer.isView(chunk))) return
    const body = Buffer.concat([written.get(response) ?? Buffer.alloc(0), Buffer.from(chunk as Uint8Array)])
    written.set(response, body)
    if (body.length < LONGEST_BODY) search.addBytes(signatureIn(body))
  }
  const spies = (['write', 'end'] as const).map((name) => {
    const usual = ServerResponse.prototype[name] as (...given: unknown[]) => unknown
    return jest.spyOn(ServerResponse.prototype, name).mockImplementation(function (
      this: ServerResponse,
      ...given: unknown[]
    ) {
      note(this, given[0])
      return usual.apply(this, given) as never
    } as never)
  })
  return {
    stop() {
      for (const spy of spies) spy.mockRestore()
    },
  }
}

/** Longer bodies are padded ones. In bytes. */
const LONGEST_BODY = 16_384

/** The signature in an answer, or as much of it as is there. */
function signatureIn(body: Buffer): Buffer {
  const inJson = /"(?:Signature|Value)":"([\w+/]+)/.exec(body.toString('latin1'))?.[1]
  return inJson === undefined ? signatureInProtobuf(body) : Buffer.from(inJson, 'base64')
}

/** Field 2 of SignResponse, behind the key's id in field 1, whose length is in one byte. */
function signatureInProtobuf(body: Buffer): Buffer {
  const start = body[0] === 0x0a ? 2 + (body[1] ?? 0) : body.length
  if (body[start] !== 0x12) return Buffer.alloc(0)
  // A length of 128 and more takes two bytes.
  const lengthBytes = (body[start + 1] ?? 0) & 0x80 ? 2 : 1
  const low = (body[start + 1] ?? 0) & 0x7f
  const length = lengthBytes === 1 ? low : low + 128 * (body[start + 2] ?? 0)
  const begin = start + 1 + lengthBytes
  const found = body.subarray(begin, begin + length)
  // In the answer of GetPublicKey it is the key.
  return found.toString('latin1').startsWith('-----BEGIN') ? Buffer.alloc(0) : found
}
