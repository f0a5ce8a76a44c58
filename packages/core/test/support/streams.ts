/** Chunks as they are. */
export async function* streamOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  yield* chunks
}

/** Bytes in pieces of one length, all in the same buffer, as a file is read. */
export async function* reusing(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array, void> {
  const buffer = new Uint8Array(chunkBytes)
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const piece = bytes.subarray(start, start + chunkBytes)
    buffer.set(piece)
    yield buffer.subarray(0, piece.length)
    buffer.fill(0xee)
  }
}

/** A source that gives some chunks and then nothing any more; it records whether it was told to stop. */
export function stuckAfter(...chunks: readonly Uint8Array[]) {
  const rest = [...chunks]
  const source = {
    returned: 0,
    asked: 0,
    [Symbol.asyncIterator]: () => source,
    next(): Promise<IteratorResult<Uint8Array, void>> {
      source.asked++
      const value = rest.shift()
      return value ? Promise.resolve({ value, done: false }) : new Promise(() => undefined)
    },
    async return(): Promise<IteratorResult<Uint8Array, void>> {
      source.returned++
      return { value: undefined, done: true }
    },
  }
  return source
}

export async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk))
  return Buffer.concat(parts)
}
