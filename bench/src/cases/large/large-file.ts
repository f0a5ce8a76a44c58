import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What is written again and again. */
const BLOCK_BYTES = 16 * 1024 * 1024

/**
 * Writes a file without holes, of random bytes that repeat, down to the disk: nothing is left to be written while others
 * read it.
 *
 * @throws when there is no room for it
 */
export async function writeLargeFile(path: string, bytes: number): Promise<void> {
  await assertRoom(dirname(path), bytes)
  const block = randomBytes(Math.min(BLOCK_BYTES, bytes))
  const file = await open(path, 'wx')
  try {
    for (let left = bytes; left > 0; left -= block.length)
      await file.writeFile(left < block.length ? block.subarray(0, left) : block)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function assertRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize > bytes) return
  const [needed, free] = [bytes, bavail * bsize].map((size) => `${(size / 1e9).toFixed(1)} GB`)
  throw new Error(
    `The file needs ${needed}, and ${folder} has ${free} left: set TMPDIR to a folder with more.`,
  )
}

export async function sha256Of(path: string): Promise<Buffer> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk)
  return hash.digest()
}
