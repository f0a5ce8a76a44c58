export const MESSAGE = Buffer.from('The quick brown fox jumps over the lazy dog')

/** A message in pieces, all in the same buffer: who keeps a chunk signs nonsense. */
export async function* chunked(message: Uint8Array): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(7)
  for (let start = 0; start < message.length; start += buffer.length) {
    const chunk = message.subarray(start, start + buffer.length)
    buffer.set(chunk)
    yield buffer.subarray(0, chunk.length)
  }
}
