import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { resolve, sizeOf, withDependencies } from '../../../src/cases/size/installed-packages.js'

let root: string

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'signport-installed-')))
})

afterEach(() => rmSync(root, { recursive: true }))

/** Makes a package, and gives its folder. */
function install(path: string, manifest: object = {}): string {
  const folder = join(root, path)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  return folder
}

const namesOf = (name: string) =>
  withDependencies([{ name, folder: resolve(root, name) ?? '' }]).map(({ folder }) =>
    folder.slice(root.length + 1),
  )

test('dependencies of every kind come with a package, each once', () => {
  install('node_modules/app', {
    dependencies: { a: '1' },
    optionalDependencies: { b: '1', 'of-another-platform': '1' },
    peerDependencies: { peer: '1', perhaps: '1' },
    peerDependenciesMeta: { perhaps: { optional: true } },
    devDependencies: { tool: '1' },
  })
  install('node_modules/a', { dependencies: { '@scope/c': '1', app: '1' } })
  install('node_modules/b', { dependencies: { '@scope/c': '1' } })
  for (const name of ['@scope/c', 'peer', 'perhaps', 'tool']) install(`node_modules/${name}`)
  expect(namesOf('app').sort()).toEqual(
    ['@scope/c', 'a', 'app', 'b', 'peer'].map((name) => join('node_modules', name)),
  )
})

test('two versions of one package are two', () => {
  install('node_modules/app', { dependencies: { a: '1', c: '2' } })
  install('node_modules/a', { dependencies: { c: '1' } })
  install('node_modules/c')
  install('node_modules/a/node_modules/c')
  expect(namesOf('app')).toHaveLength(4)
})

test('a package that is a link is known by where it is, and finds from there', () => {
  install('packages/app', { dependencies: { a: '1' } })
  install('packages/app/node_modules/a')
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(join(root, 'packages/app'), join(root, 'node_modules/app'), 'junction')
  expect(namesOf('app')).toEqual([join('packages', 'app'), join('packages', 'app', 'node_modules', 'a')])
})

test('a dependency that is missing is an error that says whose', () => {
  install('node_modules/app', { dependencies: { a: '1' } })
  expect(() => namesOf('app')).toThrow('app needs a: run npm install')
})

test('the size is that of all files, without packages inside', () => {
  const folder = install('app')
  mkdirSync(join(folder, 'lib/deep'), { recursive: true })
  writeFileSync(join(folder, 'lib/deep/file.js'), 'x'.repeat(1000))
  install('app/node_modules/a')
  expect(sizeOf(folder)).toBe(1000 + '{}'.length)
})
