import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { misconfigured, PROVIDER } from '../failure.js'

/** No ClientKey and no password is larger. In bytes. */
const MAX_BYTES = 64 * 1024

/**
 * Reads a file that holds a secret. What is checked is the file that was opened, by its descriptor, so that nobody can put
 * another one in its place between check and reading.
 *
 * @param what what it is, for messages
 * @throws SigningError `AccessDenied`; `Configuration` for a file that is missing, belongs to somebody else or can be read
 *   by others, and for what is not a regular file of at most 64 KiB
 */
export async function readSecretFile(path: string, what: string): Promise<Buffer> {
  const label = `${what} ${printable(path)}`
  const file = await openFile(path, label)
  try {
    assertPrivate(await file.stat(), label)
    return await readAll(file, label)
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

/** Checks whose file it is and who may read it; `me` is null where there are no such users, as on Windows. */
export function assertPrivate(
  stats: Pick<Stats, 'isFile' | 'uid' | 'mode'>,
  label: string,
  me: number | null = process.geteuid?.() ?? null,
): void {
  if (!stats.isFile()) throw misconfigured(`The ${label} is not a regular file.`)
  if (me === null) return
  // Root may replace any file anyway, and owns the secrets that a container platform mounts.
  if (stats.uid !== me && stats.uid !== 0) throw misconfigured(`The ${label} belongs to another user.`)
  if ((stats.mode & 0o077) === 0) return
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0')
  throw misconfigured(`The ${label} is open to others (mode ${mode}): run chmod 600 on it.`)
}

async function readAll(file: FileHandle, label: string): Promise<Buffer> {
  const buffer = Buffer.alloc(MAX_BYTES + 1)
  let length = 0
  for (let step = -1; step !== 0 && length < buffer.length; length += step)
    step = (await file.read(buffer, length, buffer.length - length)).bytesRead
  if (length > MAX_BYTES)
    throw misconfigured(`The ${label} has more than ${MAX_BYTES} bytes, which none has.`)
  return buffer.subarray(0, length)
}
