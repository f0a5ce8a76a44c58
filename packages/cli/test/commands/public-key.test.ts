import { createHash, createPublicKey } from 'node:crypto'
import { expect, test } from '@jest/globals'
import type { AlgorithmName } from '@signport/core'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { testFolder } from '../support/folder.js'
import { ALGORITHMS, isMlDsa, KEYS, publicPem } from '../support/keys.js'
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

test.each(ALGORITHMS)('the key of %s, and the names that it has', async (algorithm) => {
  const uri = ['--uri', folder.key(algorithm)]
  expect(await run(uri)).toEqual(printed(publicPem(algorithm)))
  const der = Buffer.from(publicPem(algorithm).replace(/-----.*-----/g, ''), 'base64')
  const thumbprint = (await run([...uri, '--format', 'thumbprint'])).stdout.toString()
  // RFC 7638 and RFC 9964, computed by another library; SM2 is named by its SPKI.
  expect(thumbprint).toBe(`${await thumbprintOf(algorithm, der)}\n`)
})

async function thumbprintOf(algorithm: AlgorithmName, der: Buffer): Promise<string> {
  if (algorithm === 'SM2') return createHash('sha256').update(der).digest('base64url')
  // The first 22 bytes of the SPKI of ML-DSA are not the key.
  const pub = der.subarray(22).toString('base64url')
  if (isMlDsa(algorithm)) return calculateJwkThumbprint({ kty: 'AKP', alg: algorithm, pub })
  return calculateJwkThumbprint(createPublicKey(publicPem(algorithm)).export({ format: 'jwk' }) as JWK)
}

test('a key of SM2 has no JWK', async () => {
  expect(await run(['--uri', folder.key('SM2'), '--format', 'jwk'])).toEqual(
    failed('SM2 keys have no JWK: use PEM or SPKI.'),
  )
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
