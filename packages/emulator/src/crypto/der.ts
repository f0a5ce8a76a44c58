/** The tags of the DER (X.690) that keys and signatures are written in. */
export const Tag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  /** `[0]`, primitive: the seed of an ML-DSA key (RFC 9881 section 6). */
  contextZero: 0x80,
} as const

/** What is not the DER that it should be. Its message holds nothing of the bytes. */
export class DerError extends Error {
  override readonly name = 'DerError'
}

/** One element: tag, length, and contents one after the other. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Uint8Array.of(tag), lengthOf(content.length), content])
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const hex = length.toString(16)
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return Buffer.concat([Uint8Array.of(0x80 | bytes.length), bytes])
}

/** Some bytes, split into the content of their first element and what comes after it. */
export interface Taken {
  readonly content: Buffer
  readonly rest: Buffer
}

/** @throws DerError when the bytes do not begin with a whole element of that tag, its length in the shortest form */
export function take(bytes: Buffer, tag: number): Taken {
  if (bytes[0] !== tag) throw new DerError(`an element 0x${tag.toString(16)} is missing`)
  const { length, start } = readLength(bytes)
  const end = start + length
  if (end > bytes.length) throw new DerError('an element is cut short')
  return { content: bytes.subarray(start, end), rest: bytes.subarray(end) }
}

/** As `take`, where nothing may come after the element. */
export function takeLast(bytes: Buffer, tag: number): Buffer {
  const { content, rest } = take(bytes, tag)
  if (rest.length > 0) throw new DerError('something follows where nothing should')
  return content
}

/** No key or signature needs a length of more bytes. */
const MAX_LENGTH_BYTES = 3

function readLength(bytes: Buffer): { length: number; start: number } {
  const first = bytes[1]
  if (first === undefined) throw new DerError('a length is missing')
  if (first < 0x80) return { length: first, start: 2 }
  const count = first & 0x7f
  const start = 2 + count
  if (count === 0 || count > MAX_LENGTH_BYTES || bytes.length < start)
    throw new DerError('a length has a form that DER does not allow here')
  const length = bytes.readUIntBE(2, count)
  if (length < 0x80 || length < 2 ** (8 * (count - 1)))
    throw new DerError('a length is not written in its shortest form')
  return { length, start }
}
