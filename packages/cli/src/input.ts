import { fstatSync, read } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { promisify } from 'node:util'
import { readChunks } from './chunk-reader.js'
import { Failure } from './failure.js'
import { cannot } from './system-error.js'

/** The argument that stands for standard input, and as an output for standard output. */
export const STANDARD = '-'

/** What a command reads, once, from its beginning to its end. */
export interface Input extends AsyncDisposable {
  /** As messages call it. */
  readonly name: string
  /** In bytes; undefined where only the end will tell. */
  readonly size: number | undefined
  /** A chunk is valid until the next one is asked for. */
  readonly chunks: AsyncGenerator<Uint8Array, void>
}

/**
 * Opens a file, or standard input for `-`. It is opened before anything else is done with it, so that a mistyped
 * name costs nobody a signature, a passphrase or a new key.
 *
 * @throws Failure for what is not there, is a folder, or may not be read
 */
export async function openInput(path: string, signal: AbortSignal): Promise<Input> {
  if (path === STANDARD) return standardInput(signal)
  let handle: FileHandle | undefined
  try {
    handle = await open(path)
    return await fileInput(handle, path)
  } catch (error) {
    await handle?.close()
    throw cannot('read', path, error)
  }
}

async function fileInput(handle: FileHandle, path: string): Promise<Input> {
  const stats = await handle.stat()
  if (stats.isDirectory()) throw new Failure(`${path} is a folder: name a file in it.`)
  const chunks = readChunks(async (buffer) => (await handle.read(buffer, 0, buffer.length, null)).bytesRead)
  return {
    name: path,
    size: stats.isFile() ? stats.size : undefined,
    chunks: named(path, chunks),
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

const readDescriptor = promisify(read)

function standardInput(signal: AbortSignal): Input {
  const name = 'standard input'
  const stats = fstatSync(0)
  // A file is read like every other one; a pipe or a terminal by Node, which can stop to wait for it.
  const inPlace = stats.isFile() || stats.isDirectory()
  const chunks = inPlace
    ? readChunks(async (buffer) => (await readDescriptor(0, buffer, 0, buffer.length, null)).bytesRead)
    : addAbortSignal(signal, process.stdin)
  return {
    name,
    size: stats.isFile() ? stats.size : undefined,
    chunks: named(name, chunks),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** Says in errors what could not be read. */
async function* named(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* chunks
  } catch (error) {
    throw cannot('read', name, error)
  }
}
