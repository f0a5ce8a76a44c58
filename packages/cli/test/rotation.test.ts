import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { testFolder } from './support/folder.js'
import { publicPem } from './support/keys.js'
import { DONE, failed, inShell, printed, signport } from './support/signport.js'
import { strangerSigns, strangerVerifies } from './support/stranger.js'
import { fromNow } from './support/token.js'

const folder = testFolder()
const MESSAGE = Buffer.from('Invoice 4711')
const run = (...args: string[]) => signport(args, { cwd: folder.path() })

/** ES256 signs until `activateAt`, and ES384 from then on; RS256 did before. Ed25519 is needed no more. */
function configure(activateAt: number, more = ''): void {
  folder.write(
    'signport.yaml',
    `signers:
  tokens:
    cacheLifetime: 10m
    tokenLifetime: 1h
    active: { provider: local, key: ./ES256.pem, algorithm: ES256, published: "${fromNow(-86_400)}"${more} }
    next: { provider: local, key: ./ES384.pem, algorithm: ES384, published: "${fromNow(-7_200)}", activateAt: "${fromNow(activateAt)}"${more} }
    retired:
      - { provider: public-key, key: ./RS256.pub, algorithm: RS256, retiredAt: "${fromNow(-1_800)}" }
      - { provider: local, key: ./Ed25519.pem, algorithm: Ed25519, retiredAt: "${fromNow(-90_000)}"${more} }
  other: { provider: local, key: ./ES512.pem, algorithm: ES512 }
`,
  )
}

beforeEach(() => {
  for (const algorithm of ['ES256', 'ES384', 'Ed25519', 'ES512'] as const) folder.key(algorithm)
  folder.write('RS256.pub', publicPem('RS256'))
  folder.write('message', MESSAGE)
  configure(600)
})

const TAKEN_OVER = -600

describe('sign', () => {
  test('signs with the active key', async () => {
    expect(await run('sign', 'message', '--signer', 'tokens', '-o', 'signature')).toEqual(DONE)
    expect(strangerVerifies('ES256', MESSAGE, folder.read('signature'))).toBe(true)
  })

  test('signs with the next one when it has taken over, and says which it is', async () => {
    configure(TAKEN_OVER)
    const { stdout } = await run('sign', 'message', '--signer', 'tokens', '--json')
    const { bytes, algorithm, keyId } = JSON.parse(stdout.toString())
    expect({ algorithm, keyId }).toEqual({ algorithm: 'ES384', keyId: './ES384.pem' })
    expect(strangerVerifies('ES384', MESSAGE, Buffer.from(bytes, 'base64'))).toBe(true)
  })

  test('signs a digest where the active key permits it', async () => {
    const digest = createHash('sha256').update(MESSAGE).digest()
    folder.write('digest', digest)
    expect((await run('sign', 'digest', '--digest', '--signer', 'tokens', '-o', 'no')).code).toBe(2)
    configure(600, ', inputs: digest')
    expect(await run('sign', 'digest', '--digest', '--signer', 'tokens', '-o', 'signature')).toEqual(DONE)
    expect(strangerVerifies('ES256', MESSAGE, folder.read('signature'))).toBe(true)
  })
})

test('public-key gives the key that signs now', async () => {
  expect(await run('public-key', '--signer', 'tokens')).toEqual(printed(publicPem('ES256')))
  configure(TAKEN_OVER)
  expect(await run('public-key', '--signer', 'tokens')).toEqual(printed(publicPem('ES384')))
})

describe('a single key of the rotation', () => {
  test.each([
    ['tokens.active', 'ES256'],
    ['tokens.next', 'ES384'],
    ['tokens.retired.0', 'RS256'],
    ['tokens.retired.1', 'Ed25519'],
  ] as const)('%s is printed and verified with by its name', async (name, algorithm) => {
    expect(await run('public-key', '--signer', name)).toEqual(printed(publicPem(algorithm)))
    folder.write('signature', strangerSigns(algorithm, MESSAGE))
    const verify = (signer: string) =>
      run('verify', 'message', '--signature', 'signature', '--signer', signer, '--json')
    expect(await verify(name)).toEqual(printed(`{"valid":true,"algorithm":"${algorithm}"}\n`))
    const other = name === 'tokens.next' ? 'tokens.active' : 'tokens.next'
    expect((await verify(other)).code).toBe(1)
  })

  test.each([['sign'], ['jwt', '--expires-in', '1h']])(
    'does not sign out of its turn: %s',
    async (...args) => {
      folder.write('claims', '{ "iss": "me", "aud": "you" }')
      const { code, stdout, stderr } = await run(
        args[0] as string,
        'claims',
        '--signer',
        'tokens.next',
        ...args.slice(1),
      )
      expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^signport: There is no signer tokens\.next/)
    },
  )

  test('has the nearest name proposed where it is mistyped', async () => {
    expect(await run('public-key', '--signer', 'tokens.nxet')).toEqual(
      failed('There is no signer tokens.nxet; did you mean tokens.next?'),
    )
  })
})

