import { createHash } from 'node:crypto'

/** The label of the signature in a message, which may have others besides. */
export const LABEL = 'orders'

/** The name of an application for its signatures, so that one made for another purpose is none of it. */
export const TAG = 'example-orders'

/** What a signature covers: what is wanted, of whom, and the bytes of the body by their digest. */
export const covered = (headers) => [
  '@method',
  '@target-uri',
  'content-digest',
  ...(headers.has('content-type') ? ['content-type'] : []),
]

/** The field that stands for the body (RFC 9530): signatures cover fields, and no body. */
export const contentDigest = (body) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
