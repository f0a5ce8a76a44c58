import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { parse } from 'yaml'
import { readConfiguration } from '../src/index.js'
import { failure } from './support/failure.js'

const root = join(import.meta.dirname, '../../..')
const file = readFileSync(join(root, 'packages/config/signport.schema.json'), 'utf8')
const valid = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(file))

test('the file is what the script writes', () => {
  const program = `import { configSchemaFile } from './scripts/config-schema.mjs'
    process.stdout.write(await configSchemaFile())`
  const { NODE_OPTIONS, ...env } = process.env
  const args = ['--input-type=module', '--eval', program]
  expect(execFileSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' })).toBe(file)
})

const GOOD: [string, string][] = [
  ['no signers', 'signers: {}'],
  ['its own address', '$schema: ./node_modules/@signport/config/signport.schema.json\nsigners: {}'],
  ['a local key', 'signers: { a: { provider: local, key: k, generate: always, algorithm: ES256 } }'],
  [
    'AWS',
    'signers: { a: { provider: aws-kms, key: k, region: eu-west-1, grantTokens: [a], maxConcurrency: 5, maxPerSecond: 0.5 } }',
  ],
  [
    'a TrentService',
    `signers:
  a:
    provider: trent-service
    key: k
    endpoint: https://kms.example
    credentials: environment
    signedHeaders: [content-type]
    algorithmNames: { Ed25519: EDDSA_ED25519 }
  b:
    provider: trent-service
    key: k
    region: eu-west-1
    signedHeaders: minimal
    credentials: { accessKeyId: a, secretAccessKey: b }`,
  ],
  [
    'OpenAPI',
    'signers: { a: { provider: alibaba-kms, transport: openapi, key: k, region: cn-hangzhou, network: vpc } }',
  ],
  [
    'an instance',
    'signers: { a: { provider: alibaba-kms, transport: instance, key: k, endpoint: a.example, clientKeyFile: c, passwordFile: p } }',
  ],
  ['a public key', 'signers: { a: { provider: public-key, key: k, encoding: ieee-p1363 } }'],
  [
    'every common option',
    `signers:
  a:
    provider: local
    key: k
    algorithm: ES256K
    encoding: der
    messageType: auto
    inputs: both
    check: never
    lowS: true
    kid: 2024-key
    thumbprint: ${'A'.repeat(43)}
    timeoutMs: 1
    attemptTimeoutMs: 1
    maxAttempts: 10`,
  ],
  [
    'variables, where one of some texts is expected, too',
    `signers: { a: { provider: trent-service, key: "\${SIGNPORT_K}", endpoint: "https://\${SIGNPORT_H}", auth: "\${SIGNPORT_AUTH}" } }`,
  ],
  [
    'variables that say which provider, and which transport',
    `signers: { a: { provider: "\${SIGNPORT_P}", transport: "\${SIGNPORT_T}", key: k, region: cn-hangzhou } }`,
  ],
  ['text that looks like a variable', `signers: { a: { provider: local, key: "$\${K}$\${1}$$$" } }`],
  ['the longest time', 'signers: { a: { provider: local, key: k, timeoutMs: 2147483647 } }'],
  [
    'a rotation of three vendors',
    `signers:
  tokens:
    cacheLifetime: 10m
    tokenLifetime: "\${SIGNPORT_HOUR}"
    clockTolerance: 0s
    active: { provider: aws-kms, key: k, algorithm: ES256, region: eu-west-1, published: 2026-11-01T09:00:00Z }
    next:
      provider: alibaba-kms
      transport: openapi
      key: k
      region: cn-hangzhou
      algorithm: ES256
      kid: next
      published: 2026-12-01T17:00:00.5+08:00
      activateAt: 2026-12-02T09:00:00Z
    retired:
      - { provider: public-key, key: a.pem, algorithm: RS256, kid: 2024-key, retiredAt: 2026-11-01T10:00:00Z }
      - { provider: trent-service, key: k, algorithm: RS256, endpoint: https://kms.example, auth: none, retiredAt: "\${SIGNPORT_TIME}" }`,
  ],
  [
    'a rotation with a single key',
    'signers: { a: { cacheLifetime: 1s, tokenLifetime: 2w, active: { provider: local, key: k, algorithm: ES256 }, retired: [] } }',
  ],
]

describe('the schema takes what a configuration may be', () => {
  test.each(GOOD)('with %s', async (_, yaml) => {
    const configuration = parse(yaml)
    expect(valid(configuration) || valid.errors).toBe(true)
    const env = {
      SIGNPORT_K: 'k',
      SIGNPORT_H: 'kms.example',
      SIGNPORT_AUTH: 'none',
      SIGNPORT_P: 'alibaba-kms',
      SIGNPORT_T: 'openapi',
      SIGNPORT_HOUR: '1h',
      SIGNPORT_TIME: '2026-10-01T10:00:00Z',
    }
    const names = Object.keys(configuration.signers)
    // What the schema takes is also right; the password of an instance is in a file that is not looked at.
    expect((await readConfiguration(configuration, { env })).entries.map(({ name }) => name)).toEqual(names)
  })
})

const LOCAL = { provider: 'local', key: 'k', algorithm: 'ES256' }
const PUBLIC = { provider: 'public-key', key: 'a', algorithm: 'ES256', retiredAt: '2026-11-01T10:00:00Z' }
const ROTATION = {
  cacheLifetime: '10m',
  tokenLifetime: '1h',
  active: { ...LOCAL, published: '2026-11-01T09:00:00Z' },
}

/** What a rotation cannot be, by what differs from one that is right. */
const ROTATIONS: [string, object][] = [
  ['no lifetime of caches', { cacheLifetime: undefined }],
  ['no lifetime of tokens', { tokenLifetime: undefined }],
  ['no active key', { active: undefined }],
  ['a provider beside the keys', LOCAL],
  ['an active key without an algorithm', { active: { ...ROTATION.active, algorithm: undefined } }],
  [
    'a next key without one',
    { next: { ...LOCAL, algorithm: undefined, key: 'l', published: '2026-12-01T09:00:00Z' } },
  ],
  ['a retired key without one', { retired: [{ ...PUBLIC, algorithm: undefined }] }],
  ['an option that there is not', { activ: LOCAL }],
  ['an option of the keys beside them', { algorithm: 'ES256' }],
  ['a number of seconds', { cacheLifetime: 600 }],
  ['a length of time without a unit', { tokenLifetime: '600' }],
  ['a length of time that is none', { tokenLifetime: '0h' }],
  ['an active key that only verifies', { active: { provider: 'public-key', key: 'k' } }],
  ['an active key with a time of retired ones', { active: { ...LOCAL, retiredAt: PUBLIC.retiredAt } }],
  ['a rotation in it', { active: { ...ROTATION } }],
  ['an option that its keys lack', { active: { ...LOCAL, regoin: 'x' } }],
  ['a date without a time', { active: { ...LOCAL, published: '2026-11-01' } }],
  ['a time without its zone', { active: { ...LOCAL, published: '2026-11-01T09:00:00' } }],
  ['a next key that was never published', { next: { ...LOCAL, key: 'l' } }],
  ['a next key that is null', { next: null }],
  ['retired keys that are no list', { retired: PUBLIC }],
  ['a retired key without its time', { retired: [{ ...PUBLIC, retiredAt: undefined }] }],
  ['a retired key with a time of active ones', { retired: [{ ...PUBLIC, published: PUBLIC.retiredAt }] }],
  ['a retired key, and no time of the active one', { active: LOCAL, retired: [PUBLIC] }],
]

test('a rotation that nothing is changed in is right', async () => {
  expect(valid({ signers: { a: ROTATION } }) || valid.errors).toBe(true)
  expect((await readConfiguration({ signers: { a: ROTATION } })).entries).toHaveLength(1)
})

describe('the schema refuses what a configuration cannot be', () => {
  test.each<[string, string]>([
    ['no signers', '{}'],
    ['a list', '[]'],
    ['a typo at the top', 'sigers: {}'],
    ['an entry that is no map', 'signers: { a: "local:k" }'],
    ['a name that cannot be one', 'signers: { a/b: { provider: local, key: k } }'],
    ['no key', 'signers: { a: { provider: local } }'],
    ['no provider', 'signers: { a: { key: k } }'],
    ['an unknown provider', 'signers: { a: { provider: aws-kmss, key: k } }'],
    ['an option that there is not', 'signers: { a: { provider: local, key: k, genrate: true } }'],
    ['an option of another provider', 'signers: { a: { provider: local, key: k, region: eu-west-1 } }'],
    [
      'an option of the other transport',
      'signers: { a: { provider: alibaba-kms, transport: openapi, key: k, caFile: c } }',
    ],
    ['no transport', 'signers: { a: { provider: alibaba-kms, key: k, region: cn-hangzhou } }'],
    [
      'an option for signing of a public key',
      'signers: { a: { provider: public-key, key: k, check: never } }',
    ],
    ['a wrong type', 'signers: { a: { provider: local, key: 5 } }'],
    ['another text than those there are', 'signers: { a: { provider: local, key: k, encoding: asn1 } }'],
    ['half of credentials', 'signers: { a: { provider: aws-kms, key: k, credentials: { accessKeyId: a } } }'],
    ['a number that is none', 'signers: { a: { provider: local, key: k, timeoutMs: 1.5 } }'],
    ['a time that no timer can wait', 'signers: { a: { provider: local, key: k, timeoutMs: 2147483648 } }'],
    ['no attempt at all', 'signers: { a: { provider: local, key: k, maxAttempts: 0 } }'],
    ['more attempts than ten', 'signers: { a: { provider: local, key: k, maxAttempts: 11 } }'],
    ['no request at once', 'signers: { a: { provider: aws-kms, key: k, maxConcurrency: 0 } }'],
    ['too many of them', 'signers: { a: { provider: aws-kms, key: k, maxConcurrency: 10001 } }'],
    ['no request in a second', 'signers: { a: { provider: aws-kms, key: k, maxPerSecond: 0 } }'],
    ['too many in a second', 'signers: { a: { provider: aws-kms, key: k, maxPerSecond: 1000001 } }'],
    ['a variable in place of a flag', `signers: { a: { provider: local, key: k, lowS: "\${TRUE}" } }`],
    [
      'a variable where a literal stands beside flags',
      `signers: { a: { provider: local, key: k, generate: "\${TRUE}" } }`,
    ],
    [
      'an escaped variable in place of one',
      `signers: { a: { provider: local, key: k, check: "$\${TRUE}" } }`,
    ],
    ['a variable that is none', `signers: { a: { provider: local, key: "\${1}" } }`],
    ['one that is not closed', `signers: { a: { provider: local, key: "\${TRUE}\${TRUE" } }`],
    ['two passphrases', 'signers: { a: { provider: local, key: k, passphraseEnv: P, passphraseFile: p } }'],
    [
      'two passwords',
      'signers: { a: { provider: alibaba-kms, transport: instance, key: k, endpoint: a.example, clientKeyFile: c, passwordFile: p, passwordEnv: P } }',
    ],
    [
      'two pins',
      `signers: { a: { provider: local, key: k, publicKey: p.pem, thumbprint: ${'A'.repeat(43)} } }`,
    ],
    [
      'a member that credentials do not have',
      'signers: { a: { provider: alibaba-kms, transport: openapi, key: k, region: cn-hangzhou, credentials: { accessKeyId: a, accessKeySecret: b, token: c } } }',
    ],
    [
      'no password for a ClientKey',
      'signers: { a: { provider: alibaba-kms, transport: instance, key: k, endpoint: a.example, clientKeyFile: c } }',
    ],
    ['neither region nor endpoint', 'signers: { a: { provider: trent-service, key: k } }'],
    [
      'neither region nor endpoint for OpenAPI',
      'signers: { a: { provider: alibaba-kms, transport: openapi, key: k } }',
    ],
    ...ROTATIONS.map(([what, changes]): [string, string] => [
      `in a rotation, ${what}`,
      JSON.stringify({ signers: { a: { ...ROTATION, ...changes } } }),
    ]),
  ])('with %s, as reading does', async (_, yaml) => {
    const configuration = parse(yaml)
    expect(valid(configuration)).toBe(false)
    await failure(readConfiguration(configuration, { env: { TRUE: 'true' } }))
  })
})

describe('the schema and reading are of one mind', () => {
  /** Of text, what it says is for reading to check. */
  const TEXTS = [
    ...['key', 'kid', 'publicKey', 'thumbprint', 'region', 'keyVersion', 'context'],
    ...['passphraseEnv', 'passphraseFile', 'passwordEnv', 'passwordFile'],
  ]
  /** What a variable stands for is for reading to check, where it can stand for what is right. */
  const CHOICES = [
    ...['provider', 'encoding', 'messageType', 'inputs', 'check', 'saltLength'],
    ...[
      'network',
      'auth',
      'credentials',
      'signedHeaders',
      'cacheLifetime',
      'tokenLifetime',
      'clockTolerance',
    ],
  ]

  function mostlyWrong(option: string): unknown[] {
    const any = [null, true, 0, 1, -1, 1.5, 10_001, 2 ** 26 + 1, 2 ** 31, '', [], {}, `\${`, `\${1}`]
    if (TEXTS.includes(option)) return any
    return [...any, 'x', `$\${SET}`, ...(CHOICES.includes(option) ? [] : [`\${TRUE}`])]
  }

  const COMMON = {
    encoding: ['der', `\${ENCODING}`],
    messageType: ['auto'],
    inputs: ['both', 'digest'],
    check: ['first'],
    lowS: [false],
    kid: ['2024-key', `\${SET}`],
    publicKey: ['k.pub'],
    thumbprint: ['A'.repeat(43)],
    timeoutMs: [1, 60_000],
    attemptTimeoutMs: [2 ** 31 - 1],
    maxAttempts: [1, 10],
  }
  const IDENTITY = { accessKeyId: 'a', secretAccessKey: 'b' }
  const ALIBABA_IDENTITY = { accessKeyId: 'a', accessKeySecret: 'b' }

  /** What an entry has, and what it can have besides: for each option some values that are right together. */
  const ENTRIES: [string, object, Record<string, unknown[]>][] = [
    [
      'local',
      { provider: 'local', key: 'k' },
      {
        ...COMMON,
        generate: [true, 'always'],
        allowGroupRead: [true],
        passphraseEnv: ['P'],
        passphraseFile: ['p'],
      },
    ],
    [
      'aws-kms',
      { provider: 'aws-kms', key: 'k' },
      {
        ...COMMON,
        region: ['eu-west-1'],
        credentials: [IDENTITY, { ...IDENTITY, sessionToken: 'c' }, { ...IDENTITY, more: 'c' }],
        useFipsEndpoint: [true],
        useDualstackEndpoint: [false],
        maxConcurrency: [1, 10_000],
        maxPerSecond: [0.5, 1_000_000],
        grantTokens: [['a'], Array(11).fill('a')],
      },
    ],
    [
      'alibaba-kms by OpenAPI',
      { provider: 'alibaba-kms', transport: 'openapi', key: 'k' },
      {
        ...COMMON,
        region: ['cn-hangzhou'],
        network: ['vpc', `\${NETWORK}`],
        keyVersion: ['v'],
        maxConcurrency: [64],
        maxPerSecond: [180],
        credentials: [ALIBABA_IDENTITY, { ...ALIBABA_IDENTITY, more: 'c' }],
        caFile: [],
      },
    ],
    [
      'alibaba-kms by an instance',
      { provider: 'alibaba-kms', transport: 'instance', key: 'k', endpoint: 'a.example', clientKeyFile: 'c' },
      {
        ...COMMON,
        passwordFile: ['p'],
        passwordEnv: ['P'],
        allowGroupRead: [true],
        maxBodyBytes: [1024, 2 ** 26],
        maxConcurrency: [1, 10_000],
        maxPerSecond: [180],
        region: [],
      },
    ],
    [
      'trent-service',
      { provider: 'trent-service', key: 'k' },
      {
        ...COMMON,
        region: ['eu-west-1'],
        auth: ['sigv4'],
        credentials: [IDENTITY, 'environment', `\${CREDENTIALS}`],
        signedHeaders: ['all', ['content-type'], [`\${HEADER}`]],
        grantTokens: [['a']],
        maxConcurrency: [2],
        maxPerSecond: [3],
      },
    ],
    [
      'a rotation',
      ROTATION,
      {
        cacheLifetime: ['1d', `\${HOUR}`],
        tokenLifetime: ['90s'],
        clockTolerance: ['0s', '5m'],
        next: [
          { ...LOCAL, key: 'l', published: '2026-12-01T09:00:00Z' },
          { ...LOCAL, key: `\${SET}`, published: `\${TIME}`, activateAt: '2027-12-02T09:00:00-11:30' },
          { ...LOCAL, key: 'l' },
          { ...PUBLIC },
        ],
        retired: [[], [{ ...PUBLIC, retiredAt: '2026-12-02T10:00:00Z' }], [LOCAL], [{ ...PUBLIC, kid: 5 }]],
        published: [],
      },
    ],
    [
      'public-key',
      { provider: 'public-key', key: 'k' },
      {
        encoding: ['der'],
        saltLength: ['any'],
        lowS: [true],
        kid: ['2024-key'],
        context: ['x', ''],
        thumbprint: ['A'.repeat(43)],
        check: [],
      },
    ],
  ]
  const env = {
    SET: 'x',
    TRUE: 'true',
    ENCODING: 'der',
    NETWORK: 'vpc',
    CREDENTIALS: 'environment',
    HEADER: 'host',
    HOUR: '1h',
    TIME: '2026-12-01T09:00:00Z',
  }

  /** What reading says against it, if anything. */
  const objection = (entry: object) =>
    readConfiguration({ signers: { a: entry } }, { env }).then(
      () => undefined,
      (error: unknown) => String(error),
    )

  test.each(ENTRIES)('about what %s has', async (_, entry, options) => {
    const right = fc.record(
      Object.fromEntries(
        Object.entries(options)
          .filter(([, values]) => values.length > 0)
          .map(([name, values]) => [name, fc.constantFrom(...values)]),
      ),
      { requiredKeys: [] },
    )
    const names = ['key', 'provider', 'unknown', ...Object.keys(options)]
    const spoiled = fc.constantFrom<object>(
      ...names.flatMap((name) => mostlyWrong(name).map((value) => ({ [name]: value }))),
    )
    await fc.assert(
      fc.asyncProperty(right, fc.option(spoiled), async (right, spoiled) => {
        const whole = { ...entry, ...right, ...spoiled }
        const why = await objection(whole)
        expect([why === undefined, whole, why]).toEqual([valid({ signers: { a: whole } }), whole, why])
      }),
      { numRuns: 300 },
    )
  })
})
