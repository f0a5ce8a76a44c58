import { mkdirSync, symlinkSync } from 'node:fs'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { testFolder } from './support/folder.js'
import { publicPem } from './support/keys.js'
import { failed, inShell, signport } from './support/signport.js'
import { strangerSigns } from './support/stranger.js'

const folder = testFolder()
const MESSAGE = Buffer.from('Invoice 4711')
const ES256 = ['--uri', 'local:./ES256.pem']
const OUT = ['-o', 'out']

beforeEach(() => {
  folder.key('ES256')
  folder.key('RS256')
  folder.key('Ed25519')
  folder.key('SM2')
  folder.write('message', MESSAGE)
  folder.write('signature', strangerSigns('ES256', MESSAGE))
  folder.write('public.pem', publicPem('ES256'))
  folder.write('rsa.pem', publicPem('RS256'))
  folder.write('31 bytes', Buffer.alloc(31))
  folder.write('32 bytes', Buffer.alloc(32))
  folder.write('100 KB', Buffer.alloc(100_000, 'x'))
  mkdirSync(folder.path('folder'))
  symlinkSync('loop', folder.path('loop'))
  symlinkSync('message', folder.path('link'))
})

/** Fails with one line, exit code 2, nothing on standard output, and no file made or changed. */
async function expectFailure(args: readonly string[], line: string) {
  const before = folder.names()
  expect(await signport(args, { cwd: folder.path() })).toEqual(failed(line))
  expect(folder.names()).toEqual(before)
  expect(folder.read('message')).toEqual(MESSAGE)
}

describe('sign', () => {
  const MODULUS_ALGORITHMS = 'RS256, RS384, RS512, PS256, PS384 or PS512'
  test.each([
    [['missing', ...ES256], 'cannot read missing: there is no such file.'],
    [['folder', ...ES256], 'folder is a folder: name a file in it.'],
    [['message/x', ...ES256], 'cannot read message/x: a part of its path is no folder.'],
    [['loop', ...ES256], 'cannot read loop: its symbolic links lead in a circle.'],
    [['x'.repeat(300), ...ES256], `cannot read ${'x'.repeat(300)}: its name is too long.`],
    [
      ['a\nb\u001b[2Jc\u202ed', ...ES256],
      'cannot read a\\u{a}b\\u{1b}[2Jc\\u{202e}d: there is no such file.',
    ],
    [
      ['message', ...ES256, '-o', 'message'],
      'message is the file that is read: choose another name for the output.',
    ],
    [
      ['message', ...ES256, '-o', 'link', '--force'],
      'link is the file that is read: choose another name for the output.',
    ],
    [['message', ...ES256, '-o', 'folder', '--force'], 'folder is a folder: name a file in it.'],
    [
      ['message', ...ES256, '-o', '/dev/null', '--force'],
      '/dev/null is no ordinary file: leave out --output and redirect standard output to it.',
    ],
    [['message', ...ES256, '-o', 'none/out'], 'cannot write none/out: its folder does not exist.'],
    [
      ['message', ...ES256, '-o', 'message/out'],
      'cannot write message/out: a part of its path is no folder.',
    ],
    [
      ['message', ...ES256, '-o', 'signature'],
      'signature exists already: choose another name, or replace it with --force.',
    ],
    [
      ['31 bytes', ...ES256, '--digest', ...OUT],
      'ES256 signs a sha256 digest of exactly 32 bytes, but this one has 31.',
    ],
    [['100 KB', ...ES256, '--digest', ...OUT], '100 KB is too large to be a digest: it may have 64 KiB.'],
    [
      ['32 bytes', '--uri', 'local:./SM2.pem', '--digest', ...OUT],
      "The digest of SM2 is SM3(Z ‖ M), not SM3(M): say digestKind: 'sm2-za-message' if that is what it is.",
    ],
    [
      ['31 bytes', '--uri', 'local:./SM2.pem', '--digest-kind', 'sm2-za-message', ...OUT],
      'SM2 signs a sm3 digest of exactly 32 bytes, but this one has 31.',
    ],
    [
      ['32 bytes', ...ES256, '--digest-kind', 'ml-dsa-mu', ...OUT],
      'The digest of ES256 is a plain hash: leave digestKind out.',
    ],
    [
      ['32 bytes', '--uri', 'local:./Ed25519.pem', '--algorithm', 'Ed25519', '--digest', ...OUT],
      'Ed25519 takes no digest: it reads the message twice (RFC 8032 section 5.1.6). Give it the message itself.',
    ],
    [
      ['message', '--uri', 'local:./RS256.pem', ...OUT],
      `The key ./RS256.pem can be used for ${MODULUS_ALGORITHMS}: name the algorithm.`,
    ],
    [
      ['message', ...ES256, '--algorithm', 'ES384', ...OUT],
      'ES384 needs a key of the kind P-384, but the key ./ES256.pem is one of the kind P-256. It can be used for ES256.',
    ],
    [
      ['message', ...ES256, '--algorithm', 'MD5', ...OUT],
      `Unknown algorithm 'MD5'. Use RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, ES256K, Ed25519, Ed25519ph, Ed25519ph-SHA512, ML-DSA-44, ML-DSA-65, ML-DSA-87 or SM2.`,
    ],
    [
      ['message', '--uri', 'local:./ES256.pem?algorithm=ES256', '--algorithm', 'ES384', ...OUT],
      'The configuration names ES256, but ES384 is asked for.',
    ],
    [
      ['message', '--uri', 'nothing:x', ...OUT],
      'The URI is not valid: its scheme nothing: is unknown; use local:, awskms:, alikms:, trent:, trent+http: or public-key:.',
    ],
  ])('%j', (args, line) => expectFailure(['sign', ...args], line))
})

