import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@jest/globals'

const installed = spawnSync('openssl', ['version']).status === 0

/** A test that asks the openssl command: skipped where there is none, but never in CI. */
export const testWithOpenssl = installed || process.env.CI ? test : test.skip

export function openssl(command: readonly string[], input?: Uint8Array): Buffer {
  return execFileSync('openssl', command, { input, stdio: ['pipe', 'pipe', 'pipe'] })
}

/** The paths of files that are there while `work` runs. */
export function withFiles<T>(contents: readonly (Uint8Array | string)[], work: (...paths: string[]) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'signport-core-'))
  try {
    const paths = contents.map((content, index) => {
      const path = join(folder, String(index))
      writeFileSync(path, content)
      return path
    })
    return work(...paths)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
