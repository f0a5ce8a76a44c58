import { Failure } from './failure.js'

/** How the bytes of a signature are written down. */
export const BYTE_FORMATS = ['binary', 'base64', 'hex'] as const

/** One of `BYTE_FORMATS`. */
export type ByteFormat = (typeof BYTE_FORMATS)[number]

/** Bytes in a format; text ends with a newline. */
export function formatBytes(bytes: Uint8Array, format: ByteFormat): Uint8Array | string {
  if (format === 'binary') return bytes
  return `${Buffer.from(bytes).toString(format)}\n`
}

/**
 * The bytes of a file in a format. White space in text does not count, since other programs break lines; everything
 * else that is not exactly the format is an error.
 *
 * @param name as messages call the file
 */
export function parseBytes(content: Buffer, format: ByteFormat, name: string): Buffer {
  if (format === 'binary') return content
  const text = content.toString('latin1').replace(/\s+/g, '')
  const bytes = Buffer.from(text, format)
  const same = format === 'hex' ? text.toLowerCase() : text
  if (bytes.toString(format) === same) return bytes
  throw new Failure(`${name} is not ${format}: --format says how the signature is written down.`)
}
