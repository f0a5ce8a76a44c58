import type { Stats } from 'node:fs'
import { type FileLabel, type FileRules, readSmallFile, unusableFile } from './small-file.js'

/** No key, password or ClientKey is larger. In bytes. */
const MAX_BYTES = 64 * 1024

/** A file with a secret in it. */
export interface PrivateFileRules extends Pick<FileRules, 'label' | 'provider' | 'missing'> {
  /** Whether the file's group may read it, as it must where a container platform mounts secrets. */
  readonly allowGroupRead?: boolean | undefined
}

/**
 * Reads a file that holds a secret. On Windows, which has no such modes, only its kind and its size are checked.
 *
 * @throws SigningError `AccessDenied`; what `missing` says; `Configuration` for a file that belongs to somebody else or can
 *   be read by others, and for what is not a regular file of at most 64 KiB
 */
export function readPrivateFile(path: string, rules: PrivateFileRules): Promise<Buffer> {
  const { label, provider, missing } = rules
  const check = (stats: Stats) => assertPrivate(stats, rules)
  return readSmallFile(path, { label, provider, missing, maxBytes: MAX_BYTES, check })
}

/** Checks whose file it is and who may read it; `me` is null where there are no such users, as on Windows. */
export function assertPrivate(
  { uid, mode }: Pick<Stats, 'uid' | 'mode'>,
  { allowGroupRead = false, ...file }: FileLabel & Pick<PrivateFileRules, 'allowGroupRead'>,
  me: number | null = process.geteuid?.() ?? null,
): void {
  if (me === null) return
  // Root may replace any file anyway. A container platform mounts secrets as root's, for a group that the process is in.
  if (uid !== me && uid !== 0) throw unusableFile(file, 'belongs to another user')
  if ((mode & (allowGroupRead ? 0o037 : 0o077)) === 0) return
  // Where group reading is all that stands in the way, the option for it may be what is wanted.
  const hint = (mode & 0o037) === 0 ? ', or set allowGroupRead' : ''
  const shown = (mode & 0o777).toString(8).padStart(4, '0')
  throw unusableFile(file, `is open to others (mode ${shown}): run chmod 600 on it${hint}`)
}
