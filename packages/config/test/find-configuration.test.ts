import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { findConfiguration } from '../src/find-configuration.js'
import { failure } from './support/failure.js'
import { testFolder } from './support/folder.js'

const root = join(testFolder().path, 'root')
const [project, deep] = [join(root, 'project'), join(root, 'project/src/deep')]

/** Whoever runs the tests, and somebody else. Root's files are believed by everybody. */
const uid = process.getuid?.() ?? 0
const STRANGER = { uid: uid + 1 }

beforeEach(() => {
  rmSync(root, { recursive: true, force: true })
  mkdirSync(deep, { recursive: true })
})

const write = (folder: string, name = 'signport.yaml', mode = 0o644) => {
  writeFileSync(join(folder, name), 'signers: {}')
  chmodSync(join(folder, name), mode)
  return join(folder, name)
}

describe('a configuration is found', () => {
  test.each(['signport.yaml', 'signport.yml', 'signport.json'])('as %s', (name) => {
    const path = write(deep, name)
    expect(findConfiguration(deep)).toBe(path)
  })

  test('above, up to the folder that begins the project', () => {
    const path = write(project)
    writeFileSync(join(project, 'package.json'), '{}')
    expect(findConfiguration(deep)).toBe(path)
    mkdirSync(join(project, 'src/.git'))
    expect(findConfiguration(deep)).toBeUndefined()
  })

  test('nearer before farther', () => {
    write(root)
    const path = write(project)
    expect(findConfiguration(deep)).toBe(path)
  })

  test('where the group may write it', () => {
    const path = write(deep, 'signport.yaml', 0o664)
    expect(findConfiguration(deep)).toBe(path)
  })

  test('through a link', () => {
    symlinkSync(write(project, 'other.yaml'), join(deep, 'signport.yaml'))
    expect(findConfiguration(deep)).toBe(join(deep, 'signport.yaml'))
  })
})

describe('a configuration that is found is refused', () => {
  test('where another user owns it', async () => {
    const path = write(deep)
    const message = `${path}: belongs to another user (${uid}): name it if it is meant.`
    // Files of root are believed by everybody: there, the file gets another owner.
    if (uid === 0) {
      const { chownSync } = await import('node:fs')
      chownSync(path, 4711, 4711)
      expect((await failure(() => findConfiguration(deep))).message).toBe(message.replace('(0)', '(4711)'))
      expect(findConfiguration(deep, { uid: 4711 })).toBe(path)
    } else expect((await failure(() => findConfiguration(deep, STRANGER))).message).toBe(message)
  })

  test('where it is a link of another user', async () => {
    const path = join(deep, 'signport.yaml')
    symlinkSync(write(project, 'other.yaml'), path)
    if (uid === 0) {
      const { lchownSync } = await import('node:fs')
      lchownSync(path, 4711, 4711)
      await failure(() => findConfiguration(deep))
    } else await failure(() => findConfiguration(deep, STRANGER))
  })

  test('where everybody may write it', async () => {
    const path = write(deep, 'signport.yaml', 0o666)
    expect((await failure(() => findConfiguration(deep))).message).toBe(
      `${path}: can be written by everybody: take that away (chmod o-w), or name it if it is meant.`,
    )
  })

  test('where there are two', async () => {
    write(deep)
    write(deep, 'signport.json')
    expect((await failure(() => findConfiguration(deep))).message).toBe(
      `${deep}: there are signport.yaml and signport.json: name the one that is meant.`,
    )
  })
})

describe('what cannot be taken for a configuration is refused', () => {
  const path = join(deep, 'signport.yaml')

  test.each<[string, () => string, string]>([
    [
      'a folder',
      () => {
        mkdirSync(path)
        return path
      },
      'is no regular file',
    ],
    [
      'a pipe',
      () => {
        execFileSync('mkfifo', ['-m', '600', path])
        return path
      },
      'is no regular file',
    ],
    [
      'a link that leads to itself',
      () => {
        symlinkSync(path, path)
        return path
      },
      'cannot be looked at: ELOOP',
    ],
  ])('%s', async (_, make, why) => {
    const place = make()
    expect((await failure(() => findConfiguration(deep))).message).toBe(`${place}: ${why}.`)
  })

  test('and so is a file in the place of a folder', async () => {
    const file = write(deep)
    expect((await failure(() => findConfiguration(file))).message).toBe(
      `${join(file, 'signport.yaml')}: cannot be looked at: ENOTDIR.`,
    )
  })

  test('but a link that leads nowhere is found, and told when it is read', () => {
    symlinkSync(join(project, 'none.yaml'), path)
    expect(findConfiguration(deep)).toBe(path)
  })
})

test('where users have no numbers, nobody is asked about', () => {
  const path = write(deep, 'signport.yaml', 0o666)
  expect(findConfiguration(deep, { uid: undefined })).toBe(path)
})
