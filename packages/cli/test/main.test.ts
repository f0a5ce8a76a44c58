import { cpSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { expect, test } from '@jest/globals'
import { testFolder } from './support/folder.js'
import { BIN, failed, inShell, outcomeOf, startSignport } from './support/signport.js'

const folder = testFolder()

/** The output of the command as it is packed, without what is given to it. */
async function runPacked(files: Record<string, string>) {
  mkdirSync(folder.path('bin'))
  mkdirSync(folder.path('lib'))
  for (const [name, content] of Object.entries(files)) folder.write(name, content)
  cpSync(dirname(BIN), folder.path('bin'), { recursive: true })
  return inShell('"$NODE" bin/signport.mjs verify', { cwd: folder.path() })
}

test('a checkout that was not built says what to do', async () => {
  expect(await runPacked({})).toEqual(
    failed('the command has not been built yet: run `npm run build` in the checkout.'),
  )
})

test('an installation without its parts ends with 2, since 1 says something about a signature', async () => {
  const { code, stderr } = await runPacked({ 'lib/main.js': 'import "./nothing.js"' })
  expect(code).toBe(2)
  expect(stderr).toMatch(/^signport: this installation is damaged, install it again: ".*nothing\.js.*"\n$/)
})

test.each([['--help'], ['--version'], ['algorithms']])('a reader of %s that goes away', async (argument) => {
  const child = startSignport([argument], { cwd: tmpdir() })
  child.stdout.destroy()
  expect(await outcomeOf(child)).toEqual(
    failed('cannot write standard output: whoever reads it has gone away.'),
  )
})
