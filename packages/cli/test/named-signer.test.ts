import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { testFolder } from './support/folder.js'
import { publicPem } from './support/keys.js'
import { DONE, failed, printed, signport } from './support/signport.js'
import { strangerSigns, strangerVerifies } from './support/stranger.js'

const folder = testFolder()
const MESSAGE = Buffer.from('Invoice 4711')
const run = (...args: string[]) => signport(args, { cwd: folder.path() })

beforeEach(() => {
  folder.key('ES256')
  folder.key('RS256')
  folder.write('message', MESSAGE)
  folder.write('partner.pem', publicPem('ES256'))
  folder.write('signature', strangerSigns('ES256', MESSAGE))
  folder.write(
    'signport.yaml',
    `signers:
  releases: { provider: local, key: ./ES256.pem, algorithm: ES256 }
  rsa: { provider: local, key: ./RS256.pem }
  web: { provider: local, key: ./ES256.pem, algorithm: ES256, encoding: ieee-p1363 }
  new: { provider: local, key: ./new.pem, algorithm: ES256, generate: true }
  partner: { provider: public-key, key: ./partner.pem, algorithm: ES256 }
  messages: { provider: local, key: ./ES256.pem, algorithm: ES256, inputs: message }
  digests: { provider: local, key: ./ES256.pem, algorithm: ES256, inputs: digest }
  both: { provider: local, key: ./ES256.pem, algorithm: ES256, inputs: both }
`,
  )
})

describe('sign', () => {
  test('with a signer that the configuration names', async () => {
    expect(await run('sign', 'message', '--signer', 'releases', '-o', 'new')).toEqual(DONE)
    expect(strangerVerifies('ES256', MESSAGE, folder.read('new'))).toBe(true)
  })

  test('with the algorithm that the configuration leaves open', async () => {
    expect(await run('sign', 'message', '--signer', 'rsa', '--algorithm', 'PS256', '-o', 'new')).toEqual(DONE)
    expect(strangerVerifies('PS256', MESSAGE, folder.read('new'))).toBe(true)
  })

  test('in the layout that the configuration has', async () => {
    const { stdout } = await run('sign', 'message', '--signer', 'web', '--json')
    expect(JSON.parse(stdout.toString())).toMatchObject({ encoding: 'ieee-p1363', algorithm: 'ES256' })
  })

  describe('a digest', () => {
    const args = ['sign', 'digest', '--digest', '-o', 'new', '--signer']
    beforeEach(() => folder.write('digest', createHash('sha256').update(MESSAGE).digest()))

    test.each(['digests', 'both'])('where the configuration permits it: %s', async (name) => {
      expect(await run(...args, name)).toEqual(DONE)
      expect(strangerVerifies('ES256', MESSAGE, folder.read('new'))).toBe(true)
    })

    test.each(['releases', 'messages'])('not where it permits messages alone: %s', async (name) => {
      const line = `This signer takes messages, not digests: set inputs to 'digest' or 'both' in the signer's configuration if callers may choose what is signed.`
      expect(await run(...args, name)).toEqual(failed(line))
      expect(folder.names()).not.toContain('new')
    })
  })

  test('paths start at the configuration', async () => {
    const config = folder.path('signport.yaml')
    const args = [
      'sign',
      folder.path('message'),
      '--signer',
      'releases',
      '--config',
      config,
      '--format',
      'hex',
    ]
    const { code, stdout } = await signport(args, { cwd: '/' })
    expect(code).toBe(0)
    expect(strangerVerifies('ES256', MESSAGE, Buffer.from(stdout.toString().trim(), 'hex'))).toBe(true)
  })
})

describe('verify', () => {
  test.each(['releases', 'partner'])('with %s', async (name) => {
    const args = ['--signature', 'signature', '--signer', name]
    expect(await run('verify', 'message', ...args)).toEqual(printed('valid\n'))
    expect(await run('verify', 'partner.pem', ...args)).toEqual(printed('invalid\n', 1))
  })

  test('in the layout that the configuration has', async () => {
    const args = ['--signature', 'signature', '--signer', 'web']
    expect(await run('verify', 'message', ...args)).toEqual(printed('invalid\n', 1))
    expect(await run('verify', 'message', ...args, '--encoding', 'der')).toEqual(printed('valid\n'))
  })
})

test.each(['releases', 'partner'])('the public key of %s', async (name) => {
  expect(await run('public-key', '--signer', name)).toEqual(printed(publicPem('ES256')))
})

test('reading a key makes none', async () => {
  const { code } = await run('public-key', '--signer', 'new')
  expect(code).toBe(2)
  expect(folder.names()).not.toContain('new.pem')
})

test.each([
  [['sign', 'message'], 'release', 'There is no signer release; did you mean releases?'],
  [
    ['verify', 'message', '--signature', 'signature'],
    'partnr',
    'There is no signer partnr; did you mean partner?',
  ],
  [['public-key'], 'weeb', 'There is no signer weeb; did you mean web?'],
  [['sign', 'message'], 'partner', 'signers.partner only verifies: it has a public key and no private one.'],
  [
    ['sign', 'message', '--algorithm', 'ES384'],
    'releases',
    'signers.releases: The configuration names ES256, but ES384 is asked for.',
  ],
])('%j --signer %s', async (args, name, line) => {
  expect(await run(...args, '--signer', name)).toEqual(failed(line))
})

test('of many signers, a few are listed', async () => {
  const entries = Array.from({ length: 30 }, (_, index) => `  s${index}: { provider: local, key: ./k.pem }\n`)
  folder.write('signport.yaml', `signers:\n${entries.join('')}`)
  const { code, stderr } = await run('public-key', '--signer', 'other')
  expect(code).toBe(2)
  expect(stderr).toMatch(/^signport: There is no signer other; some are s0, .*, s23\.\n$/)
})
