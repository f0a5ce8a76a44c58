import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of the checkout, with a slash at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Every workspace: its folder, relative to the root, and its package.json. */
export function workspaces() {
  return ['packages', 'providers', 'test']
    .flatMap((group) => readdirSync(`${root}${group}`).map((name) => `${group}/${name}`))
    .concat('bench')
    .filter((folder) => existsSync(`${root}${folder}/package.json`))
    .map((folder) => ({ folder, manifest: readJson(`${folder}/package.json`) }))
}

/** The workspaces that users install. */
export function published() {
  return workspaces().filter(({ manifest }) => !manifest.private)
}

/** The JSON of a file whose path is relative to the root. */
export function readJson(path) {
  return JSON.parse(readFileSync(`${root}${path}`, 'utf8'))
}
