import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs with a folder that holds one file, and removes it. */
export async function withFile<T>(
  name: string,
  content: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'signport-trent-'))
  writeFileSync(join(folder, name), content)
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
