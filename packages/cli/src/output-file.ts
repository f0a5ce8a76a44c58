import { randomBytes } from 'node:crypto'
import { chmod, constants, copyFile, link, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeOf } from './system-error.js'

/** How a file is written. */
export interface WriteOptions {
  /** Whether a file that is there already is replaced; otherwise it is an error with the code `EEXIST`. */
  readonly force: boolean
  readonly signal: AbortSignal
  /** Permissions of a new file. One that is replaced keeps its own. */
  readonly mode?: number | undefined
}

/** What file systems without hard links answer: FAT, and some that are mounted over a network. */
const NO_HARD_LINKS: readonly (string | undefined)[] = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']

/**
 * Writes a file whole or not at all: under another name in the same folder first, flushed to the disk, and only then
 * under its own. Whoever looks meanwhile sees the old file or none, never half of the new one.
 */
export async function writeWhole(
  path: string,
  content: Uint8Array | string,
  { force, signal, mode }: WriteOptions,
): Promise<void> {
  const kept = force ? await modeOf(path) : undefined
  const draft = join(dirname(path), `.signport-${randomBytes(8).toString('hex')}.tmp`)
  try {
    await writeFlushed(draft, content, kept === undefined ? mode : 0o600)
    if (kept !== undefined) await chmod(draft, kept)
    signal.throwIfAborted()
    await (force ? rename(draft, path) : nameNew(draft, path))
  } finally {
    await rm(draft, { force: true })
  }
}

/** The permissions of a file that is there. */
async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function writeFlushed(path: string, content: Uint8Array | string, mode?: number): Promise<void> {
  const handle = await open(path, 'wx', mode)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Gives a draft its name where there is none yet. A rename would replace a file that somebody made meanwhile; a link
 * does not, nor does a copy, which only a crash can cut short.
 *
 * @param linkNow the system's function, which the tests replace by that of a file system without hard links
 */
export async function nameNew(draft: string, path: string, linkNow = link): Promise<void> {
  try {
    await linkNow(draft, path)
  } catch (error) {
    if (!NO_HARD_LINKS.includes(codeOf(error))) throw error
    await copyFile(draft, path, constants.COPYFILE_EXCL)
  }
}
