import { mkdirSync } from 'node:fs'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { testFolder } from '../support/folder.js'
import { failed, printed, signport } from '../support/signport.js'

const folder = testFolder()
const run = (args: readonly string[] = [], { cwd = folder.path(), env = {} } = {}) =>
  signport(['signers', ...args], { cwd, env })

const SECRET = 'a-secret-of-the-test'
const CONFIGURATION = `
signers:
  invoices:
    { provider: aws-kms, key: alias/invoices, algorithm: PS256, region: eu-west-1,
      credentials: { accessKeyId: AKIAIOSFODNN7EXAMPLE, secretAccessKey: ${SECRET} } }
  receipts: { provider: alibaba-kms, key: alias/receipts, transport: openapi, region: cn-hangzhou }
  dev: { provider: local, key: ./keys/dev.pem, algorithm: ES256, generate: true }
  partner: { provider: public-key, key: ./partner.pem, algorithm: ES256 }
  old-partner: { provider: public-key, key: ./old.pem }
`
const TABLE = `name          provider      key              algorithm
invoices      aws-kms       alias/invoices   PS256
receipts      alibaba-kms   alias/receipts   decided by the key
dev           local         ./keys/dev.pem   ES256
partner       public-key    ./partner.pem    ES256 (verifies only)
old-partner   public-key    ./old.pem        decided by the key (verifies only)
`

beforeEach(() => {
  folder.write('package.json', '{}')
})

test('a table for people, although there is neither a key nor a service', async () => {
  folder.write('signport.yaml', CONFIGURATION)
  expect(await run()).toEqual(printed(TABLE))
  expect(folder.names()).toEqual(['package.json', 'signport.yaml'])
})

test('an array for programs, without anything secret', async () => {
  folder.write('signport.yaml', CONFIGURATION)
  const { stdout } = await run(['--json'])
  expect(stdout.toString()).not.toContain(SECRET)
  expect(stdout.toString()).toMatch(/^\[.*\]\n$/)
  expect(JSON.parse(stdout.toString())).toEqual([
    {
      name: 'invoices',
      provider: 'aws-kms',
      key: 'alias/invoices',
      algorithm: 'PS256',
      verifiesOnly: false,
    },
    { name: 'receipts', provider: 'alibaba-kms', key: 'alias/receipts', verifiesOnly: false },
    { name: 'dev', provider: 'local', key: './keys/dev.pem', algorithm: 'ES256', verifiesOnly: false },
    { name: 'partner', provider: 'public-key', key: './partner.pem', algorithm: 'ES256', verifiesOnly: true },
    { name: 'old-partner', provider: 'public-key', key: './old.pem', verifiesOnly: true },
  ])
})

test('a key whose name would move the cursor is shown escaped', async () => {
  folder.write('signport.json', '{ "signers": { "a": { "provider": "local", "key": "\\u001b[2J\\u202e" } } }')
  expect(await run()).toEqual(
    printed(`name   provider   key                 algorithm
a      local      \\u{1b}[2J\\u{202e}   decided by the key
`),
  )
})

describe('the configuration is', () => {
  const named = (key: string) => `signers: { only: { provider: local, key: ${key} } }`
  const keyOf = async (outcome: ReturnType<typeof run>) => {
    const { stdout, stderr } = await outcome
    return stderr === '' ? JSON.parse(stdout.toString())[0].key : stderr
  }
  beforeEach(() => {
    folder.write('signport.yaml', named('found.pem'))
    folder.write('variable.yaml', named('variable.pem'))
    folder.write('option.yaml', named('option.pem'))
    mkdirSync(folder.path('deep/in'), { recursive: true })
  })

  test('the one that --config names, before all others', async () => {
    const env = { SIGNPORT_CONFIG: 'variable.yaml' }
    expect(await keyOf(run(['--json', '--config', 'option.yaml'], { env }))).toBe('option.pem')
  })

  test('the one that SIGNPORT_CONFIG names, before one that is found', async () => {
    const env = { SIGNPORT_CONFIG: folder.path('variable.yaml') }
    expect(await keyOf(run(['--json'], { env, cwd: folder.path('deep/in') }))).toBe('variable.pem')
  })

  test.each(['.', 'deep/in'])('found upwards from %s', async (cwd) => {
    const env = { SIGNPORT_CONFIG: '' }
    expect(await keyOf(run(['--json'], { cwd: folder.path(cwd), env }))).toBe('found.pem')
  })

  test('not looked for outside of the project', async () => {
    folder.write('deep/package.json', '{}')
    expect(await run([], { cwd: folder.path('deep/in') })).toEqual(
      failed(
        'there is no signport.yaml here or above, within this project: name a configuration with --config or SIGNPORT_CONFIG.',
      ),
    )
  })
})

test.each([
  [['--config', 'missing.yaml'], {}, /^signport: missing\.yaml: .*no such file.*\n$/],
  [[], { SIGNPORT_CONFIG: 'missing.yaml' }, /^signport: missing\.yaml: .*no such file.*\n$/],
  [['--config', 'signers.txt'], {}, /^signport: A configuration is a file that ends in .*\n$/],
])('%j %j is an error', async (args, env, message) => {
  const { code, stdout, stderr } = await run(args, { env })
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(message)
})

test('all mistakes of a configuration are shown, each in a line of its own', async () => {
  folder.write(
    'signport.yaml',
    'signers:\n  a: { provider: local, kye: k }\n  b: { provider: lokal, key: k }\n',
  )
  const { code, stdout, stderr } = await run()
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' })
  const [heading, ...mistakes] = stderr.trimEnd().split('\n')
  expect(heading).toMatch(/^signport: .*signport\.yaml has \d mistakes:$/)
  expect(mistakes).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ {2}\S*signport\.yaml:2:\d+: signers\.a\.kye: ./),
      expect.stringMatching(/^ {2}\S*signport\.yaml:3:\d+: signers\.b\.provider: .*local/),
    ]),
  )
})
