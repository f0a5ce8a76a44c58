import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { assertPrivate, readSecretFile } from '../../src/instance/secret-file.js'
import { failure } from '../support/failure.js'

const folder = mkdtempSync(join(tmpdir(), 'signport-alibaba-'))
afterAll(() => rmSync(folder, { recursive: true }))

const stats = (mode: number, uid = 1000) => ({ mode, uid })

describe('a file is private', () => {
  test.each([0o600, 0o400, 0o700])('with the mode %o', (mode) => {
    expect(() => assertPrivate(stats(mode), 'file', false, 1000)).not.toThrow()
  })

  test('when it is of root', () => {
    expect(() => assertPrivate(stats(0o400, 0), 'file', false, 1000)).not.toThrow()
  })

  test.each([0o440, 0o640])(
    'when it is of root and of a group that may read it, as what a container platform mounts, and that is permitted: %o',
    async (mode) => {
      expect(() => assertPrivate(stats(mode, 0), 'file', true, 1000)).not.toThrow()
      const error = await failure(() => assertPrivate(stats(mode, 0), 'file', false, 1000), 'Configuration')
      expect(error.message).toContain('run chmod 600 on it, or set allowGroupRead.')
    },
  )

  test('or where there are no such modes', () => {
    expect(() => assertPrivate(stats(0o666, 0), 'file', false, null)).not.toThrow()
  })

  test.each<[string, ReturnType<typeof stats>, boolean, string]>([
    ['its group can read it', stats(0o640), false, 'open to others (mode 0640)'],
    ['its group can write it', stats(0o660), true, 'open to others (mode 0660): run chmod 600 on it.'],
    ['others can read it', stats(0o604), true, 'open to others (mode 0604): run chmod 600 on it.'],
    ['others can write it', stats(0o602), false, 'open to others (mode 0602): run chmod 600 on it.'],
    ['it is of somebody else', stats(0o600, 1001), true, 'belongs to another user'],
  ])('but not when %s', async (_, given, allowGroupRead, text) => {
    const error = await failure(() => assertPrivate(given, 'file', allowGroupRead, 1000), 'Configuration')
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
