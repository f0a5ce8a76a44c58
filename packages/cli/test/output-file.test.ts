import { chmodSync, statSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { nameNew, writeWhole } from '../src/output-file.js'
import { testFolder } from './support/folder.js'

const folder = testFolder()
const { signal } = new AbortController()

test('a new file has its content, and no other file is left', async () => {
  await writeWhole(folder.path('new'), 'content', { force: false, signal })
  expect(folder.read('new').toString()).toBe('content')
  expect(folder.names()).toEqual(['new'])
})

test('a file that is there is kept', async () => {
  folder.write('old', 'precious')
  const writing = writeWhole(folder.path('old'), 'content', { force: false, signal })
  await expect(writing).rejects.toMatchObject({ code: 'EEXIST' })
  expect(folder.read('old').toString()).toBe('precious')
  expect(folder.names()).toEqual(['old'])
})

test('of many at once, one writes the file', async () => {
  const contents = Array.from({ length: 20 }, (_, index) => `content ${index}`)
  const writings = contents.map((content) =>
    writeWhole(folder.path('new'), content, { force: false, signal }).then(
      () => content,
      ({ code }) => code,
    ),
  )
  const results = await Promise.all(writings)
  expect(results.filter((result) => result !== 'EEXIST')).toEqual([folder.read('new').toString()])
  expect(folder.names()).toEqual(['new'])
})

test('an interruption leaves the old file as it was', async () => {
  folder.write('old', 'precious')
  const interrupted = AbortSignal.abort(new Error('interrupted'))
  const writing = writeWhole(folder.path('old'), 'content', { force: true, signal: interrupted })
  await expect(writing).rejects.toThrow('interrupted')
  expect(folder.read('old').toString()).toBe('precious')
  expect(folder.names()).toEqual(['old'])
})

test.each([
  [0o600, 0o600],
  [0o640, 0o640],
])('a new file may have the permissions %o alone', async (mode, permissions) => {
  await writeWhole(folder.path('new'), 'content', { force: true, signal, mode })
  expect(statSync(folder.path('new')).mode & 0o777).toBe(permissions)
})

test.each([0o600, 0o644, 0o666, 0o444])('a file that is replaced keeps its permissions: %o', async (mode) => {
  folder.write('old', 'precious')
  chmodSync(folder.path('old'), mode)
  await writeWhole(folder.path('old'), 'content', { force: true, signal, mode: 0o600 })
  expect(folder.read('old').toString()).toBe('content')
  expect(statSync(folder.path('old')).mode & 0o777).toBe(mode)
})

/** As `link` fails on a file system that has no hard links. */
function noLinks(code: string) {
  return async () => {
    throw Object.assign(new Error(code), { code, syscall: 'link' })
  }
}

test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])(
  '%s: without hard links it is copied',
  async (code) => {
    folder.write('draft', 'content')
    await nameNew(folder.path('draft'), folder.path('new'), noLinks(code))
    expect(folder.read('new').toString()).toBe('content')
    const again = nameNew(folder.path('draft'), folder.path('new'), noLinks(code))
    await expect(again).rejects.toMatchObject({ code: 'EEXIST' })
  },
)

test('another failure to link is one', async () => {
  folder.write('draft', 'content')
  const naming = nameNew(folder.path('draft'), folder.path('new'), noLinks('EIO'))
  await expect(naming).rejects.toMatchObject({ code: 'EIO' })
  expect(folder.names()).toEqual(['draft'])
})
