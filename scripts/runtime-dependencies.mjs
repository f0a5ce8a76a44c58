import { published, readJson } from './workspaces.mjs'

const HEADER = `\
# Everything that each package brings with it at run time, at any depth, and for whom, as package-lock.json has it.
# Optional peers are left out: they come only when somebody asks for them. Written by: npm run packages -- --write
`

/** The list that is committed, so that a new dependency is seen in review whoever brought it. */
export function runtimeDependencies() {
  const { packages } = readJson('package-lock.json')
  const sections = published().map(({ folder, manifest }) => section(packages, folder, manifest.name))
  return [HEADER, ...sections].join('\n')
}

function section(packages, folder, name) {
  const users = new Map()
  collect(packages, folder, name, users)
  const lines = [...users].map(([dependency, by]) => `  ${dependency} <- ${[...by].sort().join(', ')}`)
  return `${name}\n${lines.sort().join('\n') || '  nothing'}\n`
}

/** Fills `users`: from each dependency with its version to the names of those who need it. */
function collect(packages, folder, user, users) {
  for (const name of neededBy(packages[folder])) {
    const found = resolve(packages, folder, name)
    const dependency = `${name} ${packages[found].version}`
    const known = users.has(dependency)
    users.set(dependency, (users.get(dependency) ?? new Set()).add(user))
    if (!known) collect(packages, found, name, users)
  }
}

function neededBy({ dependencies, optionalDependencies, peerDependencies = {}, peerDependenciesMeta = {} }) {
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)
  return Object.keys({ ...dependencies, ...optionalDependencies }).concat(peers)
}

/** Where the lock file has a package for the one in `folder`: there, or in a folder above, as Node looks for it. */
function resolve(packages, folder, name) {
  for (let above = folder; ; above = above.replace(/(^|\/)[^/]+$/, '')) {
    const path = `${above}/node_modules/${name}`.replace(/^\//, '')
    const entry = packages[path]
    if (entry) return entry.link ? entry.resolved : path
    if (above === '') throw new Error(`package-lock.json has no ${name} for ${folder}: run npm install`)
  }
}
