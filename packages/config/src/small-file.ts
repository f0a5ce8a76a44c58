import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { printable } from '@signport/core/kit'

/** No configuration and no public key is larger. In bytes. */
const MAX_FILE_BYTES = 1024 * 1024

/** The system's reasons (errno) in words, each of which follows the name of a file. */
const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'cannot be read: you have no permission for it'],
  ['EISDIR', 'is a folder'],
])

/** Why a small file cannot be had; the message follows its name and a colon. */
export class UnreadableFile extends Error {}

/**
 * The whole of a small, regular file.
 *
 * @throws UnreadableFile
 */
export async function readSmallFile(path: string): Promise<Buffer> {
  let handle: FileHandle | undefined
  try {
    // Without waiting: a pipe that nobody writes to would be waited for.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    return await contentOf(handle)
  } catch (error) {
    if (error instanceof UnreadableFile) throw error
    const { code } = Object(error) as { code?: unknown }
    throw new UnreadableFile(REASONS.get(code) ?? `cannot be read: ${printable(String(code))}`)
  } finally {
    await handle?.close()
  }
}

async function contentOf(handle: FileHandle): Promise<Buffer> {
  const stats = await handle.stat()
  if (stats.isDirectory()) throw new UnreadableFile('is a folder')
  if (!stats.isFile()) throw new UnreadableFile('is no regular file')
  // What it grows by after it was looked at does not count.
  const buffer = Buffer.alloc(MAX_FILE_BYTES + 1)
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
    if (bytesRead === 0) return buffer.subarray(0, length)
    length += bytesRead
  }
  throw new UnreadableFile(`is larger than ${MAX_FILE_BYTES} bytes`)
}
