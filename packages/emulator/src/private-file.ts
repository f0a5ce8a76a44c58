import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Reads a file with keys; undefined when there is none. Whoever may read it has the keys, so that one that others may
 * read is refused; what is checked is the file that was opened.
 *
 * @param what how messages begin, such as `The file of keys`
 * @throws TypeError for a file that others may read, and the system's errors
 */
export async function readPrivateFile(path: string, what: string): Promise<string | undefined> {
  const file = await openIfThere(path)
  if (!file) return undefined
  try {
    assertPrivate(await file.stat(), path, what)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Windows has no such modes. */
function assertPrivate(stats: Stats, path: string, what: string): void {
  if (!stats.isFile()) throw new TypeError(`${what} ${path} is not a regular file.`)
  const me = process.geteuid?.()
  if (me === undefined) return
  if (stats.uid !== me) throw new TypeError(`${what} ${path} belongs to another user.`)
  if ((stats.mode & 0o077) !== 0)
    throw new TypeError(`${what} ${path} is open to others: run chmod 600 on it.`)
}

/**
 * Writes a file with keys, whole or not at all, so that only its owner can read it: into a draft beside it, which is
 * flushed to the disk and then takes its name.
 */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.new`)
  try {
    await writeFlushed(draft, content)
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
  await flushFolder(dirname(path))
}

async function writeFlushed(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The name is on the disk only when the folder is; systems that cannot flush a folder do so by themselves. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
