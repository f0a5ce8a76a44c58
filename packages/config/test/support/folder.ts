import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from '@jest/globals'

/** A folder of one test file, gone when its tests have run. */
export interface TestFolder {
  readonly path: string
  /** Writes a file of this folder, and gives its path. */
  write(name: string, content: string | Uint8Array, mode?: number): string
}

/** Makes a folder for the tests of a file. */
export function testFolder(): TestFolder {
  const path = mkdtempSync(join(tmpdir(), 'signport-config-'))
  afterAll(() => rmSync(path, { recursive: true, force: true }))
  return {
    path,
    write(name, content, mode = 0o600) {
      writeFileSync(join(path, name), content, { mode })
      return join(path, name)
    },
  }
}
