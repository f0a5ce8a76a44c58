import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { commandsOf, type Manifest, manifestOf, published } from './manifest.js'
import { isInRange } from './version-range.js'

const run = promisify(execFile)

/** Projects outside of the checkout, each as `npm install` would leave it. */
export interface Consumers {
  /** A copy of an example, with our packages from their tarballs and those of others linked from the checkout. */
  install(example: string): string
  remove(): void
}

/** Packs every package once, as `npm publish` would. */
export async function packConsumers(): Promise<Consumers> {
  const root = mkdtempSync(join(tmpdir(), 'signport-consumers-'))
  const packages = published()
  const names = [...packages.keys()].flatMap((name) => ['-w', name])
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', root, ...names])
  const tarballs = JSON.parse(stdout) as { name: string; filename: string }[]
  const unpacked = new Map<string, string>()
  for (const { name, filename } of tarballs) {
    const folder = join(root, 'unpacked', name)
    mkdirSync(folder, { recursive: true })
    await run('tar', ['-xzf', join(root, basename(filename)), '-C', folder, '--strip-components=1'])
    unpacked.set(name, folder)
  }
  return {
    install: (example) => install(resolve('examples', example), root, unpacked, packages),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

function install(
  example: string,
  root: string,
  unpacked: ReadonlyMap<string, string>,
  packages: ReadonlyMap<string, string>,
): string {
  const project = mkdtempSync(join(root, `${basename(example)}-`))
  // Without what a developer has installed or built there, and without the keys that its commands have made.
  const filter = (file: string) => !/^(node_modules|dist)$|\.pem$/.test(relative(example, file))
  cpSync(example, project, { recursive: true, filter })
  const modules = join(project, 'node_modules')
  const manifest = manifestOf(example)
  const own = { ...manifest.dependencies, ...manifest.devDependencies }
  const queue = Object.keys(own).map((name) => ({ name, from: resolve('.') }))
  for (const { name, from } of queue) {
    const target = join(modules, name)
    if (existsSync(target)) continue
    mkdirSync(dirname(target), { recursive: true })
    const ours = unpacked.get(name)
    if (!ours) {
      symlinkSync(folderOf(name, from), target)
      continue
    }
    // A copy: Node resolves what a package imports from where its files really are.
    cpSync(ours, target, { recursive: true })
    const source = packages.get(name) ?? ''
    queue.push(...wantedBy(manifestOf(ours)).map((each) => ({ name: each, from: source })))
  }
  assertVersions(modules, example, own)
  for (const name of new Set(queue.map(({ name }) => name).filter((name) => unpacked.has(name)))) {
    const { dependencies, peerDependencies } = manifestOf(join(modules, name))
    assertVersions(modules, name, { ...dependencies, ...peerDependencies })
  }
  linkCommands(modules, Object.keys(own))
  return project
}

/** What npm would install besides: dependencies, and peers that are not optional. */
function wantedBy({ dependencies, peerDependencies = {}, peerDependenciesMeta = {} }: Manifest): string[] {
  const required = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)
  return [...Object.keys(dependencies ?? {}), ...required]
}

/** npm would refuse a peer of another version, and install two of a dependency. Optional peers may be missing. */
function assertVersions(modules: string, who: string, ranges: Record<string, string>): void {
  for (const [name, range] of Object.entries(ranges)) {
    const folder = join(modules, name)
    if (!existsSync(folder)) continue
    const { version } = manifestOf(folder)
    if (!isInRange(version, range)) throw new Error(`${who} wants ${name} ${range}, and there is ${version}`)
  }
}

/** Only the commands of a project's own dependencies, as it must not rely on any other. */
function linkCommands(modules: string, names: readonly string[]): void {
  const folder = join(modules, '.bin')
  mkdirSync(folder, { recursive: true })
  for (const name of names)
    for (const [command, file] of commandsOf(manifestOf(join(modules, name))))
      symlinkSync(join(modules, name, file), join(folder, command))
}

/** Where the checkout has a package for who imports it. */
function folderOf(name: string, from: string): string {
  const near = join(from, 'node_modules', name)
  const found = existsSync(near) ? near : resolve('node_modules', name)
  if (!existsSync(found)) throw new Error(`${name} is not installed in the checkout`)
  return found
}
