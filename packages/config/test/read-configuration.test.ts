import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from '@jest/globals'
import { openSigner, readConfiguration } from '../src/index.js'
import { failure } from './support/failure.js'
import { testFolder } from './support/folder.js'
import { recordingProvider } from './support/recording-provider.js'

const folder = testFolder()

const EXAMPLE = `# The signers of the example.
signers:
  invoices: { provider: aws-kms, key: alias/invoices, algorithm: PS256, region: eu-west-1 }
  receipts:
    provider: alibaba-kms
    key: alias/receipts
    algorithm: SM2
    transport: openapi
    region: cn-hangzhou
    encoding: der
  releases:
    provider: trent-service
    key: "arn:verenc:kms:key/1"
    algorithm: ES384
    endpoint: https://kms.example.com
    auth: sigv4
    credentials: { accessKeyId: "\${KEY_ID}", secretAccessKey: "\${SECRET}" }
  dev: { provider: local, key: ./keys/dev.pem, generate: true }
  partner: { provider: public-key, key: ./partner.pem, algorithm: ES256, encoding: ieee-p1363 }
`

const env = { KEY_ID: 'AKIAEXAMPLE', SECRET: 'the-secret-of-the-test' }

const ENTRIES = [
  { name: 'invoices', provider: 'aws-kms', key: 'alias/invoices', algorithm: 'PS256', verifiesOnly: false },
  { name: 'receipts', provider: 'alibaba-kms', key: 'alias/receipts', algorithm: 'SM2', verifiesOnly: false },
  {
    name: 'releases',
    provider: 'trent-service',
    key: 'arn:verenc:kms:key/1',
    algorithm: 'ES384',
    verifiesOnly: false,
  },
  { name: 'dev', provider: 'local', key: './keys/dev.pem', verifiesOnly: false },
  { name: 'partner', provider: 'public-key', key: './partner.pem', algorithm: 'ES256', verifiesOnly: true },
]

describe('a configuration', () => {
  test('gives its entries in their order, from YAML', async () => {
    const file = folder.write('signport.yaml', EXAMPLE)
    const configuration = await readConfiguration(file, { env })
    expect(configuration).toEqual({ file, entries: ENTRIES })
  })

  test('shows nothing of its options, neither in JSON nor inspected nor by its members', async () => {
    const configuration = await readConfiguration(folder.write('a.yaml', EXAMPLE), { env })
    const shown = [JSON.stringify(configuration), inspect(configuration, { depth: 20, showHidden: true })]
    for (const text of shown) expect(text).not.toMatch(/the-secret|AKIAEXAMPLE|credentials|endpoint/)
    expect(Object.isFrozen(configuration) && configuration.entries.every(Object.isFrozen)).toBe(true)
  })

  test.each<[string, string, string]>([
    [
      'JSON',
      'a.json',
      '{\n\t"$schema": "x",\n\t"signers": {\n\t\t"a": {"provider": "local", "key": "k\\u0041"}\n\t}\n}',
    ],
    ['YAML that ends in .yml', 'a.yml', '"signers":\r\n  "a":\r\n    provider: local\r\n    key: kA\r\n'],
    ['YAML with a mark of its byte order', 'b.yaml', '\uFEFFsigners: {a: {provider: local, key: kA}}'],
    ['YAML with document marks', 'c.yaml', '%YAML 1.2\n---\nsigners: {a: {provider: local, key: kA}}\n...\n'],
    [
      'YAML with text over several lines',
      'd.yaml',
      'signers:\n  a:\n    provider: local\n    key: >-\n      kA\n',
    ],
  ])('is read from %s', async (_, name, content) => {
    const { entries } = await readConfiguration(folder.write(name, content))
    expect(entries).toEqual([{ name: 'a', provider: 'local', key: 'kA', verifiesOnly: false }])
  })

  test('is read from an object, which may change afterwards', async () => {
    const a = { provider: 'local', key: 'k.pem', algorithm: undefined }
    const configuration = await readConfiguration({ signers: { a, constructor: { ...a } } })
    a.key = 'other.pem'
    expect(configuration).toEqual({
      entries: ['a', 'constructor'].map((name) => ({
        name,
        provider: 'local',
        key: 'k.pem',
        verifiesOnly: false,
      })),
    })
  })

  test('is one signer with the name default where it is a URI, in which no variable is expanded', async () => {
    expect(await readConfiguration('local:$%7BHOME%7D.pem?algorithm=ES256')).toEqual({
      entries: [
        { name: 'default', provider: 'local', key: `\${HOME}.pem`, algorithm: 'ES256', verifiesOnly: false },
      ],
    })
  })

  test('may be without signers', async () => {
    expect(await readConfiguration({ signers: {} })).toEqual({ entries: [] })
  })

  test('is taken with every common option', async () => {
    const common = {
      encoding: 'ieee-p1363',
      messageType: 'digest',
      inputs: 'both',
      check: 'first',
      timeoutMs: 10_000,
      attemptTimeoutMs: 1_000,
      maxAttempts: 5,
    }
    const signers = {
      k1: {
        provider: 'local',
        key: 'k',
        algorithm: 'ES256K',
        lowS: true,
        thumbprint: 'A'.repeat(43),
        ...common,
      },
      pss: {
        provider: 'local',
        key: 'k',
        algorithm: 'PS256',
        saltLength: 'any',
        publicKey: 'k.pub',
        ...common,
      },
      sm2: { provider: 'local', key: 'k', algorithm: 'SM2', userId: '', ...common },
      mldsa: { provider: 'local', key: 'k', algorithm: 'ML-DSA-44', context: 'c', ...common },
      open: { provider: 'local', key: 'k', userId: 'somebody', ...common },
      vendor: { provider: 'local', key: 'k', algorithm: 'ECDSA_SHA_256', lowS: true, ...common },
    }
    expect((await readConfiguration({ signers })).entries.map(({ name }) => name)).toEqual(
      Object.keys(signers),
    )
  })

  test('closes again what it made to look at it', async () => {
    const provider = recordingProvider()
    await readConfiguration(
      { signers: { a: { provider: 'vault', key: 'k', url: 'x' } } },
      { providers: [provider] },
    )
    expect(provider.made).toEqual([{ url: 'x' }])
    expect(provider.open()).toBe(0)
  })

  test('may have a provider that is handed over in the place of a built-in one', async () => {
    const provider = recordingProvider('aws-kms')
    await readConfiguration({ signers: { a: { provider: 'aws-kms', key: 'k' } } }, { providers: [provider] })
    expect(provider.made).toEqual([{}])
  })
})

