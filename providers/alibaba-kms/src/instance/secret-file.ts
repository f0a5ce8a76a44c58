import type { Stats } from 'node:fs'
import { misconfigured } from '../failure.js'
import { readSmallFile } from './small-file.js'

/** No ClientKey and no password is larger. In bytes. */
const MAX_BYTES = 64 * 1024

/**
 * Reads a file that holds a secret. On Windows, which has no such modes, only its kind and its size are checked.
 *
 * @param what what it is, for messages
 * @param allowGroupRead whether the file's group may read it
 * @throws SigningError `AccessDenied`; `Configuration` for a file that is missing, belongs to somebody else or can be read
 *   by others, and for what is not a regular file of at most 64 KiB
 */
export function readSecretFile(path: string, what: string, allowGroupRead = false): Promise<Buffer> {
  const check = (stats: Stats, label: string) => assertPrivate(stats, label, allowGroupRead)
  return readSmallFile(path, what, { maxBytes: MAX_BYTES, check })
}

/** Checks whose file it is and who may read it; `me` is null where there are no such users, as on Windows. */
export function assertPrivate(
  { uid, mode }: Pick<Stats, 'uid' | 'mode'>,
  label: string,
  allowGroupRead: boolean,
  me: number | null = process.geteuid?.() ?? null,
): void {
  if (me === null) return
  // Root may replace any file anyway. A container platform mounts secrets as root's, for a group that the process is in.
  if (uid !== me && uid !== 0) throw misconfigured(`The ${label} belongs to another user.`)
  if ((mode & (allowGroupRead ? 0o037 : 0o077)) === 0) return
  // Where group reading is all that stands in the way, the option for it may be what is wanted.
  const hint = (mode & 0o037) === 0 ? ', or set allowGroupRead' : ''
  const shown = (mode & 0o777).toString(8).padStart(4, '0')
  throw misconfigured(`The ${label} is open to others (mode ${shown}): run chmod 600 on it${hint}.`)
}
