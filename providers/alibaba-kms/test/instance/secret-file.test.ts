import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { assertPrivate, readSecretFile } from '../../src/instance/secret-file.js'
import { failure } from '../support/failure.js'

const folder = mkdtempSync(join(tmpdir(), 'signport-alibaba-'))
afterAll(() => rmSync(folder, { recursive: true }))

const stats = (mode: number, uid = 1000, isFile = true) => ({ mode, uid, isFile: () => isFile })

describe('a file is private', () => {
  test.each([0o600, 0o400, 0o700])('with the mode %o', (mode) => {
    expect(() => assertPrivate(stats(mode), 'file', 1000)).not.toThrow()
  })

  test('when it is of root, as what a container platform mounts', () => {
    expect(() => assertPrivate(stats(0o400, 0), 'file', 1000)).not.toThrow()
  })

  test('or where there are no such modes', () => {
    expect(() => assertPrivate(stats(0o666, 0), 'file', null)).not.toThrow()
  })

  test.each<[string, ReturnType<typeof stats>, string]>([
    ['its group can read it', stats(0o640), 'open to others (mode 0640)'],
    ['others can read it', stats(0o604), 'open to others (mode 0604)'],
    ['others can write it', stats(0o602), 'open to others (mode 0602)'],
    ['it is of somebody else', stats(0o600, 1001), 'belongs to another user'],
    ['it is no regular file', stats(0o600, 1000, false), 'is not a regular file'],
  ])('but not when %s', async (_, given, text) => {
    const error = await failure(() => assertPrivate(given, 'file', 1000), 'Configuration')
    expect(error.message).toContain(text)
  })
})

test('a private file is read', async () => {
  const path = join(folder, 'private')
  writeFileSync(path, 'content', { mode: 0o600 })
  expect((await readSecretFile(path, 'file')).toString()).toBe('content')
})

test.each<[string, (path: string) => void, string]>([
  ['that is not there', () => {}, 'There is no file'],
  ['that is a folder', (path) => void execFileSync('mkdir', ['-m', '700', path]), 'is not a regular file'],
  ['that is a pipe', (path) => void execFileSync('mkfifo', ['-m', '600', path]), 'is not a regular file'],
  [
    'that is too large',
    (path) => writeFileSync(path, 'x'.repeat(65_537), { mode: 0o600 }),
    'has more than 65536 bytes',
  ],
])('a file %s is refused at once', async (name, make, text) => {
  const path = join(folder, name.replaceAll(' ', '-'))
  make(path)
  expect((await failure(() => readSecretFile(path, 'file'), 'Configuration')).message).toContain(text)
})