describe('environment variables', () => {
  const keyOf = async (key: string, env: Record<string, string>) =>
    (await readConfiguration({ signers: { a: { provider: 'local', key } } }, { env })).entries[0]?.key

  test.each<[string, string, string]>([
    ['a whole value', `\${NAME}`, 'value'],
    ['a part of one', `a/\${NAME}/\${OTHER_1}.pem`, 'a/value/other.pem'],
    ['with text that looks like a variable', `\${NESTED}`, `\${NAME}`],
    ['escaped', `$\${NAME}`, `\${NAME}`],
    ['escaped, and one that is not', `$$\${NAME}\${NAME}`, `$\${NAME}value`],
    ['dollar signs alone', '$NAME $$ $', '$NAME $$ $'],
    ['a closing brace alone', '{NAME}', '{NAME}'],
  ])('%s', async (_, text, expected) => {
    expect(await keyOf(text, { NAME: 'value', OTHER_1: 'other', NESTED: `\${NAME}` })).toBe(expected)
  })

  test('of a file come from the environment of the process by default', async () => {
    process.env.SIGNPORT_TEST_KEY = 'from-the-process'
    const file = folder.write('env.yaml', `signers: { a: { provider: local, key: "\${SIGNPORT_TEST_KEY}" } }`)
    const { entries } = await readConfiguration(file)
    expect(entries[0]?.key).toBe('from-the-process')
    delete process.env.SIGNPORT_TEST_KEY
  })

  test.each<[string, object, string]>([
    [
      'in a region',
      { region: `\${HIDDEN}` },
      `region: must be the name of a region such as eu-west-1, not '\${HIDDEN}'.`,
    ],
    [
      'in a part of an endpoint',
      { endpoint: `http://\${HIDDEN}.example` },
      `endpoint: the endpoint \${HIDDEN} is to be reached over plain http`,
    ],
    [
      'in a profile',
      { profile: `\${HIDDEN}`, maxConcurrency: 0 },
      'maxConcurrency: must be a whole number of at least 1, not 0.',
    ],
    ['in an algorithm', { algorithm: `\${HIDDEN}` }, `algorithm: there is no algorithm '\${HIDDEN}'; use`],
    [
      'in a flag',
      { useFipsEndpoint: `\${HIDDEN}` },
      `useFipsEndpoint: must be true or false, not '\${HIDDEN}'.`,
    ],
    ['in a key', { key: `\${HIDDEN} x`, algorithm: 'ES256' }, `not '\${HIDDEN} x'.`],
    [
      'in credentials',
      { credentials: { accessKeyId: `\${HIDDEN} x`, secretAccessKey: 's' } },
      'The accessKeyId of the option credentials must be one or more visible characters of ASCII',
    ],
  ])('are not shown in an error: %s', async (_, options, message) => {
    const entry = { provider: 'aws-kms', key: 'k', ...options }
    const env = { HIDDEN: 'Expanded/Value' }
    const error = await failure(readConfiguration({ signers: { a: entry } }, { env }))
    expect(error.message).toContain(message)
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/expanded|value\b(?! of)/i)
  })

  test.each<[string, object, string]>([
    [
      'the host of an endpoint, for trent-service',
      {
        provider: 'trent-service',
        endpoint: `\${URL}`,
        credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      },
      `endpoint: The endpoint \${URL} is not this machine, and http would`,
    ],
    [
      'the host of an endpoint, for aws-kms',
      { provider: 'aws-kms', endpoint: `\${URL}` },
      `endpoint: the endpoint \${URL} is to be reached over plain http, where`,
    ],
    [
      'the host of an endpoint, for alibaba-kms',
      { provider: 'alibaba-kms', transport: 'openapi', endpoint: `\${URL}` },
      `endpoint: The endpoint \${URL} is not this machine, and http would`,
    ],
    [
      'the region of a key',
      { provider: 'aws-kms', key: `\${ARN}`, region: 'eu-west-1', algorithm: 'ES256' },
      `key: The region of the key \${ARN} is '\${ARN}', but the provider's is 'eu-west-1'`,
    ],
  ])('show no part of themselves in an error: %s', async (_, options, message) => {
    const env = {
      URL: 'http://kms.Internal.corp:8080',
      ARN: 'arn:aws:kms:us-east-1:111122223333:key/1234abcd',
    }
    const error = await failure(readConfiguration({ signers: { a: { key: 'k', ...options } } }, { env }))
    expect(error.message).toContain(message)
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(
      /internal|corp|8080|us-east|1111|1234abcd/i,
    )
  })

  test.each<[string, object, string]>([
    ['true', { generate: `\${HIDDEN}` }, `generate: must be true, false or always, not '\${HIDDEN}'.`],
    [
      'name',
      { passphraseEnv: `\${HIDDEN} of it` },
      'passphraseEnv: must be the name of an environment variable,',
    ],
    ['text', { key: `\${HIDDEN}`, allowGroupRead: 'yes' }, 'allowGroupRead: must be true or false,'],
    [
      'rate',
      { key: `\${HIDDEN}`, algorithm: 'ES256', userId: 'x' },
      'userId: belongs to SM2; ES256 has none.',
    ],
  ])('change no words of a message: %s', async (value, options, message) => {
    const signers = { a: { provider: 'local', key: 'k', ...options } }
    const error = await failure(readConfiguration({ signers }, { env: { HIDDEN: value } }))
    expect(error.message).toContain(message)
  })

  test('that are missing hide no other mistake', async () => {
    const signers = {
      a: { provider: 'local', key: `\${NONE_A}`, generate: 'x', algorithm: 'ES25', lowS: `\${NONE_B}` },
    }
    const { message } = await failure(readConfiguration({ signers }, { env: {} }))
    expect(message.split('\n')).toEqual([
      'The configuration has 4 mistakes:',
      'signers.a.key: the environment variable NONE_A is not set.',
      'signers.a.lowS: the environment variable NONE_B is not set.',
      `signers.a.algorithm: there is no algorithm 'ES25'; did you mean ES256?`,
      `signers.a.generate: must be true, false or always, not 'x'.`,
    ])
  })
})

