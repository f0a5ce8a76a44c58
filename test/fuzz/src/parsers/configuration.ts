import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Configuration, readConfiguration } from '@signport/config'
import fc from 'fast-check'
import { mutatedJson, mutatedValue } from '../json-mutation.js'
import { type Parser, parser, promise } from '../parser.js'
import { mutatedText, randomText } from '../text-mutation.js'

/** The value of a variable: a file may name it, and no error may tell it. */
const HIDDEN = 'Zq7-hidden-value-Zq7'
const env = { HIDDEN, REGION: 'eu-west-1' }

const key = (name: string) => ({ provider: 'local', key: `./${name}.pem`, algorithm: 'ES256' })

const DOCUMENTS = [
  { signers: { a: key('a'), b: { ...key('b'), encoding: 'ieee-p1363', check: 'first', kid: 'b' } } },
  { signers: { aws: { provider: 'aws-kms', key: 'alias/x', algorithm: 'PS256', region: `\${REGION}` } } },
  {
    signers: {
      ali: {
        provider: 'alibaba-kms',
        transport: 'instance',
        endpoint: 'kst-x.cryptoservice.kms.aliyuncs.com',
        key: 'key-hzz62f1cb66fa42qo5l1x',
        algorithm: 'RS256',
        clientKey: { file: 'k.json', passwordEnv: 'HIDDEN' },
      },
      trent: {
        provider: 'trent-service',
        key: 'k',
        endpoint: 'https://kms.example.com',
        auth: 'none',
        algorithm: 'ES384',
      },
    },
  },
  {
    signers: {
      tokens: {
        cacheLifetime: '10m',
        tokenLifetime: '1h',
        active: { ...key('n'), kid: 'n', published: '2026-10-31T09:00:00Z' },
        next: {
          ...key('m'),
          kid: 'm',
          published: '2026-12-01T09:00:00Z',
          activateAt: '2026-12-02T09:00:00Z',
        },
        retired: [{ ...key('l'), kid: 'l', retiredAt: '2026-11-01T09:00:00Z' }],
      },
    },
  },
]

const MEMBERS = [
  ...[
    'signers',
    'provider',
    'key',
    'algorithm',
    'encoding',
    'check',
    'kid',
    'region',
    'endpoint',
    'credentials',
  ],
  ...[
    'active',
    'next',
    'retired',
    'published',
    'cacheLifetime',
    'timeoutMs',
    'publicKey',
    'thumbprint',
    'inputs',
  ],
  ...['maxAttempts', 'attemptTimeoutMs', 'maxConcurrency', 'maxPerSecond', 'default', '$schema'],
]
const VALUES = [
  `\${HIDDEN}`,
  `\${HIDDEN}/x`,
  `$\${`,
  `\${`,
  'local',
  'aws-kms',
  'ES256',
  'always',
  1e9,
  -1,
  'local:./k.pem?algorithm=ES256',
]

const YAML = [
  'signers:\n  a:\n    provider: local\n    key: ./a.pem\n    algorithm: ES256\n',
  `signers: { a: { provider: aws-kms, key: "alias/\${HIDDEN}", algorithm: ES256, region: eu-west-1 } }\n`,
  "# a comment\nsigners:\n  'b.c': local:./b.pem?algorithm=ES384\n",
  ...DOCUMENTS.map((document) => JSON.stringify(document, null, 2)),
]
const YAML_TOKENS = [
  ...[
    '- ',
    ': ',
    '\n',
    '\n  ',
    '\n      ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '&a ',
    '*a',
    '!!binary ',
    '!!js/function ',
    '<<: ',
    '? ',
  ],
  ...[
    '|\n',
    '>-\n',
    '"\\x41"',
    '"\\',
    "'",
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    'yes',
    'null',
    '~',
    '0o17',
    '.inf',
    '2026-01-01',
  ],
  ...[
    `\${HIDDEN}`,
    `\${`,
    'signers:',
    '['.repeat(3_000),
    '{a: '.repeat(500),
    '- '.repeat(2_000),
    '&a [*a,*a]',
  ],
]

/** What was read says of each signer what it is, in names that a path or a log may have. */
function assertConfiguration({ entries }: Configuration): void {
  for (const name of Object.keys(entries)) {
    promise(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name), `it took the name ${JSON.stringify(name)}`)
  }
}

/** Reads from a file, as most configurations are. */
function file(ending: 'yaml' | 'json') {
  let folder = ''
  return {
    async start() {
      folder = mkdtempSync(join(tmpdir(), 'signport-fuzz-configuration-'))
    },
    async stop() {
      rmSync(folder, { recursive: true, force: true })
    },
    async read(text: string) {
      const path = join(folder, `signport.${ending}`)
      writeFileSync(path, text)
      assertConfiguration(await readConfiguration(path, { env }))
    },
    secretsIn: () => [HIDDEN],
    severalLines: true,
  } as const
}

/** Configurations in all of their forms. */
export const CONFIGURATION_PARSERS: readonly Parser[] = [
  parser<string>({
    name: 'yaml',
    inputs: fc.oneof(
      { weight: 4, arbitrary: mutatedText(YAML, YAML_TOKENS) },
      { weight: 1, arbitrary: randomText(YAML_TOKENS) },
    ),
    ...file('yaml'),
  }),
  parser<string>({
    name: 'json',
    inputs: fc.oneof(
      { weight: 3, arbitrary: mutatedJson(DOCUMENTS, MEMBERS, VALUES) },
      {
        weight: 1,
        arbitrary: mutatedText(
          DOCUMENTS.map((document) => JSON.stringify(document)),
          ['{', '}', ',', '"', ':'],
        ),
      },
    ),
    ...file('json'),
  }),
  parser<unknown>({
    name: 'configuration-object',
    inputs: mutatedValue(DOCUMENTS, MEMBERS, VALUES),
    severalLines: true,
    secretsIn: () => [HIDDEN],
    async read(source) {
      // A text would be a path.
      const given = typeof source === 'string' ? [source] : source
      assertConfiguration(await readConfiguration(given as object, { env }))
    },
  }),
]
