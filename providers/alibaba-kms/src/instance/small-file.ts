import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { misconfigured, PROVIDER } from '../failure.js'

/** What is asked of a file before it is read. */
export interface FileRules {
  readonly maxBytes: number
  /** Throws for a file that must not be used. */
  check?(stats: Stats, label: string): void
}

/**
 * Reads a regular file that is not large. What is checked is the file that was opened, by its descriptor, so that nobody can
 * put another one in its place between check and reading.
 *
 * @param what what it is, for messages
 * @throws SigningError `AccessDenied`; `Configuration` for a file that is missing, and for what breaks the rules
 */
export async function readSmallFile(
  path: string,
  what: string,
  { maxBytes, check }: FileRules,
): Promise<Buffer> {
  const label = `${what} ${printable(path)}`
  const file = await openFile(path, label)
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw misconfigured(`The ${label} is not a regular file.`)
    check?.(stats, label)
    return await readAll(file, label, maxBytes)
  } finally {
    await file.close()
  }
}

async function openFile(path: string, label: string): Promise<FileHandle> {
  try {
    // Not to wait for a writer when the path is that of a pipe.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw misconfigured(`There is no ${label}: check the path.`)
    if (code === 'EACCES' || code === 'EPERM')
      throw new SigningError('AccessDenied', `This process may not read the ${label}.`, {
        provider: PROVIDER,
      })
    throw misconfigured(`The ${label} cannot be opened (${printable(String(code))}).`)
  }
}

async function readAll(file: FileHandle, label: string, maxBytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(maxBytes + 1)
  let length = 0
  for (let step = -1; step !== 0 && length < buffer.length; length += step)
    step = (await file.read(buffer, length, buffer.length - length)).bytesRead
  if (length > maxBytes) throw misconfigured(`The ${label} has more than ${maxBytes} bytes, which none has.`)
  return buffer.subarray(0, length)
}
