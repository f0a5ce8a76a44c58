/**
 * Installs what others wrote for the tests of this folder: each folder of `parts` into one of its own under .cache, side by
 * side, with the versions of its requirements.txt or go.mod and no others. What has not changed since the last time stays.
 * Then it says what there is.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findGo, findOpenssl, findPython, GO_ENVIRONMENT, GO_SETTINGS, ISOLATED } from './toolchain.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const sources = fileURLToPath(new URL('parts', import.meta.url))
const installed = join(root, '.cache/interop')

/** The folders of `parts`: an editor or a file manager may have left something else there. */
const names = readdirSync(sources, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted()

const { python, go, openssl } = toolchain()
const parts = names.map(partOf)
const failures = (await Promise.all(parts.map(install))).filter(Boolean)
if (failures.length > 0) stop(failures.join('\n\n'))
say(`Python ${python.version}, ${go.version}, ${openssl.version}`)
for (const { name, versions } of parts) say(`${name}: ${versions().join(' ')}`)

/** The oldest that the pinned versions run on. */
function toolchain() {
  try {
    return { python: findPython([3, 11]), go: findGo(oldestGo()), openssl: findOpenssl([3, 0]) }
  } catch (error) {
    return stop(error.message)
  }
}

/** The newest version that a part's go.mod asks for. */
function oldestGo() {
  return names
    .map((name) => join(sources, name, 'go.mod'))
    .filter((path) => existsSync(path))
    .map((path) => /^go (\d+)\.(\d+)/m.exec(readFileSync(path, 'utf8')).slice(1, 3).map(Number))
    .reduce((oldest, each) => ((each[0] - oldest[0] || each[1] - oldest[1]) > 0 ? each : oldest))
}

/** What a folder has in it decides how it is installed. */
function partOf(name) {
  const source = join(sources, name)
  const target = join(installed, name)
  if (existsSync(join(source, 'go.mod'))) return goPart(name, source, target)
  if (existsSync(join(source, 'requirements.txt'))) return pythonPart(name, source, target)
  return stop(`${source} has neither a requirements.txt nor a go.mod.`)
}

function pythonPart(name, source, target) {
  const interpreter = join(target, 'bin/python')
  const options = ['--quiet', '--disable-pip-version-check', '--no-input', '--only-binary=:all:']
  const locked = (file) => [...options, '--require-hashes', '-r', join(source, file)]
  const pip = (...args) => [interpreter, [ISOLATED, '-m', 'pip', ...args]]
  const isLock = (file) => file.endsWith('requirements.txt')
  // What has no wheel is built, and by default with whatever version of its tools is there today.
  const built = existsSync(join(source, 'build-requirements.txt'))
  return {
    name,
    target,
    inputs: [python.identity, ...contentsOf(source, isLock)],
    commands: [
      [python.command, [ISOLATED, '-m', 'venv', target]],
      ...(built ? [pip('install', ...locked('build-requirements.txt'))] : []),
      pip('install', ...locked('requirements.txt'), ...(built ? ['--no-build-isolation'] : [])),
    ],
    versions: () => linesOf(...pip('freeze', '--disable-pip-version-check')),
  }
}

function goPart(name, source, target) {
  const options = { cwd: source, env: GO_ENVIRONMENT }
  return {
    name,
    target,
    inputs: [go.identity, ...contentsOf(source, (file) => /^go\.(mod|sum)$|\.go$/.test(file))],
    commands: packagesOf(source).map((each) => [
      go.command,
      ['build', '-trimpath', '-o', `${target}/`, each],
      options,
    ]),
    // What is in the programs, which is far less than what the modules name.
    versions: () => linesOf(go.command, ['version', '-m', target], options).flatMap(moduleIn),
  }
}

/** What there is to build: programs of others, one of the part itself, or both. Go takes none for a mistake. */
function packagesOf(source) {
  const own = readdirSync(source).some((file) => file.endsWith('.go'))
  const tools = /^tool\b/m.test(readFileSync(join(source, 'go.mod'), 'utf8'))
  return [...(own ? ['.'] : []), ...(tools ? ['tool'] : [])]
}

/** Of a line of `go version -m` that is about a module. */
function moduleIn(line) {
  const [, path, version] = /^\tdep\t(\S+)\t(\S+)/.exec(line) ?? []
  return path ? [`${path}@${version}`] : []
}

function contentsOf(folder, isPart) {
  const files = readdirSync(folder).filter(isPart).toSorted()
  return files.map((file) => [file, readFileSync(join(folder, file), 'utf8')])
}

/** What an installation was made of, and how. */
function stateOf({ inputs, commands }) {
  const steps = commands.map(([command, args]) => [command, args])
  return createHash('sha256')
    .update(JSON.stringify([inputs, steps, GO_SETTINGS]))
    .digest('hex')
}

/** @returns what went wrong */
async function install(part) {
  const { name, target, commands } = part
  const state = stateOf(part)
  const stamp = join(target, 'signport-state')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return undefined
  say(`Installing ${name} for the interop tests …`)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  for (const [command, args, options] of commands) {
    const { status, output } = await run(command, args, options)
    if (status !== 0) return `${name} could not be installed: ${command} ${args.join(' ')}\n${output}`
  }
  // Last, so that what was ended halfway is made again.
  writeFileSync(stamp, state)
  return undefined
}

function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ status: -1, output: error.message }))
    child.on('close', (status) => resolve({ status, output }))
  })
}

function linesOf(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { ...options, encoding: 'utf8' })
  if (status !== 0) stop(`${command} ${args.join(' ')} failed:\n${error?.message ?? stderr}`)
  return stdout.split('\n').filter(Boolean)
}

function stop(message) {
  say(message)
  process.exit(1)
}

function say(text) {
  process.stderr.write(`${text}\n`)
}