describe('a file is refused', () => {
  mkdirSync(join(folder.path, 'folder.yaml'))
  execFileSync('mkfifo', [join(folder.path, 'pipe.yaml')])
  symlinkSync('nowhere', join(folder.path, 'link.yaml'))
  folder.write('large.yaml', `signers: {}\n#${'x'.repeat(1024 * 1024)}`)
  folder.write('utf16.yaml', Buffer.from('\uFEFFsigners: {}', 'utf16le'))
  folder.write('latin1.yaml', Buffer.from('# Schlüssel\nsigners: {}', 'latin1'))
  folder.write('yaml.json', 'signers: {}')
  folder.write('empty.yaml', '')

  test.each<[string, string, string]>([
    ['that is not there', 'none.yaml', 'there is no such file'],
    ['that is a folder', 'folder.yaml', 'is a folder'],
    ['that is a pipe, without waiting', 'pipe.yaml', 'is no regular file'],
    ['that is a link to nothing', 'link.yaml', 'there is no such file'],
    ['that is larger than 1 MiB', 'large.yaml', 'is larger than 1048576 bytes'],
    ['in UTF-16', 'utf16.yaml', 'is not UTF-8'],
    ['in Latin-1', 'latin1.yaml', 'is not UTF-8'],
    ['that is YAML and says JSON', 'yaml.json', 'is YAML but not JSON: name it .yaml'],
    ['that is empty', 'empty.yaml', 'must be a map with signers, but it is empty'],
  ])('%s', async (_, name, why) => {
    const file = join(folder.path, name)
    const { message } = await failure(readConfiguration(file))
    expect(message).toBe(`${file}: ${why}.`)
  })

  test('that may not be read', async () => {
    const file = folder.write('locked.yaml', EXAMPLE)
    chmodSync(file, 0)
    // Root may read it all the same.
    const reading = readConfiguration(file, { env })
    if (process.getuid?.() === 0) expect((await reading).entries).toHaveLength(5)
    else
      expect((await failure(reading)).message).toBe(`${file}: cannot be read: you have no permission for it.`)
  })

  test('with its name fit to be shown', async () => {
    const name = 'a\u001b[2J.yaml'
    expect((await failure(readConfiguration(join(folder.path, name)))).message).toContain(
      'a\\u{1b}[2J.yaml: there',
    )
  })
})

