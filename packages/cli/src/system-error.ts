import { Failure } from './failure.js'

/** The system's reasons (errno) in words, each of which follows a colon. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'you have no permission for it'],
  ['EDQUOT', 'your quota on its disk is used up'],
  ['EFBIG', 'a file may not become that large here'],
  ['EISDIR', 'it is a folder'],
  ['ELOOP', 'its symbolic links lead in a circle'],
  ['EMFILE', 'too many files are open'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['ENOENT', 'there is no such file'],
  ['ENOSPC', 'there is no space left on its disk'],
  ['ENOTDIR', 'a part of its path is no folder'],
  ['EPERM', 'the system does not permit it'],
  ['EPIPE', 'whoever reads it has gone away'],
  ['EROFS', 'its file system is read-only'],
])

/** The `code` of an error that the system gave, such as `ENOENT`; undefined for every other error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error ? (error as NodeJS.ErrnoException).code : undefined
}

/**
 * The failure for an error of the system: `cannot read missing.txt: there is no such file.` Other errors stay as
 * they are, since they are no fault of the file.
 */
export function cannot(verb: 'read' | 'write', name: string, error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  const reason = REASONS.get(code) ?? `the system says ${code}`
  return new Failure(`cannot ${verb} ${name}: ${reason}.`, { cause: error })
}
