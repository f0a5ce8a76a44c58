import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { readSecretFile } from '../src/secret-file.js'
import { testFolder } from './support/folder.js'

const folder = testFolder()

function file(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = folder.path(name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

const read = (path: string, allowGroupRead = false) =>
  readSecretFile(path, 'k.pem', { what: 'key', advice: 'look elsewhere', allowGroupRead })

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

  test('what its group can read, where that is permitted', async () => {
    const path = file('shared', 'content', 0o640)
    expect((await read(path, true)).toString()).toBe('content')
    await expect(read(path)).rejects.toMatchObject({
      code: 'Configuration',
      provider: 'local',
      message:
        'The key file k.pem is open to others (mode 0640): run chmod 600 on it, or set allowGroupRead.',
    })
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
      message: 'There is no key file k.pem: look elsewhere.',
    })
    const passphrase = readSecretFile(folder.path('none'), 'p', { what: 'passphrase' })
    await expect(passphrase).rejects.toMatchObject({
      code: 'Configuration',
      message: 'There is no passphrase file p: check the path.',
    })
  })
})
