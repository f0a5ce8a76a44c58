import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { failed, printed, signport } from './support/signport.js'

const run = (args: readonly string[]) => signport(args, { cwd: tmpdir() })
const COMMANDS = ['sign', 'verify', 'public-key', 'algorithms', 'emulate']

test('--version', async () => {
  const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8'))
  expect(await run(['--version'])).toEqual(printed(`${manifest.version}\n`))
})

test('--help names every command', async () => {
  const { code, stdout, stderr } = await run(['--help'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const named = Array.from(stdout.toString().matchAll(/^ {2}([a-z-]+) .*\[options\]/gm), ([, name]) => name)
  expect(named).toEqual(COMMANDS)
})

describe.each(COMMANDS)('%s', (command) => {
  test('--help has examples of its own', async () => {
    const help = await run([command, '--help'])
    expect({ ...help, stdout: '' }).toEqual({ ...printed(''), stdout: '' })
    const examples = help.stdout.toString().split('\nExamples:\n')[1]
    expect(examples).toMatch(new RegExp(`^  signport ${command}`))
    expect(await run(['help', command])).toEqual(help)
  })

  test('an option that there is not', async () => {
    const line = `unknown option '--nothing' (see: signport ${command} --help)`
    expect(await run([command, '--nothing'])).toEqual(failed(line))
  })
})

test.each([
  [[], 'name a command: sign, verify, public-key, algorithms, emulate (see: signport --help).'],
  [
    ['help', 'nothing'],
    'name a command: sign, verify, public-key, algorithms, emulate (see: signport --help).',
  ],
  [['sing'], `unknown command 'sing' (Did you mean sign?)`],
  [['a\u001b[2J'], `unknown command 'a\\u{1b}[2J' (see: signport --help)`],
  [['--nothing'], `unknown option '--nothing' (see: signport --help)`],
  [['sign', '--algoritm', 'x'], `unknown option '--algoritm' (Did you mean --algorithm?)`],
  [['sign', 'file'], `required option '--uri <URI>' not specified (see: signport sign --help)`],
  [['sign', '--uri', 'local:k'], `missing required argument 'FILE' (see: signport sign --help)`],
  [['sign', 'file', '--uri'], `option '--uri <URI>' argument missing (see: signport sign --help)`],
  [
    ['sign', 'a', 'b', '--uri', 'local:k'],
    `too many arguments for 'sign'. Expected 1 argument but got 2. (see: signport sign --help)`,
  ],
  [
    ['sign', 'a', '--uri', 'local:k', '--json', '--format', 'hex'],
    `option '--json' cannot be used with option '--format <FORMAT>' (see: signport sign --help)`,
  ],
  [
    ['sign', 'a', '--uri', 'local:k', '--format', 'text'],
    `option '--format <FORMAT>' argument 'text' is invalid. Allowed choices are binary, base64, hex. (see: signport sign --help)`,
  ],
  [['verify', 'a'], `required option '--signature <SIG>' not specified (see: signport verify --help)`],
  [
    ['verify', 'a', '--signature', 's', '--uri', 'local:k', '--public-key', 'p'],
    `option '--public-key <FILE>' cannot be used with option '--uri <URI>' (see: signport verify --help)`,
  ],
])('%j', async (args, line) => {
  expect(await run(args)).toEqual(failed(line))
})