describe('a source is refused', () => {
  const OTHER =
    'A configuration is a file that ends in .yaml, .yml or .json, or a URI such as local:./key.pem.'

  test.each<[string, string, string]>([
    ['of another kind of file', './key.pem', OTHER],
    ['that is empty', '', OTHER],
    ['with a scheme that there is not', 'vault://s3cr3t/x', 'The URI is not valid: '],
    ['with a drive of Windows', 'C:\\key.pem', OTHER],
    ['with a secret in its URI', 'local:k.pem?passphrase=s3cr3t', `The URI is not valid: `],
    ['with a user in its URI', 'awskms://me:s3cr3t@kms.example/k', 'The URI is not valid: '],
  ])('%s', async (_, source, message) => {
    const error = await failure(readConfiguration(source))
    expect(error.message).toContain(message)
    expect(error.message).not.toContain('s3cr3t')
  })

  test.each([undefined, null, 7, true])('%s is a TypeError', async (source) => {
    await expect(readConfiguration(source as never)).rejects.toThrow(TypeError)
  })

  test('that holds itself', async () => {
    const a: Record<string, unknown> = { provider: 'local', key: 'k' }
    a.a = a
    expect((await failure(readConfiguration({ signers: { a } }))).message).toBe('is nested too deeply.')
  })

  test('with two providers of one name', async () => {
    const providers = [recordingProvider(), recordingProvider()]
    await failure(readConfiguration({ signers: {} }, { providers }), 'InvalidArgument')
  })

  test('with more mistakes than anybody reads, of which the first are told', async () => {
    const signers = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`a${index}`, 7]))
    const lines = (await failure(readConfiguration({ signers }))).message.split('\n')
    expect(lines[0]).toBe('The configuration has 60 mistakes:')
    expect(lines).toHaveLength(52)
    expect(lines.at(-1)).toBe('and 10 more.')
  })
})

describe('TLS without the check of certificates is refused', () => {
  afterEach(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
  })

  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  test.each<[string, object]>([
    ['aws-kms', { endpoint: 'https://kms.example', credentials }],
    ['trent-service', { region: 'eu-west-1' }],
    ['trent-service', { endpoint: 'https://kms.example', credentials }],
    [
      'alibaba-kms',
      { transport: 'instance', endpoint: 'kst-a.cryptoservice.kms.aliyuncs.com', clientKeyFile: 'c' },
    ],
  ])('when it is read, for %s %o', async (provider, options) => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    const { message } = await failure(
      readConfiguration({ signers: { a: { provider, key: 'k', ...options } } }),
    )
    expect(message).toMatch(/^signers\.a(\.\w+)?: .*NODE_TLS_REJECT_UNAUTHORIZED(=| is )0/)
  })

  test.each<[string, object]>([
    ['aws-kms', { region: 'eu-west-1', credentials }],
    [
      'alibaba-kms',
      {
        transport: 'openapi',
        region: 'cn-hangzhou',
        credentials: { accessKeyId: 'a', accessKeySecret: 'b' },
      },
    ],
  ])('before anything is sent, for %s', async (provider, options) => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    const signer = await openSigner({ provider, key: 'k', algorithm: 'ES256', ...options })
    expect((await failure(signer.sign(Buffer.from('message')))).message).toMatch(
      /NODE_TLS_REJECT_UNAUTHORIZED(=| is )0/,
    )
    await signer.close()
  })
})

test('the file of a message is the one that was named', async () => {
  const cwd = process.cwd()
  process.chdir(folder.path)
  try {
    const file = basename(folder.write('named.yaml', 'signers: []'))
    expect((await failure(readConfiguration(file))).message).toBe(
      'named.yaml:1:10: signers: must be a map of names and signers, not a list.',
    )
  } finally {
    process.chdir(cwd)
  }
})
