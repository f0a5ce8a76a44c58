/**
 * Makes a checkout ready for use, with nothing but Node and npm: installs when the lock file is newer than what is
 * installed, then builds. The second time it takes a second or two.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19))
  stop(`Signport needs Node 20.19 or newer; this is ${process.version}.`)

const installed = `${root}node_modules/.package-lock.json`
const upToDate =
  existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs
if (!upToDate) run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], 'Installing')
run(process.execPath, ['node_modules/typescript/bin/tsc', '-b'], 'Building')
run(process.execPath, ['scripts/bundle.mjs'], 'Bundling')

function run(command, args, what) {
  process.stderr.write(`${what} …\n`)
  // The shell finds npm on every platform; the arguments are constants.
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: command === 'npm',
  })
  if (status !== 0) stop(`${what} failed: see above.`)
}

function stop(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
