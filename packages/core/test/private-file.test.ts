import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { assertPrivate, readPrivateFile } from '../src/private-file.js'
import { failure } from './support/failure.js'
import { testFolder } from './support/folder.js'

const ME = 1000
const label = 'key file k'

const check = (mode: number, allowGroupRead: boolean, uid = ME, me: number | null = ME) =>
  assertPrivate({ uid, mode: 0o100000 | mode }, { label, provider: 'house', allowGroupRead }, me)

describe('who may read the file', () => {
  test.each<[mode: number, allowGroupRead: boolean]>([
    [0o600, false],
    [0o400, false],
    [0o700, false],
    [0o640, true],
    [0o440, true],
  ])('mode %i is private with allowGroupRead %s, of oneself or of root', (mode, allowed) => {
    expect(() => check(mode, allowed)).not.toThrow()
    expect(() => check(mode, allowed, 0)).not.toThrow()
  })

  test.each<[mode: number, allowGroupRead: boolean, shown: string]>([
    [0o644, false, 'mode 0644): run chmod 600 on it.'],
    [0o604, true, 'mode 0604): run chmod 600 on it.'],
    [0o602, false, 'mode 0602): run chmod 600 on it.'],
    [0o601, false, 'mode 0601): run chmod 600 on it.'],
    [0o640, false, 'mode 0640): run chmod 600 on it, or set allowGroupRead.'],
    [0o440, false, 'mode 0440): run chmod 600 on it, or set allowGroupRead.'],
    [0o660, true, 'mode 0660): run chmod 600 on it.'],
    [0o650, true, 'mode 0650): run chmod 600 on it.'],
  ])(
    'mode %i is not private with allowGroupRead %s, nor when it is of root',
    async (mode, allowed, shown) => {
      for (const uid of [ME, 0]) {
        const error = await failure(() => check(mode, allowed, uid), 'Configuration')
        expect(error.message).toBe(`The key file k is open to others (${shown}`)
        expect(error).toMatchObject({ provider: 'house' })
      }
    },
  )

  test('a file of another user is refused, whatever its mode', async () => {
    for (const allowed of [false, true]) {
      const error = await failure(() => check(0o600, allowed, 1001), 'Configuration')
      expect(error.message).toBe('The key file k belongs to another user.')
    }
  })

  test('where there are no users, the mode says nothing', () => {
    expect(() => check(0o666, false, 0, null)).not.toThrow()
    const { geteuid } = process
    try {
      Object.assign(process, { geteuid: undefined })
      expect(() => assertPrivate({ uid: 0, mode: 0o666 }, { label })).not.toThrow()
    } finally {
      Object.assign(process, { geteuid })
    }
  })
})

describe('reading', () => {
  const path = testFolder()

  function file(name: string, content: string | Uint8Array, mode = 0o600): string {
    writeFileSync(path(name), content)
    chmodSync(path(name), mode)
    return path(name)
  }

  test('a private file, also through a link', async () => {
    symlinkSync(file('plain', 'content'), path('link'))
    for (const name of ['plain', 'link'])
      expect((await readPrivateFile(path(name), { label })).toString()).toBe('content')
  })

  test('the checks are those of the file that a link leads to', async () => {
    symlinkSync(file('open', 'content', 0o644), path('link-to-open'))
    const error = await failure(() => readPrivateFile(path('link-to-open'), { label }), 'Configuration')
    expect(error.message).toContain('open to others (mode 0644)')
  })

  test('what its group can read, where that is permitted', async () => {
    const shared = file('shared', 'content', 0o640)
    expect((await readPrivateFile(shared, { label, allowGroupRead: true })).toString()).toBe('content')
    await failure(() => readPrivateFile(shared, { label }), 'Configuration')
  })

  test('64 KiB, and not one byte more', async () => {
    expect(await readPrivateFile(file('largest', Buffer.alloc(65_536)), { label })).toHaveLength(65_536)
    const larger = file('too-large', Buffer.alloc(65_537))
    const error = await failure(() => readPrivateFile(larger, { label, provider: 'house' }), 'Configuration')
    expect(error.message).toBe('The key file k has more than 65536 bytes, which none has.')
    expect(error).toMatchObject({ provider: 'house' })
  })

  test('a file that is missing means what the caller says', async () => {
    const missing = { code: 'KeyNotFound', advice: 'make one' } as const
    await failure(() => readPrivateFile(path('none'), { label, missing }), 'KeyNotFound')
    await failure(() => readPrivateFile(path('none'), { label }), 'Configuration')
  })
})
