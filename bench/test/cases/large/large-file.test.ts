import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { sha256Of, writeLargeFile } from '../../../src/cases/large/large-file.js'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signport-large-'))
  file = join(folder, 'large')
})

afterEach(() => rmSync(folder, { recursive: true }))

const BLOCK = 16 * 1024 * 1024

test.each([1, 4711, BLOCK, BLOCK + 1, 2 * BLOCK + 4711])(
  '%i bytes are written, and hashed',
  async (bytes) => {
    await writeLargeFile(file, bytes)
    const content = readFileSync(file)
    expect(content).toHaveLength(bytes)
    // Random: even a single block has every byte.
    if (bytes >= BLOCK) expect(new Set(content.subarray(-BLOCK)).size).toBe(256)
    expect(await sha256Of(file)).toEqual(createHash('sha256').update(content).digest())
  },
)

test('where there is no room, that is said before anything is written', async () => {
  await expect(writeLargeFile(file, 1e18)).rejects.toThrow(
    /needs 1000000000\.0 GB, and .* has .* GB left: set TMPDIR/,
  )
  expect(existsSync(file)).toBe(false)
})

test('a file that exists is left alone', async () => {
  await writeLargeFile(file, 10)
  const before = readFileSync(file)
  await expect(writeLargeFile(file, 20)).rejects.toMatchObject({ code: 'EEXIST' })
  expect(readFileSync(file)).toEqual(before)
})
