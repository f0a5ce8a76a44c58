import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from '@jest/globals'

/** A folder that is new for each test. */
export function testFolder(): { path(name?: string): string } {
  let folder = ''
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'signport-emulator-')))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  return { path: (name = '') => join(folder, name) }
}
