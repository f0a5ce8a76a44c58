import { beforeEach, describe, expect, test } from '@jest/globals'
import { ADVICE } from '../src/advice.js'
import { testFolder } from './support/folder.js'
import { KEYS, publicPem } from './support/keys.js'
import { strangerSigns, strangerVerifies } from './support/stranger.js'
import { inTerminal, type Typing } from './support/terminal.js'

const folder = testFolder()
const MESSAGE = Buffer.from('Invoice 4711')
const ERASE_LINE = '\u001b[2K'
const RED = (text: string) => `\u001b[31m${text}\u001b[39m`
const GREEN = (text: string) => `\u001b[32m${text}\u001b[39m`

async function shown(args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout } = await inTerminal(args, { cwd: folder.path(), env })
  return { code, screen: stdout.toString() }
}

test.each([
  ['sign', ['message', '--uri', 'local:./ES256.pem'], 'base64'],
  ['public-key', ['--uri', 'local:./ES256.pem', '--format', 'der'], 'pem'],
])('%s shows no raw bytes to a terminal', async (command, args, format) => {
  folder.key('ES256')
  folder.write('message', MESSAGE)
  const line = `raw bytes are no text for a terminal: use --output FILE or --format ${format}.`
  expect(await shown([command, ...args])).toEqual({ code: 2, screen: `${RED('signport:')} ${line}\r\n` })
})

test('a verdict has a colour, unless NO_COLOR asks for none', async () => {
  folder.write('message', MESSAGE)
  folder.write('public.pem', publicPem('ES256'))
  folder.write('signature', strangerSigns('ES256', MESSAGE))
  const args = ['--signature', 'signature', '--public-key', 'public.pem']
  expect(await shown(['verify', 'message', ...args])).toEqual({ code: 0, screen: `${GREEN('valid')}\r\n` })
  expect(await shown(['verify', 'public.pem', ...args])).toEqual({ code: 1, screen: `${RED('invalid')}\r\n` })
  const plain = await shown(['verify', 'message', ...args], { NO_COLOR: '1' })
  expect(plain).toEqual({ code: 0, screen: 'valid\r\n' })
})

test('a large file shows how far it is, and then only the result', async () => {
  folder.writeSparse('large', 64 * 1024 * 1024)
  const { code, screen } = await shown(['sign', 'large', '--uri', folder.key('ES256'), '--format', 'hex'])
  expect(code).toBe(0)
  const [bar = '', result] = screen.split(ERASE_LINE)
  expect(bar).toContain('0% of 64 MiB')
  expect(result).toMatch(/^[0-9a-f]{100,}\r\n$/)
})

function askFor(keys: string) {
  const key = KEYS.ES256.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'correct horse',
  })
  folder.write('encrypted.pem', key)
  folder.write('message', MESSAGE)
  const typing: Typing = { prompt: 'Passphrase of ./encrypted.pem:', keys }
  const args = ['sign', 'message', '--uri', 'local:./encrypted.pem', '-o', 'signature']
  return inTerminal(args, { cwd: folder.path(), typing: [typing] })
}

test('a passphrase is asked for, and not shown', async () => {
  const { code, stdout } = await askFor('correct horse\r')
  expect(code).toBe(0)
  expect(stdout.toString()).not.toContain('correct')
  expect(strangerVerifies('ES256', MESSAGE, folder.read('signature'))).toBe(true)
})

describe('of several signers', () => {
  const names = ['first', 'second', 'third']
  beforeEach(() => {
    for (const name of names) {
      const encrypted = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: name } as const
      folder.write(`${name}.pem`, KEYS.ES256.export(encrypted))
    }
    const entries = names.map(
      (name) => `  ${name}: { provider: local, key: ./${name}.pem, algorithm: ES256 }\n`,
    )
    folder.write('signport.yaml', `signers:\n${entries.join('')}`)
  })
  const probe = (answerOf: (name: string) => string) => {
    const typing = names.map((name) => ({ prompt: `Passphrase of ./${name}.pem:`, keys: answerOf(name) }))
    return inTerminal(['probe'], { cwd: folder.path(), typing })
  }

  test('each asks for its passphrase when the one before it has got its own', async () => {
    const { code, stdout } = await probe((name) => `${name}\r`)
    expect(stdout.toString().match(/\bok\b/g)).toHaveLength(3)
    expect(code).toBe(0)
  })

  test('one whose passphrase nobody enters says nothing about the others', async () => {
    const { code, stdout } = await probe((name) => (name === 'second' ? '\u0004' : `${name}\r`))
    const screen = stdout.toString()
    expect(screen).toMatch(/^first +local +ES256 +ok /m)
    expect(screen).toMatch(/^second +local +ES256 +Unauthenticated /m)
    expect(screen).toMatch(/^third +local +ES256 +ok /m)
    expect(screen).toContain(`second: no passphrase was entered.\r\n  ${ADVICE.Unauthenticated}\r\n`)
    expect(code).toBe(1)
  })
})

test.each([
  ['a wrong passphrase', 'battery staple\r', 2, 'The passphrase does not open the key ./encrypted.pem'],
  ['Ctrl-D', '\u0004', 2, 'no passphrase was entered.'],
  ['Ctrl-C', '\u0003', 130, 'signport: interrupted.\r\n'],
])('%s', async (_, keys, exitCode, text) => {
  const { code, stdout } = await askFor(keys)
  expect(stdout.toString()).toContain(text)
  expect(stdout.toString()).not.toContain('staple')
  expect(code).toBe(exitCode)
  expect(folder.names()).toEqual(['encrypted.pem', 'message'])
})
