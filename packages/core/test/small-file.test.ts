import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { SigningError } from '../src/index.js'
import { type FileRules, readSmallFile } from '../src/small-file.js'
import { failure } from './support/failure.js'
import { testFolder } from './support/folder.js'

const path = testFolder()

const read = (name: string, rules: Partial<FileRules> = {}) =>
  readSmallFile(path(name), { label: 'list it', maxBytes: 1_000, ...rules })

test('a file is read, also through a link, and also an empty one', async () => {
  writeFileSync(path('plain'), 'content')
  writeFileSync(path('empty'), '')
  symlinkSync(path('plain'), path('link'))
  expect((await read('plain')).toString()).toBe('content')
  expect((await read('link')).toString()).toBe('content')
  expect(await read('empty')).toHaveLength(0)
})

test('as many bytes as permitted, and not one more', async () => {
  writeFileSync(path('largest'), 'x'.repeat(1_000))
  writeFileSync(path('too-large'), 'x'.repeat(1_001))
  expect(await read('largest')).toHaveLength(1_000)
  const error = await failure(() => read('too-large'), 'Configuration')
  expect(error.message).toBe('The list it has more than 1000 bytes, which none has.')
})

describe('what is no regular file is refused at once', () => {
  test.each<[string, () => unknown]>([
    ['folder', () => mkdirSync(path('folder'))],
    ['pipe', () => execFileSync('mkfifo', [path('pipe')])],
    ['device', () => symlinkSync('/dev/zero', path('device'))],
  ])('%s', async (name, make) => {
    make()
    const error = await failure(() => read(name), 'Configuration')
    expect(error.message).toBe('The list it is not a regular file.')
  })
})

describe('what cannot be opened', () => {
  test('is a mistake in the path when it is missing', async () => {
    const error = await failure(() => read('none'), 'Configuration')
    expect(error.message).toBe('There is no list it: check the path.')
    expect(error).not.toHaveProperty('provider')
  })

  test('is what the caller says when it is missing', async () => {
    const missing = { code: 'KeyNotFound', advice: 'make one' } as const
    const error = await failure(() => read('none', { missing, provider: 'house' }), 'KeyNotFound')
    expect(error.message).toBe('There is no list it: make one.')
    expect(error).toMatchObject({ provider: 'house' })
  })

  test('is told by its code, and without the path as it is', async () => {
    writeFileSync(path('file'), '')
    symlinkSync('turns', path('turns'))
    for (const [name, code] of Object.entries({ 'file/below': 'ENOTDIR', turns: 'ELOOP' })) {
      const error = await failure(() => read(name, { provider: 'house' }), 'Configuration')
      expect(error.message).toBe(`The list it cannot be opened (${code}).`)
      expect(error.cause).toBeUndefined()
    }
  })
})

describe('a check', () => {
  test('sees the file that was opened, before it is read', async () => {
    writeFileSync(path('checked'), 'content', { mode: 0o640 })
    const seen: number[] = []
    await read('checked', { check: ({ size, mode }) => void seen.push(size, mode & 0o777) })
    expect(seen).toEqual([7, 0o640])
  })

  test('that throws is the outcome', async () => {
    writeFileSync(path('refused'), 'content')
    const refusal = new SigningError('Configuration', 'Not this one.')
    const check = () => {
      throw refusal
    }
    expect(await failure(() => read('refused', { check }))).toBe(refusal)
  })
})
