import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { failed, printed, signport } from './support/signport.js'

const run = (args: readonly string[]) => signport(args, { cwd: tmpdir() })
const COMMANDS = ['sign', 'verify', 'public-key', 'jwt', 'jwks', 'signers', 'probe', 'algorithms', 'emulate']

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
  [[], `name a command: ${COMMANDS.join(', ')} (see: signport --help).`],
  [['help', 'nothing'], `name a command: ${COMMANDS.join(', ')} (see: signport --help).`],
  [['sing'], `unknown command 'sing' (Did you mean sign?)`],
  [['a\u001b[2J'], `unknown command 'a\\u{1b}[2J' (see: signport --help)`],
  [['--nothing'], `unknown option '--nothing' (see: signport --help)`],
  [['sign', '--algoritm', 'x'], `unknown option '--algoritm' (Did you mean --algorithm?)`],
  [
    ['sign', 'file'],
    `required option '--uri <URI>' or '--signer <NAME>' not specified (see: signport sign --help)`,
  ],
  [
    ['public-key'],
    `required option '--uri <URI>' or '--signer <NAME>' not specified (see: signport public-key --help)`,
  ],
  [['jwt'], `required option '--uri <URI>' or '--signer <NAME>' not specified (see: signport jwt --help)`],
  [
    ['jwt', 'a', 'b', '--signer', 's'],
    `too many arguments for 'jwt'. Expected 1 argument but got 2. (see: signport jwt --help)`,
  ],
  [
    ['jwt', '--uri', 'local:k', '--config', 'a.yaml'],
    `option '--config <FILE>' cannot be used with option '--uri <URI>' (see: signport jwt --help)`,
  ],
  [
    ['jwt', '--signer', 's', '--require', 'iss,,exp'],
    `option '--require <CLAIMS>' argument 'iss,,exp' is invalid. Name claims with commas between them, such as iss,aud,exp, or none alone. (see: signport jwt --help)`,
  ],
  [
    ['jwt', '--signer', 's', '--typ', ''],
    `option '--typ <TYPE>' argument '' is invalid. It is empty. (see: signport jwt --help)`,
  ],
  [
    ['jwt', '--signer', 's', '--expire-in', '1h'],
    `unknown option '--expire-in' (Did you mean --expires-in?)`,
  ],
  [
    ['jwks', '--uri', 'local:k', '--config', 'a.yaml'],
    `option '--config <FILE>' cannot be used with option '--uri <URI>' (see: signport jwks --help)`,
  ],
  [['sign', 'file', '--urii', 'local:k'], `unknown option '--urii' (Did you mean --uri?)`],
  [['sign', 'file', '--signers', 'a'], `unknown option '--signers' (Did you mean --signer?)`],
  [
    ['sign', 'file', '--uri', 'local:k', '--signer', 'a'],
    `option '--signer <NAME>' cannot be used with option '--uri <URI>' (see: signport sign --help)`,
  ],
  [
    ['sign', 'file', '--uri', 'local:k', '--config', 'a.yaml'],
    `option '--config <FILE>' cannot be used with option '--uri <URI>' (see: signport sign --help)`,
  ],
  [
    ['verify', 'file', '--signature', 's', '--signer', 'a', '--public-key', 'p'],
    `option '--public-key <FILE>' cannot be used with option '--signer <NAME>' (see: signport verify --help)`,
  ],
  [
    ['verify', 'file', '--signature', 's', '--config', 'a.yaml', '--public-key', 'p'],
    `option '--config <FILE>' cannot be used with option '--public-key <FILE>' (see: signport verify --help)`,
  ],
  [
    ['probe', '--policy', '--sign'],
    `option '--policy' cannot be used with option '--sign' (see: signport probe --help)`,
  ],
  [
    ['signers', 'a'],
    `too many arguments for 'signers'. Expected 0 arguments but got 1. (see: signport signers --help)`,
  ],
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
