import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { execute, type Outcome } from './support/execute.js'
import { type Block, blocksOf, readmes } from './support/readme.js'
import { codeOf, compile, moduleOf } from './support/typescript.js'

/** READMEs that have nothing to run, and why. */
const NOTHING_TO_RUN: Record<string, string> = {}

// Within the checkout, where Node and tsc find the packages as in a project that installed them.
const modulesFolder = resolve(`.cache/documentation-${process.pid}`)
const folders: string[] = [modulesFolder]
let compiled: Outcome

function workingFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'signport-documentation-'))
  folders.push(folder)
  copyFileSync('LICENSE', join(folder, 'LICENSE'))
  return folder
}

const typescriptOf = (blocks: readonly Block[]) => blocks.filter(({ language }) => language === 'ts')
const shellOf = (blocks: readonly Block[]) => blocks.filter(({ language }) => language === 'sh')

/** What the command said is part of both sides, so that a failure shows it. */
function assertDone(outcome: Outcome): void {
  expect(outcome).toEqual({ ...outcome, status: 0 })
}

beforeAll(() => {
  const modules = readmes().flatMap(({ path, blocks }) =>
    typescriptOf(blocks).map((block) => [moduleOf(path, block), codeOf(block)] as const),
  )
  compiled = compile(modulesFolder, new Map(modules))
})

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

test('the examples in TypeScript compile in a strict project', () => {
  assertDone(compiled)
})

describe.each(readmes())('$path', ({ path, blocks }) => {
  test('has examples', () => {
    const runnable = [...typescriptOf(blocks), ...shellOf(blocks)]
    expect(runnable.length > 0).toBe(!(path in NOTHING_TO_RUN))
  })

  for (const block of typescriptOf(blocks))
    test(`runs the TypeScript of line ${block.line}`, () => {
      const module = join(modulesFolder, `${moduleOf(path, block)}.js`)
      assertDone(execute(process.execPath, [module], workingFolder()))
    })

  if (shellOf(blocks).length > 0)
    test('runs its shell commands, one after the other in one folder', () => {
      const folder = workingFolder()
      for (const { code } of shellOf(blocks)) assertDone(execute('sh', ['-eu', '-c', code], folder))
    })
})

describe('the reading of a README', () => {
  const text =
    'Text\n\n```ts\none\n```\n\n<!-- quotes Signer of @signport/core -->\n\n```ts\ntwo\n```\n\n```sh\n```\n'

  test('finds every block with its line', () => {
    expect(blocksOf(text)).toEqual([
      { language: 'ts', code: 'one\n', line: 3, quotes: undefined },
      { language: 'ts', code: 'two\n', line: 9, quotes: { name: 'Signer', from: '@signport/core' } },
      { language: 'sh', code: '', line: 13, quotes: undefined },
    ])
  })
})
