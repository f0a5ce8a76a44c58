import { types } from 'node:util'
import { raceAbort } from './abort.js'
import { assertBytes } from './bytes.js'
import type { SigningError } from './error.js'
import { typeName } from './text.js'

/**
 * What can be signed and verified: bytes in memory, or a stream of them (a file, a request's body, a generator).
 * Text is not bytes: encode it first, `new TextEncoder().encode(text)`.
 */
export type SignInput = Uint8Array | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>

/** @throws TypeError for text, and for everything else that is neither bytes nor a stream of them */
export function assertSignInput(input: unknown): asserts input is SignInput {
  if (typeof input === 'object' && input !== null && Symbol.asyncIterator in input) return
  if (types.isUint8Array(input) || typeof input === 'string') return assertBytes(input, 'The message')
  throw new TypeError(
    `The message must be a Uint8Array or an async iterable of them, not ${typeName(input)}.`,
  )
}

/**
 * The chunks of a stream, each checked. The source is told to stop when the reader stops early or `signal` aborts,
 * even while it is waited for. A chunk is valid until the next one is asked for.
 */
export async function* chunksOf(
  stream: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const source = (stream as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  let ended = false
  try {
    for (;;) {
      const step = await raceAbort(source.next(), signal)
      ended = step.done === true
      if (ended) return
      assertBytes(step.value, 'Each chunk of the message')
      yield step.value
    }
  } finally {
    if (!ended) tellToStop(source)
  }
}

/** Not awaited: a source that is stuck in `next` answers `return` only when that is over. How it takes it is its own affair. */
function tellToStop(source: AsyncIterator<Uint8Array>): void {
  const stopped = async () => source.return?.()
  stopped().catch(() => undefined)
}

/**
 * A stream as bytes in memory, for algorithms that need the whole message.
 *
 * @throws SigningError `MessageTooLarge` as soon as there are more than `maxBytes`
 */
export async function bytesOfStream(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLarge: () => SigningError,
): Promise<Uint8Array> {
  const kept: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > maxBytes) throw tooLarge()
    kept.push(Uint8Array.from(chunk))
  }
  return Buffer.concat(kept)
}
