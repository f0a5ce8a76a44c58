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

const root = fileURLToPath(new URL('../..', import.meta.url))
const sources = fileURLToPath(new URL('parts', import.meta.url))
const installed = join(root, '.cache/interop')

/** The oldest that the pinned versions run on. */
const OLDEST = { python: [3, 11], go: oldestGo() }

/**
 * Go takes no other version than the one that is there, and no other modules than those of go.sum, whatever lies in folders
 * above. It asks no git for the commit, which refuses when the checkout is somebody else's, as it is in many containers.
 */
const GO_ENVIRONMENT = {
  ...process.env,
  GOTOOLCHAIN: 'local',
  GOFLAGS: '-mod=readonly -buildvcs=false',
  GOWORK: 'off',
  CGO_ENABLED: '0',
}

const python = findPython()
const go = findGo()
const parts = readdirSync(sources).toSorted().map(partOf)
const failures = (await Promise.all(parts.map(install))).filter(Boolean)
if (failures.length > 0) stop(failures.join('\n\n'))
for (const { name, versions } of parts) process.stderr.write(`${name}: ${versions()}\n`)

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
  const install = (...args) => [interpreter, ['-m', 'pip', 'install', ...args]]
  const isLock = (file) => file.endsWith('requirements.txt')
  // What has no wheel is built, and by default with whatever version of its tools is there today.
  const built = existsSync(join(source, 'build-requirements.txt'))
  return {
    name,
    target,
    state: stateOf(python.identity, source, isLock),
    commands: [
      [python.command, ['-m', 'venv', target]],
      ...(built ? [install(...locked('build-requirements.txt'))] : []),
      install(...locked('requirements.txt'), ...(built ? ['--no-build-isolation'] : [])),
    ],
    versions: () => linesOf(interpreter, ['-m', 'pip', 'freeze', '--disable-pip-version-check']).join(' '),
  }
}

function goPart(name, source, target) {
  const options = { cwd: source, env: GO_ENVIRONMENT }
  // What is built, which is far less than what the modules name.
  const format = '{{with .Module}}{{if not .Main}}{{.Path}}@{{.Version}}{{end}}{{end}}'
  const list = ['list', '-deps', '-f', format, ...packagesOf(source)]
  return {
    name,
    target,
    state: stateOf(go.identity, source, (file) => /^go\.(mod|sum)$|\.go$/.test(file)),
    commands: packagesOf(source).map((each) => [
      go.command,
      ['build', '-trimpath', '-o', `${target}/`, each],
      options,
    ]),
    versions: () => [...new Set(linesOf(go.command, list, options))].toSorted().join(' '),
  }
}

/** What there is to build: programs of others, one of the part itself, or both. Go takes none for a mistake. */
function packagesOf(source) {
  const own = readdirSync(source).some((file) => file.endsWith('.go'))
  const tools = /^tool\b/m.test(readFileSync(join(source, 'go.mod'), 'utf8'))
  return [...(own ? ['.'] : []), ...(tools ? ['tool'] : [])]
}

/** What an installation was made of. */
function stateOf(identity, source, isPart) {
  const hash = createHash('sha256').update(identity)
  for (const file of readdirSync(source).filter(isPart).toSorted())
    hash.update(`${file}\n`).update(readFileSync(join(source, file)))
  return hash.digest('hex')
}

/** @returns what went wrong */
async function install({ name, target, state, commands }) {
  const stamp = join(target, 'signport-state')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return undefined
  process.stderr.write(`Installing ${name} for the interop tests …\n`)
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
  const { status, stdout, stderr } = spawnSync(command, args, { ...options, encoding: 'utf8' })
  if (status !== 0) stop(`${command} ${args.join(' ')} failed:\n${stderr}`)
  return stdout.split('\n').filter(Boolean)
}

/** The first Python that is new enough, and what tells it from others. */
function findPython() {
  const program = 'import sys; print(*sys.version_info[:2], sep="."); print(sys.version, sys.base_prefix)'
  const hint = 'Debian and Ubuntu have it in the packages python3 and python3-venv'
  return find('python', 'SIGNPORT_PYTHON', ['python3', 'python'], ['-c', program], /^(\d+)\.(\d+)/, hint)
}

/** The newest version that a part's go.mod asks for. */
function oldestGo() {
  return readdirSync(sources)
    .map((name) => join(sources, name, 'go.mod'))
    .filter((path) => existsSync(path))
    .map((path) => /^go (\d+)\.(\d+)/m.exec(readFileSync(path, 'utf8')).slice(1, 3).map(Number))
    .reduce((oldest, each) => ((each[0] - oldest[0] || each[1] - oldest[1]) > 0 ? each : oldest))
}

function findGo() {
  return find('go', 'SIGNPORT_GO', ['go'], ['version'], /go(\d+)\.(\d+)/, 'it is at go.dev/dl')
}

function find(name, variable, commands, args, pattern, hint) {
  const named = process.env[variable]
  const oldest = OLDEST[name]
  const needed = `${name === 'go' ? 'Go' : 'Python'} ${oldest.join('.')} or newer`
  const found = []
  for (const command of named ? [named] : commands) {
    const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', env: GO_ENVIRONMENT })
    const version = status === 0 && pattern.exec(stdout)?.slice(1, 3).map(Number)
    if (!version) continue
    if (version[0] === oldest[0] && version[1] >= oldest[1]) return { command, identity: stdout }
    found.push(`${command} is ${version.join('.')}`)
  }
  const where = found.join(', ') || (named ? `${variable} names ${named}` : 'there is none')
  return stop(`The interop tests need ${needed}, and ${where}: ${hint}; or set ${variable} to its path.`)
}

function stop(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
