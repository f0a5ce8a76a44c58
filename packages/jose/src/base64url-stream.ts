import { types } from 'node:util'

/** What is encoded at once, in bytes: a multiple of three, so that only the last piece leaves a rest. */
const SLICE_BYTES = 3 * 65_536

/**
 * A prefix and a stream as one stream, the second part in base64url without padding (RFC 7515 section 2) or as it is.
 * No more than a slice of it is in memory.
 */
export function prefixedStream(
  prefix: Uint8Array,
  stream: AsyncIterable<Uint8Array>,
  encoded: boolean,
): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => iterate(prefix, stream, encoded ? base64urlEncoder() : asItIs) }
}

/** Makes pieces of a chunk, and the last ones when there are no more chunks. */
interface ChunkEncoder {
  update(chunk: Uint8Array): Iterable<Uint8Array>
  end(): Iterable<Uint8Array>
}

const asItIs: ChunkEncoder = { update: (chunk) => [chunk], end: () => [] }

// No generator: one that waits for its source could not be told to stop before the source answers.
function iterate(
  prefix: Uint8Array,
  stream: AsyncIterable<Uint8Array>,
  encoder: ChunkEncoder,
): AsyncIterator<Uint8Array> {
  const source = stream[Symbol.asyncIterator]()
  let pieces = [prefix].values() as Iterator<Uint8Array>
  let ended = false
  return {
    async next() {
      for (;;) {
        const piece = pieces.next()
        if (!piece.done) return piece
        if (ended) return { done: true, value: undefined }
        const step = await source.next()
        ended = step.done === true
        pieces = (step.done ? encoder.end() : encoder.update(step.value))[Symbol.iterator]()
      }
    },
    async return() {
      if (!ended) await source.return?.()
      return { done: true, value: undefined }
    },
  }
}

function base64urlEncoder(): ChunkEncoder {
  let carry = Buffer.alloc(0)
  return {
    *update(chunk) {
      // Whoever signs refuses it, and says why.
      if (!types.isUint8Array(chunk) || types.isSharedArrayBuffer(chunk.buffer)) return yield chunk
      for (let start = 0; start < chunk.length; start += SLICE_BYTES) {
        const bytes = Buffer.concat([carry, chunk.subarray(start, start + SLICE_BYTES)])
        const whole = bytes.length - (bytes.length % 3)
        carry = bytes.subarray(whole)
        if (whole > 0) yield ascii(bytes.subarray(0, whole).toString('base64url'))
      }
    },
    *end() {
      if (carry.length > 0) yield ascii(carry.toString('base64url'))
    },
  }
}

const ascii = (text: string) => Buffer.from(text, 'latin1')