describe('verify', () => {
  const SIGNATURE = ['--signature', 'signature']
  const KEY = ['--public-key', 'public.pem']
  test.each([
    [
      ['message', ...SIGNATURE],
      `required option '--uri <URI>' or '--signer <NAME>' or '--public-key <FILE>' not specified (see: signport verify --help)`,
    ],
    [['missing', ...SIGNATURE, ...KEY], 'cannot read missing: there is no such file.'],
    [['message', '--signature', 'missing', ...KEY], 'cannot read missing: there is no such file.'],
    [['message', ...SIGNATURE, '--public-key', 'missing'], 'cannot read missing: there is no such file.'],
    [
      ['message', '--signature', '100 KB', ...KEY],
      '100 KB is too large to be a signature: it may have 64 KiB.',
    ],
    [
      ['message', ...SIGNATURE, '--public-key', '100 KB'],
      '100 KB is too large to be a public key: it may have 64 KiB.',
    ],
    [
      ['-', '--signature', '-', ...KEY],
      'only one of the inputs can be - (standard input): name a file for the others.',
    ],
    [
      ['message', ...SIGNATURE, '--format', 'hex', ...KEY],
      'signature is not hex: --format says how the signature is written down.',
    ],
    [
      ['message', ...SIGNATURE, '--format', 'base64', ...KEY],
      'signature is not base64: --format says how the signature is written down.',
    ],
    [
      ['message', ...SIGNATURE, '--format', 'json', ...KEY],
      'signature is not the JSON that sign --json writes.',
    ],
    [
      ['message', ...SIGNATURE, '--format', 'json', '--encoding', 'der', ...KEY],
      '--encoding says nothing here: the JSON of a signature names its encoding.',
    ],
    [
      ['message', ...SIGNATURE, '--public-key', 'rsa.pem'],
      'the key in rsa.pem can be used for RS256, RS384, RS512, PS256, PS384 or PS512: name one with --algorithm.',
    ],
    [
      ['message', ...SIGNATURE, ...KEY, '--algorithm', 'RS256'],
      'RS256 needs an RSA key that permits it, but the public key is one of the kind P-256. It can be used for ES256.',
    ],
    [
      ['message', ...SIGNATURE, '--public-key', 'ES256.pem'],
      'Expected a public key, but the PEM holds a private one.',
    ],
    [['message', ...SIGNATURE, '--public-key', 'message'], 'The public key is neither PEM, a JWK nor DER.'],
  ])('%j', (args, line) => expectFailure(['verify', ...args], line))
})

test('a message that is too large for Ed25519', async () => {
  folder.writeSparse('large', 64 * 1024 * 1024 + 1)
  const line =
    'The message is larger than the 67108864 bytes that local takes: Ed25519 has no form that signs a digest instead.'
  await expectFailure(['sign', 'large', '--uri', 'local:./Ed25519.pem', ...OUT], line)
})

test.each([
  ['signport sign - --uri local:./ES256.pem < folder', 'cannot read standard input: it is a folder.'],
  [
    'signport sign message --uri local:./ES256.pem > /dev/full',
    'cannot write standard output: there is no space left on its disk.',
  ],
])('%s', async (script, line) => {
  expect(await inShell(script, { cwd: folder.path() })).toEqual(failed(line))
})

test('SIGNPORT_DEBUG=1 shows where a failure came from', async () => {
  const env = { SIGNPORT_DEBUG: '1' }
  const { code, stderr } = await signport(['sign', 'missing', ...ES256], { cwd: folder.path(), env })
  expect(code).toBe(2)
  expect(stderr.split('\n')[0]).toBe('signport: cannot read missing: there is no such file.')
  expect(stderr).toMatch(/\n +at .*packages\/cli\/src\/input\.ts:\d/)
})
