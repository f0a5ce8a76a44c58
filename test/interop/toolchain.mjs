/** What the interop tests need of the system: Python, Go and openssl, each new enough. */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

/** Go takes no other version than the one that is there, and no module that go.sum does not have, whatever lies around. */
export const GO_SETTINGS = {
  GOTOOLCHAIN: 'local',
  GOWORK: 'off',
  // It asks no git for the commit, which refuses where the checkout is somebody else's, as it is in many containers.
  GOFLAGS: '-mod=readonly -buildvcs=false',
  CGO_ENABLED: '0',
}
export const GO_ENVIRONMENT = { ...process.env, ...GO_SETTINGS }

/** Without what the environment and the user's folders have for other programs. */
export const ISOLATED = '-I'

/**
 * A program, and what tells it from others: `command`, `version` as it says it itself, and `identity`.
 *
 * @throws Error that says what is needed and where it is to be had
 */
export function findPython(oldest) {
  const program = 'import platform as p, sys; print(p.python_version()); print(sys.version, sys.base_prefix)'
  return find({
    name: 'Python',
    oldest,
    variable: 'SIGNPORT_PYTHON',
    commands: ['python3', 'python'],
    args: [ISOLATED, '-c', program],
    pattern: /^(\d+)\.(\d+).*/,
    hint: 'Debian and Ubuntu have it in the packages python3 and python3-venv',
  })
}

/** @see findPython */
export function findGo(oldest) {
  const pattern = /go(\d+)\.(\d+)\S*/
  const hint = 'it is at go.dev/dl'
  return find({
    name: 'Go',
    oldest,
    variable: 'SIGNPORT_GO',
    commands: ['go'],
    args: ['version'],
    pattern,
    hint,
  })
}

/** @see findPython; the tests find it by its name alone */
export function findOpenssl(oldest) {
  const pattern = /^OpenSSL (\d+)\.(\d+)\S*/
  const hint = 'Debian and Ubuntu have it in the package openssl'
  return find({ name: 'OpenSSL', oldest, commands: ['openssl'], args: ['version'], pattern, hint })
}

function find({ name, oldest, variable, commands, args, pattern, hint }) {
  const named = variable && process.env[variable]
  const found = []
  for (const command of named ? [resolved(named)] : commands) {
    const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', env: GO_ENVIRONMENT })
    const match = status === 0 ? pattern.exec(stdout) : null
    if (!match) continue
    if (isSince(match.slice(1, 3).map(Number), oldest))
      return { command, version: match[0], identity: stdout }
    found.push(`${command} is ${match.slice(1, 3).join('.')}`)
  }
  const where = found.join(', ') || (named ? `${variable} names ${named}` : 'there is none')
  const remedy = variable ? `${hint}; or set ${variable} to its path` : hint
  throw new Error(`The interop tests need ${name} ${oldest.join('.')} or newer, and ${where}: ${remedy}.`)
}

/** A path as it is meant here, since programs are started in other folders, too; a name as it is. */
function resolved(named) {
  return /[/\\]/.test(named) ? resolve(named) : named
}

function isSince([major, minor], oldest) {
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}
