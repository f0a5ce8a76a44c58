import { createHash, createPublicKey, randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { toP1363 } from '@signport/core'
import { testFolder } from '../support/folder.js'
import { ALGORITHMS, KEYS, publicPem } from '../support/keys.js'
import { failed, inShell, printed, signport } from '../support/signport.js'
import { strangerDigest, strangerSigns } from '../support/stranger.js'

const folder = testFolder()
const MESSAGE = Buffer.from('Invoice 4711: 100.00 EUR')
const VALID = printed('valid\n')
const INVALID = printed('invalid\n', 1)

const run = (args: readonly string[], input?: Uint8Array) =>
  signport(['verify', ...args], { cwd: folder.path(), ...(input && { input }) })

beforeEach(() => folder.write('message', MESSAGE))

describe.each(ALGORITHMS)('%s', (algorithm) => {
  beforeEach(() => folder.write('signature', strangerSigns(algorithm, MESSAGE)))

  test('with the key of a signer', async () => {
    expect(await run(['message', '--signature', 'signature', '--uri', folder.key(algorithm)])).toEqual(VALID)
  })

  test('with a public key', async () => {
    folder.write('public.pem', publicPem(algorithm))
    const key = ['--public-key', 'public.pem', '--algorithm', algorithm]
    expect(await run(['message', '--signature', 'signature', ...key])).toEqual(VALID)
    folder.write('message', 'Invoice 4711: 900.00 EUR')
    expect(await run(['message', '--signature', 'signature', ...key])).toEqual(INVALID)
  })
})

const withDigest = ALGORITHMS.filter((name) => name !== 'Ed25519')
test.each(withDigest)('%s, with the digest for the message', async (algorithm) => {
  folder.write('signature', strangerSigns(algorithm, MESSAGE))
  folder.write('public.pem', publicPem(algorithm))
  const key = ['--public-key', 'public.pem', '--algorithm', algorithm]
  const args = ['-', '--signature', 'signature', '--digest', ...key]
  expect(await run(args, strangerDigest(algorithm, MESSAGE))).toEqual(VALID)
  expect(await run(args, strangerDigest(algorithm, Buffer.from('else')))).toEqual(INVALID)
})

const SIGNATURE = strangerSigns('ES256', MESSAGE)
const KEY = ['--public-key', 'public.pem']
const asJson = (more: object) =>
  JSON.stringify({
    bytes: SIGNATURE.toString('base64'),
    encoding: 'der',
    algorithm: 'ES256',
    provider: 'local',
    keyId: 'k.pem',
    messageType: 'raw',
    ...more,
  })

describe('one key', () => {
  beforeEach(() => {
    folder.write('signature', SIGNATURE)
    folder.write('public.pem', publicPem('ES256'))
  })

  const publicKey = createPublicKey(KEYS.ES256)
  test.each([
    ['PEM', publicPem('ES256')],
    ['DER', publicKey.export({ type: 'spki', format: 'der' })],
    ['a JWK', JSON.stringify(publicKey.export({ format: 'jwk' }))],
  ])('as %s', async (_, content) => {
    folder.write('key', content)
    expect(await run(['message', '--signature', 'signature', '--public-key', 'key'])).toEqual(VALID)
  })

  test.each([
    ['the message', ['-', '--signature', 'signature', ...KEY], MESSAGE],
    ['the signature', ['message', '--signature', '-', ...KEY], SIGNATURE],
    [
      'the key',
      ['message', '--signature', 'signature', '--public-key', '-'],
      Buffer.from(publicPem('ES256')),
    ],
  ])('%s may come from standard input', async (_, args, input) => {
    expect(await run(args, input)).toEqual(VALID)
  })

  test.each([
    ['base64', `${SIGNATURE.toString('base64')}\n`],
    ['base64', SIGNATURE.toString('base64').replace(/.{20}/g, '$&\r\n')],
    ['hex', SIGNATURE.toString('hex')],
    ['hex', SIGNATURE.toString('hex').toUpperCase()],
    ['json', asJson({})],
    [
      'json',
      asJson({ bytes: Buffer.from(toP1363(SIGNATURE, 32)).toString('base64'), encoding: 'ieee-p1363' }),
    ],
  ])('reads %s', async (format, content) => {
    folder.write('text', content)
    expect(await run(['message', '--signature', 'text', '--format', format, ...KEY])).toEqual(VALID)
  })

  test('reads r ‖ s when it is told to', async () => {
    folder.write('raw', toP1363(SIGNATURE, 32))
    const args = ['message', '--signature', 'raw', ...KEY]
    expect(await run([...args, '--encoding', 'ieee-p1363'])).toEqual(VALID)
    expect(await run(args)).toEqual(INVALID)
  })

  test('takes a digest for the message when it is told to', async () => {
    const digest = createHash('sha256').update(MESSAGE).digest()
    const args = ['-', '--signature', 'signature', ...KEY]
    expect(await run([...args, '--digest'], digest)).toEqual(VALID)
    expect(await run(args, digest)).toEqual(INVALID)
    expect(await run([...args, '--digest'], digest.subarray(1))).toEqual(
      failed('ES256 signs a sha256 digest of exactly 32 bytes, but this one has 31.'),
    )
  })

  test('--json says the same to a program', async () => {
    const args = ['--signature', 'signature', ...KEY, '--json']
    expect(await run(['message', ...args])).toEqual(printed('{"valid":true,"algorithm":"ES256"}\n'))
    expect(await run(['public.pem', ...args])).toEqual(printed('{"valid":false,"algorithm":"ES256"}\n', 1))
  })

  const flipped = (at: number) =>
    Buffer.from(SIGNATURE.map((byte, index) => (index === at ? byte ^ 1 : byte)))
  test.each([
    ['a bit flipped in its first byte', flipped(0)],
    ['a bit flipped in r', flipped(10)],
    ['a bit flipped in its last byte', flipped(SIGNATURE.length - 1)],
    ['its last byte missing', SIGNATURE.subarray(0, -1)],
    ['a byte too many', Buffer.concat([SIGNATURE, Buffer.of(0)])],
    ['nothing in it', Buffer.alloc(0)],
    ['the signature of another message', strangerSigns('ES256', Buffer.from('another'))],
    ['the signature of another key', strangerSigns('ES256K', MESSAGE)],
  ])('a signature with %s is not valid', async (_, content) => {
    folder.write('other', content)
    expect(await run(['message', '--signature', 'other', ...KEY])).toEqual(INVALID)
  })

  test.each([
    ['base64', SIGNATURE.toString('base64')],
    ['hex', SIGNATURE.toString('hex')],
    ['json', asJson({})],
  ])('advises on a signature that looks like %s', async (format, content) => {
    folder.write('text', content)
    const stderr = `signport: the signature looks like ${format}: is --format ${format} missing?\n`
    expect(await run(['message', '--signature', 'text', ...KEY])).toEqual({ ...INVALID, stderr })
  })

  test('advises on a signature that says it is of another algorithm', async () => {
    folder.write('text', asJson({ algorithm: 'RS256' }))
    const stderr = 'signport: the signature was made with RS256, but is verified with ES256.\n'
    const args = ['message', '--signature', 'text', '--format', 'json', ...KEY]
    expect(await run(args)).toEqual({ ...INVALID, stderr })
  })
})

const MIB = 1024 * 1024

test.each([0, 1, MIB, MIB + 1, 3 * MIB + 5])('%d bytes', async (length) => {
  const message = randomBytes(length)
  folder.write('message', message)
  folder.write('signature', strangerSigns('ES256', message))
  folder.write('public.pem', publicPem('ES256'))
  const args = ['--signature', 'signature', ...KEY]
  expect(await run(['message', ...args])).toEqual(VALID)
  expect(await run(['-', ...args], message)).toEqual(VALID)
  const script = `signport verify - ${args.join(' ')} < message`
  expect(await inShell(script, { cwd: folder.path() })).toEqual(VALID)
})

test('what sign writes, verify reads', async () => {
  const uri = folder.key('ES512')
  const script = `signport sign message --uri '${uri}' --json | signport verify message --signature - --format json --uri '${uri}'`
  expect(await inShell(script, { cwd: folder.path() })).toEqual(VALID)
})
