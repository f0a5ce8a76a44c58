/**
 * Makes the Python environment that the tests of this folder use: under .cache, from requirements.txt and nothing else.
 * It is made again when requirements.txt or Python is another one; otherwise this takes no time.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The oldest that the pinned versions run on. */
const OLDEST = [3, 11]
const NEEDED = `Python ${OLDEST.join('.')} or newer`

const root = fileURLToPath(new URL('../../..', import.meta.url))
const environment = join(root, '.cache/interop/python')
const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url))

const python = findPython()
const state = createHash('sha256').update(readFileSync(requirements)).update(python.identity).digest('hex')
const stamp = join(environment, 'signport-state')
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== state) create()

/** The first Python that is new enough, and what tells it from others. */
function findPython() {
  const named = process.env.SIGNPORT_PYTHON
  for (const command of named ? [named] : ['python3', 'python']) {
    const program = 'import sys; print(*sys.version_info[:2]); print(sys.version, sys.base_prefix)'
    const { status, stdout } = spawnSync(command, ['-c', program], { encoding: 'utf8' })
    if (status !== 0) continue
    const [version, ...identity] = stdout.split('\n')
    const [major, minor] = version.split(' ').map(Number)
    if (major === OLDEST[0] && minor >= OLDEST[1]) return { command, identity: identity.join('\n') }
  }
  const where = named ? `SIGNPORT_PYTHON names ${named}` : 'neither python3 nor python is one'
  return stop(
    `The interop tests need ${NEEDED}, and ${where}: install it, or set SIGNPORT_PYTHON to its path.`,
  )
}

function create() {
  process.stderr.write('Installing PyJWT and cryptography for the interop tests …\n')
  rmSync(environment, { recursive: true, force: true })
  const venv = run(python.command, ['-m', 'venv', environment])
  if (!venv) stop(`Python's venv failed, see above: Debian and Ubuntu have it in the package python3-venv.`)
  const options = ['--quiet', '--disable-pip-version-check', '--no-input', '--only-binary=:all:']
  const pip = ['-m', 'pip', 'install', ...options, '--require-hashes', '-r', requirements]
  if (!run(join(environment, 'bin/python'), pip)) stop('pip failed: see above.')
  // Last, so that what was ended halfway is made again.
  writeFileSync(stamp, state)
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] }).status === 0
}

function stop(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
