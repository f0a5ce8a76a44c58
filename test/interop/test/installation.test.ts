import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

const PROGRAM = fileURLToPath(new URL('../installation.mjs', import.meta.url))

const PYTHON_HINT =
  'Debian and Ubuntu have it in the packages python3 and python3-venv; or set SIGNPORT_PYTHON to its path.'
const GO_HINT = 'it is at go.dev/dl; or set SIGNPORT_GO to its path.'

/** Commands that say which version they are, in the words of the real ones, and do nothing else. */
const COMMANDS = {
  'python-3.10': "echo 3.10; echo '3.10.14 (main)' /usr",
  'python-3.11': "echo 3.11; echo '3.11.9 (main)' /usr",
  'python-2.7': 'echo 2.7; echo 2.7.18 /usr',
  'go-1.25': 'echo go version go1.25.9 linux/amd64',
  'go-broken': 'echo go version go1.26.0 linux/amd64; exit 2',
  'go-1.99': 'echo go version go1.99.0 linux/amd64',
  'libre/openssl': 'echo LibreSSL 3.3.6',
  'old/openssl': 'echo OpenSSL 1.1.1w  11 Sep 2023',
  'bin/python3': 'echo 3.9; echo 3.9.1 /usr',
  'bin/python': 'echo 2.7; echo 2.7.18 /usr',
}

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'signport-installation-'))
  mkdirSync(join(folder, 'empty'))
  for (const [name, output] of Object.entries(COMMANDS)) command(name, output)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function command(name: string, output: string): void {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${output}\n`)
  chmodSync(path, 0o755)
}

/** What the installation says where this machine's own commands are not to be found. Names are those of the folder. */
function install({ path = 'empty', ...named }: Readonly<Record<string, string>>) {
  const env = { PATH: join(folder, path) } as NodeJS.ProcessEnv
  for (const [name, value] of Object.entries(named)) env[name] = join(folder, value)
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM], { encoding: 'utf8', env })
  return { status, stdout, said: stderr.replaceAll(`${folder}/`, '') }
}

describe('a Python that is missing', () => {
  const needed = 'The interop tests need Python 3.11 or newer, and'

  test.each([
    ['nowhere', {}, 'there is none'],
    ['not where it is said to be', { SIGNPORT_PYTHON: 'none' }, 'SIGNPORT_PYTHON names none'],
    ['too old', { SIGNPORT_PYTHON: 'python-3.10' }, 'python-3.10 is 3.10'],
    ['far too old', { SIGNPORT_PYTHON: 'python-2.7' }, 'python-2.7 is 2.7'],
    ['too old by all its names', { path: 'bin' }, 'python3 is 3.9, python is 2.7'],
  ])('is an error that says which one is needed: %s', (_, environment, found) => {
    const said = `${needed} ${found}: ${PYTHON_HINT}\n`
    expect(install(environment)).toEqual({ status: 1, stdout: '', said })
  })
})

describe('a Go that is missing', () => {
  const needed = 'The interop tests need Go 1.26 or newer, and'

  test.each([
    ['nowhere', {}, 'there is none'],
    ['not where it is said to be', { SIGNPORT_GO: 'none' }, 'SIGNPORT_GO names none'],
    ['too old', { SIGNPORT_GO: 'go-1.25' }, 'go-1.25 is 1.25'],
    ['broken', { SIGNPORT_GO: 'go-broken' }, 'SIGNPORT_GO names go-broken'],
  ])('is an error that says which one is needed: %s', (_, environment, found) => {
    const said = `${needed} ${found}: ${GO_HINT}\n`
    expect(install({ SIGNPORT_PYTHON: 'python-3.11', ...environment })).toEqual({
      status: 1,
      stdout: '',
      said,
    })
  })
})

describe('an openssl that is missing', () => {
  const needed = 'The interop tests need OpenSSL 3.0 or newer, and'
  const hint = 'Debian and Ubuntu have it in the package openssl.'

  test.each([
    ['nowhere', 'empty', 'there is none'],
    ['another program of that name', 'libre', 'there is none'],
    ['too old', 'old', 'openssl is 1.1'],
  ])('is an error that says which one is needed: %s', (_, path, found) => {
    const others = { SIGNPORT_PYTHON: 'python-3.11', SIGNPORT_GO: 'go-1.99' }
    expect(install({ path, ...others })).toEqual({
      status: 1,
      stdout: '',
      said: `${needed} ${found}: ${hint}\n`,
    })
  })
})

test('a path of a program is one from the folder that this is started in', () => {
  const { stderr } = spawnSync(process.execPath, [PROGRAM], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: join(folder, 'empty'), SIGNPORT_PYTHON: './python-3.11', SIGNPORT_GO: './go-1.25' },
  })
  expect(stderr).toContain(`${folder}/go-1.25 is 1.25`)
})
