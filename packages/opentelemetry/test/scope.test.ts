import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from '@jest/globals'
import { readScope } from '../src/scope.js'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A module in a folder, and beside that folder a manifest. */
function moduleBeside(manifest?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'signport-scope-'))
  folders.push(folder)
  mkdirSync(join(folder, 'lib'))
  if (manifest !== undefined) writeFileSync(join(folder, 'package.json'), manifest)
  return pathToFileURL(join(folder, 'lib', 'bundle.js')).href
}

const unknown = { name: '@signport/opentelemetry', version: undefined }

test('the version is that of the manifest', () => {
  const { name, version } = JSON.parse(readFileSync('packages/opentelemetry/package.json', 'utf8'))
  expect(readScope()).toEqual({ name, version })
})

test.each([
  ['another package', '{"name":"shop","version":"7.0.0"}'],
  ['nothing at all', undefined],
  ['what is no manifest', 'null'],
  ['what is no JSON', '{'],
])('in a bundle beside %s, the version is not known', (_, manifest) => {
  expect(readScope(moduleBeside(manifest))).toEqual(unknown)
})
