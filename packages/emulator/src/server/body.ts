import type { IncomingMessage } from 'node:http'

/** The longest body that is read: far more than any operation needs. In bytes. */
export const MAX_BODY_BYTES = 256 * 1024

/** Reads the body of a request; undefined as soon as it is longer than `MAX_BODY_BYTES`. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  if (Number(request.headers['content-length']) > MAX_BODY_BYTES) return undefined
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += (chunk as Buffer).length
    if (length > MAX_BODY_BYTES) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
