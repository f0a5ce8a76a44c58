import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { assertPrivate, readSecretFile } from '../src/secret-file.js'
import { testFolder } from './support/folder.js'

const folder = testFolder()

function file(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = folder.path(name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

const read = (path: string, allowGroupRead = false) =>
  readSecretFile(path, 'k.pem', { what: 'key', allowGroupRead })

describe('who may read the file', () => {
  const ME = 1000
  const stats = (mode: number, uid = ME) => ({ isFile: () => true, uid, mode: 0o100000 | mode })

  test.each<[mode: number, allowGroupRead: boolean]>([
    [0o600, false],
    [0o400, false],
    [0o700, false],
    [0o640, true],
    [0o440, true],
  ])('mode %i is private with allowGroupRead %s', (mode, allowed) => {
    expect(() => assertPrivate(stats(mode), 'key file k', allowed, ME)).not.toThrow()
  })

  test.each<[mode: number, allowGroupRead: boolean, shown: string]>([
    [0o644, false, 'mode 0644): run chmod 600 on it.'],
    [0o604, true, 'mode 0604): run chmod 600 on it.'],
    [0o602, false, 'mode 0602): run chmod 600 on it.'],
    [0o601, false, 'mode 0601): run chmod 600 on it.'],
    [0o640, false, 'mode 0640): run chmod 600 on it, or set allowGroupRead.'],
    [0o660, true, 'mode 0660): run chmod 600 on it.'],
    [0o650, true, 'mode 0650): run chmod 600 on it.'],
  ])('mode %i is not private with allowGroupRead %s', (mode, allowed, shown) => {
    expect(() => assertPrivate(stats(mode), 'key file k', allowed, ME)).toThrow(
      expect.objectContaining({
        code: 'Configuration',
        message: `The key file k is open to others (${shown}`,
      }),
    )
  })

  test('a file of another user is refused, one of root is not', () => {
    expect(() => assertPrivate(stats(0o600, 1001), 'key file k', false, ME)).toThrow(
      'The key file k belongs to another user.',
    )
    expect(() => assertPrivate(stats(0o400, 0), 'key file k', false, ME)).not.toThrow()
  })

  test('where there are no users, the mode says nothing', () => {
    const geteuid = process.geteuid
    try {
      Object.assign(process, { geteuid: undefined })
      expect(() => assertPrivate(stats(0o666), 'key file k', false)).not.toThrow()
    } finally {
      Object.assign(process, { geteuid })
    }
  })
})

describe('reading', () => {
  test('a private file, also through a link', async () => {
    const path = file('plain', 'content')
    symlinkSync(path, folder.path('link'))
    expect((await read(path)).toString()).toBe('content')
    expect((await read(folder.path('link'))).toString()).toBe('content')
  })

  test('the checks are those of the file that a link leads to', async () => {
    symlinkSync(file('open', 'content', 0o644), folder.path('link to open'))
    await expect(read(folder.path('link to open'))).rejects.toThrow('open to others (mode 0644)')
  })

  test('64 KiB, and not one byte more', async () => {
    expect(await read(file('largest', Buffer.alloc(65_536)))).toHaveLength(65_536)
    await expect(read(file('too large', Buffer.alloc(65_537)))).rejects.toThrow('has more than 65536 bytes')
  })

  test.each<[string, () => string, string]>([
    [
      'a folder',
      () => mkdirSync(folder.path('d'), { mode: 0o700, recursive: true }) ?? '',
      'is not a regular file',
    ],
    ['a device', () => '/dev/null', 'is not a regular file'],
  ])('%s is refused', async (_, path, why) => {
    await expect(read(path())).rejects.toMatchObject({
      code: 'Configuration',
      message: `The key file k.pem ${why}.`,
    })
  })

  test('a pipe without a writer is refused at once', async () => {
    execFileSync('mkfifo', ['-m', '600', folder.path('pipe')])
    await expect(read(folder.path('pipe'))).rejects.toThrow('is not a regular file')
  })

  test('a missing key is KeyNotFound, a missing passphrase a mistake of configuration', async () => {
    await expect(read(folder.path('none'))).rejects.toMatchObject({
      code: 'KeyNotFound',
      message: 'There is no key file k.pem: check the path, or set generate to make one.',
    })
    const passphrase = readSecretFile(folder.path('none'), 'p', { what: 'passphrase' })
    await expect(passphrase).rejects.toMatchObject({
      code: 'Configuration',
      message: 'There is no passphrase file p: check the path.',
    })
  })
})
