import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Case, Figure } from '../../harness/case.js'
import { type InstalledPackage, resolve, sizeOf, withDependencies } from './installed-packages.js'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

/** What users install today, to compare with. */
const OTHERS = [['@aws-sdk/client-kms'], ['@alicloud/kms20160120', '@alicloud/credentials']]

interface Manifest {
  readonly name: string
  readonly private?: boolean
}

/** A package of this repository, and the length of all that npm would publish of it, in bytes. */
interface Published {
  readonly name: string
  readonly unpackedSize: number
}

export const sizeInstalled: Case = {
  name: 'size/installed',
  title: 'Installed size',
  method: [
    'The lengths of all files of a package and of all that npm installs with it, at any depth: dependencies, and peers',
    'that are not optional, each counted once. Of the packages of this repository, what npm would publish.',
  ].join(' '),
  run: async () => {
    const published = await publishedPackages()
    const sizes = new Map(published.map(({ name, unpackedSize }) => [folderOf(name), unpackedSize]))
    return [...published.map(({ name }) => [name]), ...OTHERS].map((names) => figureOf(names, sizes))
  },
}

/** Asks npm, which needs no network for that. */
async function publishedPackages(): Promise<readonly Published[]> {
  const workspaces = publishedNames().flatMap((name) => ['--workspace', name])
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', ...workspaces]
  // The shell finds npm on every platform; the arguments are names of ours.
  const options = { cwd: ROOT, shell: process.platform === 'win32', maxBuffer: 2 ** 26 }
  const { stdout } = await promisify(execFile)('npm', args, options)
  return JSON.parse(stdout) as Published[]
}

/** Of the workspaces, those that are not private. */
function publishedNames(): readonly string[] {
  return ['packages', 'providers', 'test']
    .flatMap((group) => readdirSync(join(ROOT, group)).map((name) => join(ROOT, group, name, 'package.json')))
    .filter(existsSync)
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Manifest)
    .filter((manifest) => !manifest.private)
    .map(({ name }) => name)
}

function folderOf(name: string): string {
  const folder = resolve(ROOT, name)
  if (!folder) throw new Error(`There is no ${name}: run npm install`)
  return folder
}

function figureOf(names: readonly string[], published: ReadonlyMap<string, number>): Figure {
  const packages = withDependencies(names.map((name) => ({ name, folder: folderOf(name) })))
  const bytes = packages.map(({ folder }) => published.get(folder) ?? sizeOf(folder))
  return {
    group: 'with everything that comes with it',
    subject: names.join(' + '),
    unit: 'MB',
    value: bytes.reduce((sum, size) => sum + size, 0) / 1e6,
    note: noteOf(packages),
  }
}

function noteOf({ length }: readonly InstalledPackage[]): string {
  return length === 1 ? 'one package' : `${length} packages`
}
