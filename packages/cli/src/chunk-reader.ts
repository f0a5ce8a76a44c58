/** Fills a buffer from where the last call ended; 0 bytes are the end. */
export type Read = (buffer: Uint8Array) => Promise<number>

/** Large enough for the overhead of a read not to count, small enough for the processor's cache. In bytes. */
const CHUNK_BYTES = 1024 * 1024

/** Buffers of this size begin 16 bytes behind the beginning of a page: from the next line of a cache on, they are filled faster. */
const ALIGNMENT_BYTES = 48

/**
 * The content of a file, in two buffers that take turns: while one is hashed, the other is filled. A chunk is valid
 * until the next one is asked for. Memory stays the same for a file of any size, which streams of Node do not manage.
 */
export async function* readChunks(read: Read): AsyncGenerator<Uint8Array, void> {
  let filling = aligned()
  let spare = aligned()
  let reading = begin(read, filling)
  for (;;) {
    const bytes = await reading
    if (bytes === 0) return
    const chunk = filling.subarray(0, bytes)
    const free = spare
    spare = filling
    filling = free
    reading = begin(read, filling)
    yield chunk
  }
}

function aligned(): Buffer {
  return Buffer.allocUnsafeSlow(ALIGNMENT_BYTES + CHUNK_BYTES).subarray(ALIGNMENT_BYTES)
}

function begin(read: Read, buffer: Uint8Array): Promise<number> {
  const reading = read(buffer)
  // It is awaited when the chunk before it has been used; until then its failure must not count as nobody's.
  reading.catch(() => undefined)
  return reading
}
