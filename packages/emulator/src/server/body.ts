import type { IncomingMessage } from 'node:http'

/** Reads the body of a request; undefined as soon as it is longer than `max` bytes. */
export async function readBody(request: IncomingMessage, max: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  if (Number(request.headers['content-length']) > max) return undefined
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += (chunk as Buffer).length
    if (length > max) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
