import { createPublicKey, randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { testFolder } from '../support/folder.js'
import { ALGORITHMS } from '../support/keys.js'
import { DONE, failed, inShell, signport } from '../support/signport.js'
import { strangerDigest, strangerVerifies } from '../support/stranger.js'

const folder = testFolder()
const run = (args: readonly string[], input?: Uint8Array) =>
  signport(args, { cwd: folder.path(), ...(input && { input }) })

const MIB = 1024 * 1024
const MESSAGE = Buffer.from('Invoice 4711: 100.00 EUR')
const FORMATS = { binary: 'latin1', base64: 'base64', hex: 'hex' } as const

test.each(ALGORITHMS)('a signature with %s verifies elsewhere', async (algorithm) => {
  folder.write('message', MESSAGE)
  expect(await run(['sign', 'message', '--uri', folder.key(algorithm), '-o', 'signature'])).toEqual(DONE)
  const signature = folder.read('signature')
  expect(strangerVerifies(algorithm, MESSAGE, signature)).toBe(true)
  expect(strangerVerifies(algorithm, Buffer.from('something else'), signature)).toBe(false)
})

describe.each([0, 1, 50, MIB - 1, MIB, MIB + 1, 5 * MIB + 7])('%d bytes', (length) => {
  const message = randomBytes(length)

  test('from a file', async () => {
    folder.write('message', message)
    const { code, stdout } = await run(['sign', 'message', '--uri', folder.key('ES256')])
    expect(code).toBe(0)
    expect(strangerVerifies('ES256', message, stdout)).toBe(true)
  })

  test('from a pipe', async () => {
    const { code, stdout } = await run(['sign', '-', '--uri', folder.key('ES256')], message)
    expect(code).toBe(0)
    expect(strangerVerifies('ES256', message, stdout)).toBe(true)
  })
})

test('standard input may be a file', async () => {
  const message = randomBytes(3 * MIB + 5)
  folder.write('message', message)
  const { stdout } = await inShell(`signport sign - --uri '${folder.key('ES256')}' < message`, {
    cwd: folder.path(),
  })
  expect(strangerVerifies('ES256', message, stdout)).toBe(true)
})

test('Ed25519 takes a message that needs several reads', async () => {
  const message = randomBytes(3 * MIB + 5)
  folder.write('message', message)
  const { stdout } = await run(['sign', 'message', '--uri', folder.key('Ed25519')])
  expect(strangerVerifies('Ed25519', message, stdout)).toBe(true)
})

test.each([
  ['ES256', 64],
  ['ES512', 132],
] as const)('%s as ieee-p1363 has %d bytes', async (algorithm, length) => {
  folder.write('message', MESSAGE)
  const options = ['--encoding', 'ieee-p1363']
  const { stdout } = await run(['sign', 'message', '--uri', folder.key(algorithm), ...options])
  expect(stdout).toHaveLength(length)
  expect(strangerVerifies(algorithm, MESSAGE, stdout, 'ieee-p1363')).toBe(true)
})

describe.each(Object.entries(FORMATS))('--format %s', (format, encoding) => {
  const signatureIn = (content: Buffer) => {
    if (format === 'binary') return content
    expect(content.toString()).toMatch(/^\S+\n$/)
    return Buffer.from(content.toString().trim(), encoding)
  }

  test.each([
    ['standard output', []],
    ['standard output by name', ['-o', '-']],
    ['a file', ['--output', 'signature']],
  ])('goes to %s', async (_, output) => {
    folder.write('message', MESSAGE)
    const uri = folder.key('PS256')
    const { stdout } = await run(['sign', 'message', '--uri', uri, '--format', format, ...output])
    const content = output.includes('signature') ? folder.read('signature') : stdout
    expect(strangerVerifies('PS256', MESSAGE, signatureIn(content))).toBe(true)
  })
})

test('--json gives the whole signature in one line', async () => {
  folder.write('message', MESSAGE)
  const { stdout } = await run(['sign', 'message', '--uri', folder.key('ES384'), '--json'])
  expect(stdout.toString()).toMatch(/^\{.*\}\n$/)
  const { bytes, ...rest } = JSON.parse(stdout.toString())
  expect(rest).toEqual({
    encoding: 'der',
    algorithm: 'ES384',
    provider: 'local',
    keyId: './ES384.pem',
    messageType: 'raw',
  })
  expect(strangerVerifies('ES384', MESSAGE, Buffer.from(bytes, 'base64'))).toBe(true)
})

const KINDS = {
  SM2: 'sm2-za-message',
  'ML-DSA-44': 'ml-dsa-mu',
  'ML-DSA-65': 'ml-dsa-mu',
  'ML-DSA-87': 'ml-dsa-mu',
}
const KEYED = Object.entries(KINDS) as [keyof typeof KINDS, string][]

const withDigest = ALGORITHMS.filter((name) => name !== 'Ed25519')
test.each(withDigest.filter((name) => !(name in KINDS)))('--digest with %s', async (algorithm) => {
  const digest = strangerDigest(algorithm, MESSAGE)
  const { stdout } = await run(['sign', '-', '--digest', '--uri', folder.key(algorithm), '--json'], digest)
  const { bytes, messageType, digest: sent } = JSON.parse(stdout.toString())
  expect({ messageType, sent }).toEqual({ messageType: 'digest', sent: digest.toString('hex') })
  expect(strangerVerifies(algorithm, MESSAGE, Buffer.from(bytes, 'base64'))).toBe(true)
})

test.each(KEYED)('--digest with %s, which is %s', async (algorithm, kind) => {
  const digest = strangerDigest(algorithm, MESSAGE)
  // Whoever says what the digest is need not say that it is one.
  for (const option of [[], ['--digest']]) {
    const options = ['--digest-kind', kind, ...option, '--uri', folder.key(algorithm), '--json']
    const { stdout } = await run(['sign', '-', ...options], digest)
    const { bytes, messageType, digest: sent } = JSON.parse(stdout.toString())
    const type = algorithm === 'SM2' ? 'digest' : 'external-mu'
    expect({ messageType, sent }).toEqual({ messageType: type, sent: digest.toString('hex') })
    expect(strangerVerifies(algorithm, MESSAGE, Buffer.from(bytes, 'base64'))).toBe(true)
  }
})

test('a key is made where the URI asks for it, and the person is told', async () => {
  folder.write('message', MESSAGE)
  const uri = 'local:./new.pem?algorithm=ES256&generate=true'
  const { code, stderr } = await run(['sign', 'message', '--uri', uri, '-o', 'signature'])
  expect(code).toBe(0)
  expect(stderr).toMatch(/^signport: Generated a key for ES256 at .*new\.pem, thumbprint [\w-]{43}\n$/)
  expect(createPublicKey(folder.read('new.pem')).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
})

test('no key is made for a file that is not there', async () => {
  const uri = 'local:./new.pem?algorithm=ES256&generate=true'
  expect(await run(['sign', 'missing', '--uri', uri])).toEqual(
    failed('cannot read missing: there is no such file.'),
  )
  expect(folder.names()).toEqual([])
})

test('an output that exists is kept, and replaced with --force by another file', async () => {
  folder.write('message', MESSAGE)
  folder.write('signature', 'precious')
  const { ino } = statSync(folder.path('signature'))
  const args = ['sign', 'message', '--uri', folder.key('ES256'), '-o', 'signature']
  expect(await run(args)).toEqual(
    failed('signature exists already: choose another name, or replace it with --force.'),
  )
  expect(folder.read('signature').toString()).toBe('precious')

  expect(await run([...args, '--force'])).toEqual(DONE)
  expect(strangerVerifies('ES256', MESSAGE, folder.read('signature'))).toBe(true)
  expect(statSync(folder.path('signature')).ino).not.toBe(ino)
  expect(folder.names()).toEqual(['ES256.pem', 'message', 'signature'])
})

test.each([
  ['a wrong key', ['--algorithm', 'RS256', '--uri', 'local:./ES256.pem']],
  ['a digest that is too short', ['--digest', '--uri', 'local:./ES256.pem']],
])('%s leaves the old output as it was', async (_, options) => {
  folder.key('ES256')
  folder.write('message', MESSAGE)
  folder.write('signature', 'precious')
  const { code } = await run(['sign', 'message', ...options, '-o', 'signature', '--force'])
  expect(code).toBe(2)
  expect(folder.read('signature').toString()).toBe('precious')
  expect(folder.names()).toEqual(['ES256.pem', 'message', 'signature'])
})

test('a disk that takes no more leaves nothing behind', async () => {
  folder.write('message', MESSAGE)
  const uri = folder.key('ES256')
  const script = `ulimit -f 0; signport sign message --uri '${uri}' -o signature 2>&1 | cat`
  const { stdout } = await inShell(script, { cwd: folder.path() })
  expect(stdout.toString()).toBe('signport: cannot write signature: a file may not become that large here.\n')
  expect(folder.names()).toEqual(['ES256.pem', 'message'])
})
