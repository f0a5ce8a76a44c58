import { lstatSync, type Stats, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'

const NAMES = ['signport.yaml', 'signport.yml', 'signport.json']

/** Where a project begins: nobody looks above it. */
const ROOT_MARKS = ['package.json', '.git']

/** Who may have written a configuration that was found and not named; nobody is asked about on Windows. */
export interface Searcher {
  readonly uid: number | undefined
}

/**
 * Looks for `signport.yaml`, `signport.yml` or `signport.json` in a folder and those above it, up to the first that has
 * `package.json` or `.git`.
 *
 * What was found and not named is believed only if nobody else could have put it there: it must belong to the user or to
 * root, and must not be writable by everybody. A symbolic link is held to the same.
 *
 * @returns the path; undefined where there is none
 * @throws SigningError `Configuration` for a file of another user, for two in one folder, for what is no regular file
 *   and for what cannot be looked at
 */
export function findConfiguration(startFolder = '.', searcher: Searcher = currentUser()): string | undefined {
  for (const folder of upwards(resolve(startFolder))) {
    const there = NAMES.filter((name) => exists(join(folder, name)))
    if (there.length > 1)
      throw refused(folder, `there are ${there.join(' and ')}: name the one that is meant`)
    const [name] = there
    if (name !== undefined) return trusted(join(folder, name), searcher)
    if (ROOT_MARKS.some((mark) => exists(join(folder, mark)))) return undefined
  }
  return undefined
}

const currentUser = (): Searcher => ({ uid: process.getuid?.() })

function* upwards(start: string): Generator<string> {
  for (let folder = start; ; folder = dirname(folder)) {
    yield folder
    if (dirname(folder) === folder) return
  }
}

/** A link that leads nowhere is there, too: it is an error when it is read. */
const exists = (path: string) => statsOf(path, lstatSync) !== undefined

/** @throws SigningError `Configuration` for what may be there, and cannot be looked at */
function statsOf(path: string, stat: typeof lstatSync | typeof statSync): Stats | undefined {
  try {
    return stat(path, { throwIfNoEntry: false })
  } catch (error) {
    const { code } = Object(error) as { code?: unknown }
    throw refused(path, `cannot be looked at: ${printable(String(code))}`)
  }
}

function trusted(path: string, { uid }: Searcher): string {
  const target = statsOf(path, statSync)
  for (const stats of [statsOf(path, lstatSync), target])
    if (stats && uid !== undefined) assertOwn(path, stats, uid)
  if (target && !target.isFile()) throw refused(path, 'is no regular file')
  return path
}

function assertOwn(path: string, stats: Stats, uid: number): void {
  if (stats.uid !== uid && stats.uid !== 0)
    throw refused(path, `belongs to another user (${stats.uid}): name it if it is meant`)
  // Of a link, everybody has all permissions, which mean nothing.
  if (!stats.isSymbolicLink() && (stats.mode & 0o002) !== 0)
    throw refused(path, 'can be written by everybody: take that away (chmod o-w), or name it if it is meant')
}

function refused(path: string, why: string): SigningError {
  return new SigningError('Configuration', `${printable(path, 500)}: ${why}.`)
}
