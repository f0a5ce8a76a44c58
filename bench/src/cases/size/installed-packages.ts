import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A package in node_modules. */
export interface InstalledPackage {
  readonly name: string
  /** Its real path, so that a package of this repository is known by where it is, and finds what it needs from there. */
  readonly folder: string
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/**
 * Packages with everything that npm installs with them, at any depth: what they depend on, and their peers but for those
 * that are optional.
 */
export function withDependencies(roots: readonly InstalledPackage[]): readonly InstalledPackage[] {
  const found = new Map<string, InstalledPackage>()
  const add = (item: InstalledPackage) => {
    if (found.has(item.folder)) return
    found.set(item.folder, item)
    for (const needed of neededBy(item)) add(needed)
  }
  for (const root of roots) add(root)
  return [...found.values()]
}

function neededBy({ name: user, folder }: InstalledPackage): readonly InstalledPackage[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const {
    dependencies,
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta = {},
  } = manifest
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)
  return Object.keys({ ...dependencies, ...optionalDependencies })
    .concat(peers)
    .flatMap((name) => {
      const found = resolve(folder, name)
      // One that is optional is missing where the platform is not its own.
      if (!found && !(name in optionalDependencies)) throw new Error(`${user} needs ${name}: run npm install`)
      return found ? [{ name, folder: found }] : []
    })
}

/** Where Node finds a package for one in `folder`: in the nearest node_modules above. */
export function resolve(folder: string, name: string): string | undefined {
  for (let above = folder; ; above = dirname(above)) {
    const path = join(above, 'node_modules', name)
    if (existsSync(path)) return realpathSync(path)
    if (above === dirname(above)) return undefined
  }
}

/** The length of all files in a folder, in bytes, without packages that are in it. */
export function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => (statSync(path).isDirectory() ? sizeOf(path) : statSync(path).size))
    .reduce((sum, size) => sum + size, 0)
}