describe('verify', () => {
  const ARGS = ['--signature', 'signature', '--signer', 'tokens', '--json']
  const valid = (algorithm: string) => printed(`{"valid":true,"algorithm":"${algorithm}"}\n`)
  const INVALID = printed('{"valid":false,"algorithm":"ES256"}\n', 1)

  test.each(['ES256', 'ES384', 'RS256'] as const)('takes what %s signed', async (algorithm) => {
    folder.write('signature', strangerSigns(algorithm, MESSAGE))
    expect(await run('verify', 'message', ...ARGS)).toEqual(valid(algorithm))
    expect(await run('verify', 'RS256.pub', ...ARGS)).toEqual(INVALID)
  })

  test.each(['Ed25519', 'ES512'] as const)('does not take what %s signed', async (algorithm) => {
    folder.write('signature', strangerSigns(algorithm, MESSAGE))
    expect(await run('verify', 'message', ...ARGS)).toEqual(INVALID)
  })

  test('takes a digest of any of its lengths', async () => {
    for (const [hash, algorithm] of [
      ['sha256', 'RS256'],
      ['sha384', 'ES384'],
    ] as const) {
      folder.write('digest', createHash(hash).update(MESSAGE).digest())
      folder.write('signature', strangerSigns(algorithm, MESSAGE))
      expect(await run('verify', 'digest', '--digest', ...ARGS)).toEqual(valid(algorithm))
    }
    folder.write('digest', createHash('sha512').update(MESSAGE).digest())
    expect(await run('verify', 'digest', '--digest', ...ARGS)).toEqual(
      failed('ES256 signs a sha256 digest of exactly 32 bytes, but this one has 64.'),
    )
  })

  test.each(['large', '-'])('reads a large file once for all keys: %s', async (path) => {
    folder.writeSparse('large', 3 * 1024 * 1024 + 5)
    folder.write('signature', strangerSigns('RS256', readFileSync(folder.path('large'))))
    const script = `cat large | signport verify ${path} ${ARGS.join(' ')}`
    expect(await inShell(script, { cwd: folder.path() })).toEqual(valid('RS256'))
    folder.writeSparse('large', 3 * 1024 * 1024 + 6)
    expect(await inShell(script, { cwd: folder.path() })).toEqual(INVALID)
  })

  test('says what the signature says it was made with, where none of the keys has that', async () => {
    const made = (await run('sign', 'message', '--signer', 'other', '--json')).stdout
    folder.write('signature', made)
    const { code, stderr } = await run('verify', 'message', ...ARGS, '--format', 'json')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'signport: the signature was made with ES512, but is verified with ES256, ES384 or RS256.\n',
    })
  })
})

describe('signers', () => {
  test('has a row for each key', async () => {
    expect(await run('signers')).toEqual(
      printed(`name               provider     key             algorithm
tokens             local        ./ES256.pem     ES256
tokens.next        local        ./ES384.pem     ES384
tokens.retired.0   public-key   ./RS256.pub     RS256 (verifies only)
tokens.retired.1   local        ./Ed25519.pem   Ed25519
other              local        ./ES512.pem     ES512
`),
    )
  })

  test('has the keys within their signer for programs', async () => {
    const { stdout } = await run('signers', '--json')
    const key = (name: string, algorithm: string) => ({
      name,
      provider: 'local',
      key: `./${algorithm}.pem`,
      algorithm,
      verifiesOnly: false,
    })
    expect(JSON.parse(stdout.toString())).toEqual([
      {
        ...key('tokens', 'ES256'),
        rotation: {
          active: key('tokens.active', 'ES256'),
          next: key('tokens.next', 'ES384'),
          retired: [
            {
              name: 'tokens.retired.0',
              provider: 'public-key',
              key: './RS256.pub',
              algorithm: 'RS256',
              verifiesOnly: true,
            },
            key('tokens.retired.1', 'Ed25519'),
          ],
        },
      },
      key('other', 'ES512'),
    ])
  })
})

test('--policy lets the active and the next key sign, and retired ones be read', async () => {
  const aws = (key: string) => `provider: aws-kms, key: ${key}, algorithm: ES256, region: eu-west-1`
  const arn = (digit: number) =>
    `arn:aws:kms:eu-west-1:111122223333:key/${`${digit}`.repeat(8)}-2222-4333-8444-555555555555`
  folder.write(
    'signport.yaml',
    `signers:
  tokens:
    cacheLifetime: 10m
    tokenLifetime: 1h
    active: { ${aws(`"${arn(1)}"`)}, published: "${fromNow(-86_400)}" }
    next: { ${aws(`"${arn(2)}"`)}, published: "${fromNow(0)}" }
    retired: [{ ${aws(`"${arn(3)}"`)}, retiredAt: "${fromNow(-60)}" }]
`,
  )
  const { code, stdout } = await run('probe', '--policy')
  expect(code).toBe(0)
  const statements: { Action: string[]; Resource: string[] }[] = JSON.parse(stdout.toString()).Statement
  const allowed = (action: string) =>
    statements.flatMap(({ Action, Resource }) => (Action.includes(action) ? Resource : [])).sort()
  expect(allowed('kms:Sign')).toEqual([arn(1), arn(2)])
  expect(allowed('kms:GetPublicKey')).toEqual([arn(1), arn(2), arn(3)])
})
