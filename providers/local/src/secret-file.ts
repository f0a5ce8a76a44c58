import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { SigningError, type SigningErrorCode } from '@signport/core'
import { printable } from '@signport/core/kit'

/** No key or passphrase is larger. In bytes. */
const MAX_BYTES = 64 * 1024

export interface SecretFileOptions {
  /** What the file holds: a key that is missing may be made, a passphrase that is missing is a mistake. */
  readonly what: 'key' | 'passphrase'
  /** Whether the file's group may read it, as it must where a container platform mounts secrets. */
  readonly allowGroupRead?: boolean
}

interface Missing {
  readonly code: SigningErrorCode
  readonly advice: string
}

const MISSING: Record<SecretFileOptions['what'], Missing> = {
  key: { code: 'KeyNotFound', advice: 'check the path, or set generate to make one' },
  passphrase: { code: 'Configuration', advice: 'check the path' },
}

/**
 * Reads a file that holds a secret. What is checked is the file that was opened, by its descriptor, so that nobody
 * can put another one in its place between check and reading. On Windows, which has no such modes, only the kind
 * and the size are checked.
 *
 * @param path as it is opened
 * @param name as the caller knows it, for messages
 * @throws SigningError `KeyNotFound` for a missing key; `AccessDenied`; `Configuration` for a missing passphrase, a file
 *   of somebody else, one that others can read, and what is not a regular file of at most 64 KiB
 */
export async function readSecretFile(
  path: string,
  name: string,
  { what, allowGroupRead = false }: SecretFileOptions,
): Promise<Buffer> {
  const label = `${what} file ${printable(name)}`
  const file = await openFile(path, label, MISSING[what])
  try {
    assertPrivate(await file.stat(), label, allowGroupRead)
    return await readAll(file, label)
  } finally {
    await file.close()
  }
}

async function openFile(path: string, label: string, missing: Missing): Promise<FileHandle> {
  try {
    // Not to wait for a writer when the path is that of a pipe.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    throw openFailure(cause as NodeJS.ErrnoException, label, missing)
  }
}

function openFailure(cause: NodeJS.ErrnoException, label: string, missing: Missing): SigningError {
  const details = { provider: 'local', cause }
  if (cause.code === 'ENOENT')
    return new SigningError(missing.code, `There is no ${label}: ${missing.advice}.`, details)
  if (cause.code === 'EACCES' || cause.code === 'EPERM')
    return new SigningError('AccessDenied', `This process may not read the ${label}.`, details)
  return new SigningError('Configuration', `The ${label} cannot be opened (${cause.code}).`, details)
}

/** Checks whose file it is and who may read it; `me` is undefined where there are no such users. */
export function assertPrivate(
  stats: Pick<Stats, 'isFile' | 'uid' | 'mode'>,
  label: string,
  allowGroupRead: boolean,
  me = process.geteuid?.(),
): void {
  if (!stats.isFile()) throw unsafe(label, 'is not a regular file')
  if (me === undefined) return
  // Root may replace any file anyway, and owns the secrets that a container platform mounts.
  if (stats.uid !== me && stats.uid !== 0) throw unsafe(label, 'belongs to another user')
  const forbidden = allowGroupRead ? 0o037 : 0o077
  if ((stats.mode & forbidden) === 0) return
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0')
  throw unsafe(
    label,
    `is open to others (mode ${mode}): run chmod 600 on it${groupHint(stats, allowGroupRead)}`,
  )
}

/** Where group reading is the only thing that stands in the way, the option for it may be what is wanted. */
function groupHint({ mode }: Pick<Stats, 'mode'>, allowed: boolean): string {
  return !allowed && (mode & 0o037) === 0 ? ', or set allowGroupRead' : ''
}

async function readAll(file: FileHandle, label: string): Promise<Buffer> {
  const buffer = Buffer.alloc(MAX_BYTES + 1)
  let length = 0
  for (let step = -1; step !== 0 && length < buffer.length; length += step)
    step = (await file.read(buffer, length, buffer.length - length)).bytesRead
  if (length > MAX_BYTES) throw unsafe(label, `has more than ${MAX_BYTES} bytes, which no secret has`)
  return buffer.subarray(0, length)
}

function unsafe(label: string, why: string): SigningError {
  return new SigningError('Configuration', `The ${label} ${why}.`, { provider: 'local' })
}
