import type { Input } from './input.js'

const MIB = 1024 * 1024

/** Below this a bar would be gone before anybody has read it. In bytes. */
const MIN_BYTES = 64 * MIB

/** The chunks of an input, with a progress bar on standard error while they are read if that is a terminal. */
export function withProgress({ chunks, size }: Input, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const shown = size !== undefined && size >= MIN_BYTES && process.stderr.isTTY
  return shown ? counted(chunks, size, signal) : chunks
}

async function* counted(chunks: AsyncIterable<Uint8Array>, size: number, signal: AbortSignal) {
  const { SingleBar } = (await import('cli-progress')).default
  const format = '{bar} {percentage}% of {total} MiB'
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true })
  // At once: what is said next belongs on a line of its own.
  const stop = () => bar.stop()
  signal.addEventListener('abort', stop, { once: true })
  bar.start(Math.round(size / MIB), 0)
  let bytes = 0
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length
      bar.update(Math.floor(bytes / MIB))
      yield chunk
    }
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}
