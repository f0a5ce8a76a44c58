import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** What the harness reads of a package.json. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly bin?: string | Record<string, string>
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>
}

export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** What would be published, by its name: the folders of the checkout. */
export function published(): Map<string, string> {
  const folders = ['packages', 'providers', 'test'].flatMap((group) =>
    readdirSync(group).map((name) => resolve(group, name)),
  )
  const found = folders.filter((folder) => existsSync(join(folder, 'package.json')))
  const named = found.map((folder) => ({ folder, ...manifestOf(folder) }))
  return new Map(named.filter((each) => !each.private).map(({ name, folder }) => [name, folder]))
}

/** The commands that a package brings, by their names. */
export function commandsOf({ name, bin = {} }: Manifest): [name: string, file: string][] {
  return typeof bin === 'string' ? [[name.replace(/^@.*\//, ''), bin]] : Object.entries(bin)
}
