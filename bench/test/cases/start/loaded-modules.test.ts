import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { runNode } from '../../../src/cases/process-run.js'
import { loadedModules } from '../../../src/cases/start/loaded-modules.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signport-modules-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const FILES = {
  'main.mjs': "import './named.mjs'; import './common.cjs'; await import('./late.mjs')",
  'named.mjs': "export { value } from './again.mjs'; import 'node:http'",
  'again.mjs': 'export const value = 1',
  'common.cjs': "require('./required.cjs'); require('./data.json')",
  'required.cjs': 'module.exports = 1',
  'data.json': '{}',
  'late.mjs': 'export {}',
  'never.mjs': "throw new Error('not asked for')",
}

test('every file that is evaluated is counted once, of ES and of CommonJS', async () => {
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), content)
  const main = join(folder, 'main.mjs')
  const urls = await loadedModules(folder, (environment) => runNode([main], environment))
  const names = [...urls].map((url) => basename(url)).sort()
  expect(names).toEqual(['again.mjs', 'common.cjs', 'late.mjs', 'main.mjs', 'named.mjs', 'required.cjs'])
  expect(readdirSync(folder).sort()).toEqual(Object.keys(FILES).sort())
})
