import { createHash, createPublicKey } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { testFolder } from '../support/folder.js'
import { KEYS, publicPem } from '../support/keys.js'
import { DONE, failed, type Outcome, printed, signport } from '../support/signport.js'

const folder = testFolder()
const run = (args: readonly string[]): Promise<Outcome> =>
  signport(['public-key', ...args], { cwd: folder.path() })

const key = createPublicKey(KEYS.ES256)
const jwk = key.export({ format: 'jwk' })
// RFC 7638 section 3.2: these members, in this order.
const canonical = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })
const THUMBPRINT = createHash('sha256').update(canonical).digest('base64url')

test.each([
  ['no format', [], publicPem('ES256')],
  ['pem', ['--format', 'pem'], publicPem('ES256')],
  ['der', ['--format', 'der'], key.export({ type: 'spki', format: 'der' })],
  ['thumbprint', ['--format', 'thumbprint'], `${THUMBPRINT}\n`],
])('%s', async (_, format, content) => {
  const args = ['--uri', folder.key('ES256'), ...format]
  expect(await run(args)).toEqual({ ...printed(''), stdout: Buffer.from(content) })
  expect(await run([...args, '-o', 'public'])).toEqual(DONE)
  expect(folder.read('public')).toEqual(Buffer.from(content))
})

test('jwk', async () => {
  const { stdout } = await run(['--uri', folder.key('ES256'), '--format', 'jwk'])
  expect(stdout.toString()).toMatch(/^\{.*\}\n$/)
  expect(JSON.parse(stdout.toString())).toEqual({ ...jwk, kid: THUMBPRINT })
})

test('the algorithm of an RSA key need not be known', async () => {
  folder.key('RS256')
  expect(await run(['--uri', 'local:./RS256.pem'])).toEqual(printed(publicPem('RS256')))
})

test('no key is made', async () => {
  const { code, stdout } = await run(['--uri', 'local:./new.pem?algorithm=ES256&generate=true'])
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' })
  expect(folder.names()).toEqual([])
})

test('an output that exists is kept, and replaced with --force', async () => {
  folder.write('public', 'precious')
  const args = ['--uri', folder.key('ES256'), '-o', 'public']
  expect(await run(args)).toEqual(
    failed('public exists already: choose another name, or replace it with --force.'),
  )
  expect(folder.read('public').toString()).toBe('precious')
  expect(await run([...args, '--force'])).toEqual(DONE)
  expect(folder.read('public').toString()).toBe(publicPem('ES256'))
})
