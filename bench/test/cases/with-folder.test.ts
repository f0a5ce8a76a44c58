import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { runNode } from '../../src/cases/process-run.js'
import { withFolder } from '../../src/cases/with-folder.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

let above: string

beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'signport-folder-'))
})

afterEach(() => rmSync(above, { recursive: true }))

test.each<[string, () => Promise<unknown>]>([
  ['a result', async () => 'done'],
  ['a failure', async () => Promise.reject('failed')],
])('the folder is gone after %s', async (_, end) => {
  let seen = ''
  const ended = withFolder((folder) => {
    seen = folder
    writeFileSync(join(folder, 'file'), '')
    return end()
  })
  expect(await ended.catch((error) => error)).toBe(await end().catch((error) => error))
  expect([seen === '', existsSync(seen)]).toEqual([false, false])
  expect(SIGNALS.map((signal) => process.listenerCount(signal))).toEqual([0, 0, 0])
})

// Windows has no signals that a process could send itself and survive.
const testSignal = process.platform === 'win32' ? test.skip : test

testSignal.each(SIGNALS)('the folder is gone after %s, which ends the process', async (signal) => {
  const built = new URL('../../dist/cases/with-folder.js', import.meta.url).href
  const program = `
    import { writeFileSync } from 'node:fs'
    import { withFolder } from ${JSON.stringify(built)}
    await withFolder(async (folder) => {
      writeFileSync(folder + '/file', 'x')
      process.kill(process.pid, '${signal}')
      await new Promise((resolve) => setTimeout(resolve, 10_000))
    })`
  const run = runNode(['--input-type=module', '--eval', program], { TMPDIR: above })
  await expect(run).rejects.toThrow(`ended with ${signal}`)
  expect(readdirSync(above)).toEqual([])
})
