import { generateKeyPairSync } from 'node:crypto'
import { chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, test } from '@jest/globals'
import { SigningError } from '@signport/core'
import { findConfiguration, readConfiguration } from '../src/index.js'
import { failure } from './support/failure.js'

const folder = mkdtempSync(join(tmpdir(), 'signport-wrong-'))
const file = join(folder, 'signport.yaml')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A configuration of one signer, in its second line. */
const one = (options: string) => `signers:\n  a: { ${options} }\n`

/** What is wrong, the file, and the lines of the message, each after the path of the file. */
const WRONG: [string, string, string[]][] = [
  [
    'a typo in an option',
    one('provider: aws-kms, key: k, regoin: eu-west-1'),
    [':2:35: signers.a.regoin: there is no such option; did you mean region?'],
  ],
  [
    'a typo in a common option',
    one('provider: local, key: k.pem, algoritm: ES256'),
    [':2:37: signers.a.algoritm: there is no such option; did you mean algorithm?'],
  ],
  [
    'a typo within credentials',
    one('provider: aws-kms, key: k, credentials: { acessKeyId: AKIASECRET, secretAccessKey: s3cr3t }'),
    [':2:50: signers.a.credentials: there is no such option; did you mean accessKeyId?'],
  ],
  [
    'an option like none that there is',
    one('provider: local, key: k.pem, colour: red'),
    [
      ':2:37: signers.a.colour: there is no such option; use generate, allowGroupRead, passphraseEnv or passphraseFile.',
    ],
  ],
  [
    'a name of Object',
    one('provider: local, key: k.pem, constructor: 1'),
    [
      ':2:37: signers.a.constructor: there is no such option; use generate, allowGroupRead, passphraseEnv or passphraseFile.',
    ],
  ],
  [
    'an option of the other transport',
    one('provider: alibaba-kms, key: k, transport: openapi, region: cn-hangzhou, caFile: ca.pem'),
    [
      ':2:80: signers.a.caFile: there is no such option; use transport, region, network, endpoint, allowInsecureHttp, keyVersion, credentials, maxConcurrency or maxPerSecond.',
    ],
  ],
  [
    'a typo at the top',
    'sigers:\n  a: { provider: local, key: k.pem }\n',
    [':1:1: sigers: there is no such option; did you mean signers?'],
  ],
  [
    'an option of a wrong type',
    one('provider: local, key: k.pem, generate: sometimes'),
    [":2:47: signers.a.generate: must be true, false or always, not 'sometimes'."],
  ],
  [
    'a number in place of text',
    one('provider: aws-kms, key: 4711, region: eu-west-1'),
    [':2:32: signers.a.key: must be text, not 4711: put it between quotes.'],
  ],
  [
    'a number that would not be the same between quotes',
    one('provider: aws-kms, key: 007, region: eu-west-1'),
    [':2:32: signers.a.key: must be text, not 007: put it between quotes.'],
  ],
  [
    'a list in place of text',
    one('provider: aws-kms, key: k, region: [eu-west-1]'),
    [':2:43: signers.a.region: must be text, not a list.'],
  ],
  [
    'a text in place of a flag',
    one('provider: aws-kms, key: k, useFipsEndpoint: "true"'),
    [":2:52: signers.a.useFipsEndpoint: must be true or false, not 'true'."],
  ],
  ['no key', one('provider: local, algorithm: ES256'), [':2:3: signers.a.key: is missing.']],
  [
    'no value',
    one('provider: local, key: , algorithm: ES256'),
    [':2:30: signers.a.key: must be text, not null.'],
  ],
  ['an empty key', one('provider: local, key: ""'), [':2:30: signers.a.key: must not be empty.']],
  [
    'no transport',
    one('provider: alibaba-kms, key: k, region: cn-hangzhou'),
    [':2:3: signers.a.transport: is missing: must be openapi or instance.'],
  ],
  [
    'an unknown provider',
    one('provider: vault, key: k'),
    [
      ":2:18: signers.a.provider: there is no provider 'vault'; use local, aws-kms, alibaba-kms, trent-service or public-key.",
    ],
  ],
  [
    'a typo in a provider',
    one('provider: aws-kmss, key: k'),
    [":2:18: signers.a.provider: there is no provider 'aws-kmss'; did you mean aws-kms?"],
  ],
  [
    'a provider that is a name of Object',
    one('provider: constructor, key: k'),
    [
      ":2:18: signers.a.provider: there is no provider 'constructor'; use local, aws-kms, alibaba-kms, trent-service or public-key.",
    ],
  ],
  [
    'a provider that is a module',
    one('provider: ./evil.js, key: k'),
    [
      ":2:18: signers.a.provider: there is no provider './evil.js'; use local, aws-kms, alibaba-kms, trent-service or public-key.",
    ],
  ],
  [
    'a typo in an algorithm',
    one('provider: local, key: k.pem, algorithm: ES25'),
    [":2:48: signers.a.algorithm: there is no algorithm 'ES25'; did you mean ES256?"],
  ],
  [
    'an algorithm that nobody knows',
    one('provider: local, key: k.pem, algorithm: rot13'),
    [
      ":2:48: signers.a.algorithm: there is no algorithm 'rot13'; use RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, ES256K, Ed25519, Ed25519ph, Ed25519ph-SHA512, ML-DSA-44, ML-DSA-65, ML-DSA-87 or SM2.",
    ],
  ],
  [
    'an algorithm that is not at that vendor',
    one('provider: alibaba-kms, key: k, transport: openapi, region: cn-hangzhou, algorithm: ES384'),
    [':2:91: signers.a.algorithm: alibaba-kms has no ES384; it has RS256, PS256, ES256, ES256K or SM2.'],
  ],
  [
    'a parameter of another algorithm',
    one('provider: local, key: k.pem, algorithm: ES256, userId: alice'),
    [':2:63: signers.a.userId: belongs to SM2; ES256 has none.'],
  ],
  [
    'a context that is too long',
    one(`provider: local, key: k.pem, context: ${'x'.repeat(256)}`),
    [':2:46: signers.a.context: has at most 255 bytes, but this one has 256.'],
  ],
  [
    'a salt for what has none',
    one('provider: local, key: k.pem, algorithm: RS256, saltLength: any'),
    [':2:67: signers.a.saltLength: belongs to RSASSA-PSS; RS256 has none.'],
  ],
  [
    'a time that is none',
    one('provider: local, key: k.pem, timeoutMs: 1.5'),
    [':2:48: signers.a.timeoutMs: must be a whole number of milliseconds, not 1.5.'],
  ],
  [
    'more attempts than there can be',
    one('provider: local, key: k.pem, maxAttempts: 11'),
    [':2:50: signers.a.maxAttempts: must be a whole number from 1 to 10, not 11.'],
  ],
  [
    'a thumbprint that can be none',
    one('provider: local, key: k.pem, thumbprint: abc'),
    [
      ":2:49: signers.a.thumbprint: must be an RFC 7638 thumbprint (43 base64url characters) or 'sha256:' and 64 hexadecimal digits, not abc.",
    ],
  ],
  [
    'two pins',
    one(`provider: local, key: k.pem, thumbprint: ${'A'.repeat(43)}, publicKey: p.pem`),
    [':2:49: signers.a.thumbprint: pins the key as publicKey does: leave one of them out.'],
  ],
  [
    'a missing environment variable',
    one(`provider: aws-kms, key: "\${NO_SUCH_VARIABLE}"`),
    [':2:32: signers.a.key: the environment variable NO_SUCH_VARIABLE is not set.'],
  ],
  [
    'an empty environment variable',
    one(`provider: aws-kms, key: "a\${EMPTY}b"`),
    [':2:32: signers.a.key: the environment variable EMPTY is empty.'],
  ],
  [
    'a variable that is none',
    one(`provider: aws-kms, key: "\${1}"`),
    [
      `:2:32: signers.a.key: has '\${' that begins no variable: write \${NAME}, or $\${ where the characters themselves are meant.`,
    ],
  ],
  [
    'YAML syntax',
    one('provider: local, key: [k.pem'),
    [':2:37: a bracket is not closed, or what stands between brackets is not indented.'],
  ],
  [
    'a tab',
    'signers:\n	a: { provider: local, key: k.pem }\n',
    [':2:1: lines are indented by spaces, not by tabs.'],
  ],
  [
    'an unknown escape sequence',
    one('provider: local, key: "s3cr3t\\q"'),
    [':2:37: the text between double quotes has an escape sequence that YAML does not know.'],
  ],
  [
    'a duplicate name',
    'signers:\n  a: { provider: local, key: k.pem }\n  a: { provider: local, key: l.pem }\n',
    [':3:3: signers.a: stands here twice, first in line 2.'],
  ],
  [
    'a duplicate option',
    one('provider: local, key: k.pem, key: l.pem'),
    [':2:37: signers.a.key: stands here twice, first in line 2.'],
  ],
  [
    'an anchor',
    'signers:\n  a: &x { provider: local, key: k.pem }\n',
    [':2:9: signers.a: anchors (&) are not taken: write the value again.'],
  ],
  [
    'an alias',
    'signers:\n  a: &x { provider: local, key: k.pem }\n  b: *x\n',
    [
      ' has 2 mistakes:',
      ':2:9: signers.a: anchors (&) are not taken: write the value again.',
      ':3:6: signers.b: aliases (*) are not taken: write the value again.',
    ],
  ],
  [
    'a merge key',
    one('<<: { provider: local }, key: k.pem'),
    [':2:8: signers.a: merge keys (<<) are not taken: write the options again.'],
  ],
  [
    'a tag',
    one('provider: local, key: !!str k.pem'),
    [':2:36: signers.a.key: tags (!) are not taken: leave it out.'],
  ],
  [
    "a tag of one's own",
    one('provider: local, key: !env KEY'),
    [':2:35: signers.a.key: tags (!) are not taken: leave it out.'],
  ],
  [
    'a name that is a number',
    'signers:\n  1: { provider: local, key: k.pem }\n',
    [':2:3: signers: a name must be text: put it between quotes.'],
  ],
  [
    'a name with a slash',
    'signers:\n  a/b: { provider: local, key: k.pem }\n',
    [
      ':2:3: signers.a/b: a name is made of 1 to 100 letters, digits, dots, hyphens and underscores, and begins with a letter or digit.',
    ],
  ],
  [
    '__proto__ as a name',
    'signers:\n  __proto__: { provider: local, key: k.pem }\n',
    [
      ':2:3: signers.__proto__: a name is made of 1 to 100 letters, digits, dots, hyphens and underscores, and begins with a letter or digit.',
    ],
  ],
  [
    'two documents',
    'signers: {}\n---\nsigners: {}\n',
    [':2:1: a second document begins here: a file has one.'],
  ],
  ['no signers', '# nothing yet\n', [': must be a map with signers, but it is empty.']],
  [
    'no map of signers',
    'signers: [a]\n',
    [':1:10: signers: must be a map of names and signers, not a list.'],
  ],
  ['a list at the root', '- signers\n', [':1:1: must be a map with signers, not a list.']],
  [
    'an entry that is no map',
    'signers:\n  a: local:k.pem\n',
    [":2:6: signers.a: must be a map with provider and key, not 'local:k.pem'."],
  ],
  [
    'more levels than a configuration has',
    `signers: ${'['.repeat(200)}`,
    [': is nested more than 32 levels deep.'],
  ],
  [
    'plain http to a foreign host',
    one(
      'provider: trent-service, key: k, endpoint: http://kms.example, credentials: { accessKeyId: a, secretAccessKey: s3cr3t }',
    ),
    [
      ':2:51: signers.a.endpoint: The endpoint kms.example is not this machine, and http would show it everything that is signed: use https, or permit it with allowInsecureHttp.',
    ],
  ],
  [
    'plain http to a foreign host for aws-kms',
    one(
      'provider: aws-kms, key: k, endpoint: http://kms.example, credentials: { accessKeyId: a, secretAccessKey: s3cr3t }',
    ),
    [
      ':2:45: signers.a.endpoint: the endpoint kms.example is to be reached over plain http, where messages and tokens can be read: use https, or set allowInsecureHttp.',
    ],
  ],
  [
    'plain http to a foreign host for alibaba-kms',
    one(
      'provider: alibaba-kms, transport: openapi, key: k, endpoint: http://kms.example, credentials: { accessKeyId: a, accessKeySecret: s3cr3t }',
    ),
    [
      ':2:69: signers.a.endpoint: The endpoint kms.example is not this machine, and http would show everybody on the way what is signed and with which credentials: use https.',
    ],
  ],
  [
    'ambient credentials for a foreign host',
    one('provider: trent-service, key: k, endpoint: https://kms.example'),
    [
      ":2:3: signers.a: The AWS credentials of the environment are not sent to kms.example, which is neither AWS KMS nor this machine: set credentials, or auth: 'none' if the server asks for none.",
    ],
  ],
  [
    'ambient credentials for a foreign host for aws-kms',
    one('provider: aws-kms, key: k, endpoint: https://kms.example'),
    [
      ':2:45: signers.a.endpoint: the endpoint kms.example is not KMS of AWS, and gets no credentials from the environment, a profile or a role: set the option credentials.',
    ],
  ],
  [
    'ambient credentials for a foreign host for alibaba-kms',
    one('provider: alibaba-kms, transport: openapi, key: k, endpoint: https://kms.example'),
    [
      ':2:3: signers.a: Credentials that are only found are not sent to kms.example, which is neither KMS nor this machine: set the option credentials.',
    ],
  ],
  [
    'a region with a slash',
    one('provider: aws-kms, key: k, region: eu/west-1'),
    [":2:43: signers.a.region: must be the name of a region such as eu-west-1, not 'eu/west-1'."],
  ],
  [
    'a region with a slash for trent-service',
    one('provider: trent-service, key: k, region: evil.example/'),
    [
      ":2:49: signers.a.region: must be a region of AWS such as eu-west-1, not 'evil.example/'; where the host does not follow from it, set endpoint, too.",
    ],
  ],
  [
    'a region with a slash for alibaba-kms',
    one('provider: alibaba-kms, key: k, transport: openapi, region: cn-hangzhou/evil'),
    [":2:67: signers.a.region: must be a region such as cn-hangzhou, not 'cn-hangzhou/evil'."],
  ],
  [
    'an ARN of another region',
    one(
      'provider: aws-kms, region: eu-west-1, key: "arn:aws:kms:us-east-1:111122223333:key/1", algorithm: ES256',
    ),
    [
      ":2:51: signers.a.key: The region of the key arn:aws:kms:us-east-1:111122223333:key/1 is 'us-east-1', but the provider's is 'eu-west-1': make one provider for each region.",
    ],
  ],
  [
    'a key id that can be none',
    one('provider: alibaba-kms, key: "a b", transport: openapi, region: cn-hangzhou'),
    [
      ":2:36: signers.a.key: must be a key's id, such as key-hzz62f1cb66fa42qo5l1x or a UUID, or alias/NAME, not 'a b'.",
    ],
  ],
  [
    'a secret that is a number',
    one('provider: aws-kms, key: k, credentials: { accessKeyId: a, secretAccessKey: 12345678 }'),
    [':2:83: signers.a.credentials.secretAccessKey: must be text.'],
  ],
  [
    'credentials that are text',
    one('provider: aws-kms, key: k, credentials: AKIA:s3cr3t'),
    [':2:48: signers.a.credentials: must be a map with accessKeyId and secretAccessKey.'],
  ],
  [
    'a password in place of a name of one',
    one('provider: local, key: k.pem, passphrase: s3cr3t'),
    [':2:37: signers.a.passphrase: there is no such option; did you mean passphraseEnv?'],
  ],
  [
    'two passphrases',
    one('provider: local, key: k.pem, passphraseEnv: P, passphraseFile: p'),
    [':2:3: signers.a: has passphraseEnv and passphraseFile: leave one of them out.'],
  ],
  [
    'a passphrase in place of the name of its variable',
    one('provider: local, key: k.pem, passphraseEnv: correct horse s3cr3t'),
    [':2:52: signers.a.passphraseEnv: must be the name of an environment variable, and not what it holds.'],
  ],
  [
    'a password in place of the name of its variable',
    one(
      'provider: alibaba-kms, key: k, transport: instance, endpoint: a.example, clientKeyFile: c, passwordEnv: "s3cr3t!"',
    ),
    [
      ':2:112: signers.a.passwordEnv: clientKey.passwordEnv must be the name of an environment variable, and not the password itself.',
    ],
  ],
  [
    'an empty secret',
    one('provider: aws-kms, key: k, credentials: { accessKeyId: a, secretAccessKey: "" }'),
    [':2:83: signers.a.credentials.secretAccessKey: must not be empty.'],
  ],
  [
    'an empty name of a variable',
    one('provider: local, key: k.pem, passphraseEnv: ""'),
    [':2:52: signers.a.passphraseEnv: must not be empty.'],
  ],
  [
    'a key of several lines',
    one('provider: local, key: "a\\nb"'),
    [':2:30: signers.a.key: must be a single line of at most 4096 characters.'],
  ],
  [
    'a key of many characters',
    one(`provider: aws-kms, key: ${'k'.repeat(4_097)}, region: eu-west-1`),
    [':2:32: signers.a.key: must be a single line of at most 4096 characters.'],
  ],
  [
    'a certificate that is not there',
    one('provider: trent-service, key: k, region: eu-west-1, caFile: none.pem'),
    [':2:68: signers.a.caFile: The caFile none.pem cannot be read: ENOENT.'],
  ],
  [
    'signing options where nothing signs',
    one('provider: public-key, key: k.pem, check: never'),
    [':2:42: signers.a.check: belongs to signers; public-key only verifies: leave it out.'],
  ],
  [
    'a control character',
    one('provider: "\\e[2Jlocal", key: k.pem'),
    [
      ":2:18: signers.a.provider: there is no provider '\\u{1b}[2Jlocal'; use local, aws-kms, alibaba-kms, trent-service or public-key.",
    ],
  ],
]

test.each(WRONG)('%s is told with its place', async (_, yaml, lines) => {
  writeFileSync(file, yaml)
  const error = await readConfiguration(file, { env: { EMPTY: '' } }).catch((error: unknown) => error)
  if (!SigningError.is(error, 'Configuration')) throw new Error('Expected a mistake.', { cause: error })
  expect(error.message.split('\n')).toEqual(lines.map((line) => `${file}${line}`))
  expect(error.stack).toContain(error.message)
  // The name of the folder is random.
  expect(error.message.replaceAll(file, '')).not.toMatch(/s3cr3t|AKIA|12345678/)
})

const OTHER = 'A configuration is a file that ends in .yaml, .yml or .json, or a URI such as local:./key.pem.'

const uri = (why: string) => `The URI is not valid: ${why}.`

/** What is wrong, the source, and the exact message. */
const SOURCES: [string, string | object, string][] = [
  [
    'a secret in a URI',
    'local:k.pem?passphrase=s3cr3t',
    uri(
      `a parameter 'passphrase' would put a secret where shells and logs see it; use passphraseEnv=VARIABLE or passphraseFile=PATH`,
    ),
  ],
  [
    'a user and a password in a URI',
    'awskms://me:s3cr3t@kms.example/k',
    uri(
      'it has a user or a password before its host, where shells and logs see them; the AWS SDK finds credentials in the environment, a profile (profile=NAME) or a role, and a configuration file can name them as credentials',
    ),
  ],
  [
    'plain http to a foreign host in a URI',
    'trent+http://kms.example/k',
    uri('plain http is for this machine alone (localhost, 127.0.0.1, [::1]); use trent://'),
  ],
  [
    'ambient credentials for a foreign host in a URI',
    'awskms://kms.example/k?region=eu-west-1',
    'the URI: endpoint: the endpoint kms.example is not KMS of AWS, and gets no credentials from the environment, a profile or a role: set the option credentials.',
  ],
  [
    'a region with a slash in a URI',
    'awskms:///alias/k?region=eu/west-1',
    "the URI: region: must be the name of a region such as eu-west-1, not 'eu/west-1'.",
  ],
  [
    'a typo in the algorithm of a URI',
    'local:k.pem?algorithm=ES25',
    "the URI: algorithm: there is no algorithm 'ES25'; did you mean ES256?",
  ],
  ['a file that is no configuration', './key.pem', OTHER],
  [
    'a file that is not there',
    join(folder, 'none.yaml'),
    `${join(folder, 'none.yaml')}: there is no such file.`,
  ],
  ['a folder', join(folder, 'folder.yaml'), `${join(folder, 'folder.yaml')}: is a folder.`],
  [
    'a typo in an object',
    { signers: { a: { provider: 'aws-kmss', key: 'k' } } },
    "signers.a.provider: there is no provider 'aws-kmss'; did you mean aws-kms?",
  ],
]

test.each(SOURCES)('%s is told', async (_, source, message) => {
  mkdirSync(join(folder, 'folder.yaml'), { recursive: true })
  const error = await readConfiguration(source).catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'Configuration', message })
})

describe('a key itself is refused, and in no error', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const lines = privateKey.split('\n')
  const base64 = lines.slice(1, -2).join('')
  const jwk = JSON.stringify({ kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', d: base64.slice(0, 43) })

  test.each<[string, string]>([
    ['PEM', privateKey],
    ['PEM in one line', lines.join('\\n')],
    ['PEM in one line of spaces', lines.join(' ')],
    ['encrypted PEM', privateKey.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE')],
    ['PEM of old', privateKey.replaceAll('PRIVATE', 'EC PRIVATE')],
    ['PEM after a public one', publicKey + privateKey],
    ['a JWK', ` ${jwk}`],
    ['a list of JWKs', `[${jwk}]`],
    ['DER in base64', base64],
    ['PEM in base64', Buffer.from(privateKey).toString('base64')],
    ['a JWK in base64url', Buffer.from(jwk).toString('base64url')],
  ])('%s', async (_, held) => {
    const env = { HELD: held }
    const told: [object, string][] = [
      [{ provider: 'local', key: `\${HELD}` }, 'key: holds a key itself: name its file.'],
      [{ provider: 'local', key: held }, 'key: holds a key itself: name its file.'],
      [
        { provider: 'local', key: 'k', publicKey: `\${HELD}` },
        'publicKey: holds a key itself: name its file.',
      ],
      [{ provider: 'public-key', key: `\${HELD}` }, 'key: holds a key itself: name its file.'],
      [
        { provider: 'aws-kms', region: 'eu-west-1', key: `\${HELD}`, algorithm: 'ES256' },
        'key: holds a key itself: give the name by which its service knows it.',
      ],
      [{ provider: 'local', key: 'k', generate: held }, 'generate: must be true, false or always.'],
      [{ provider: held, key: 'k' }, 'provider: there is no provider of this name;'],
      [{ provider: 'local', key: 'k', algorithm: held }, 'algorithm: there is no algorithm of this name;'],
    ]
    for (const [entry, message] of told) {
      const error = await failure(readConfiguration({ signers: { a: entry } }, { env }))
      expect(error.message).toContain(`signers.a.${message}`)
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(base64.slice(0, 12))
    }
  })

  test('but public PEM is taken where it may stand', async () => {
    const signers = {
      pinned: { provider: 'local', key: 'k.pem', publicKey },
      verifies: { provider: 'public-key', key: publicKey },
    }
    expect((await readConfiguration({ signers })).entries).toHaveLength(2)
    const error = await failure(readConfiguration({ signers: { a: { provider: 'local', key: publicKey } } }))
    expect(error.message).toBe('signers.a.key: holds a key itself: name its file.')
  })
})

test('a wrong scheme is told, with those that there are', async () => {
  const { message } = await failure(readConfiguration('vault://s3cr3t/k'))
  expect(message).toBe(
    uri('its scheme vault: is unknown; use local:, awskms:, alikms:, trent:, trent+http: or public-key:'),
  )
})

test('a file of another user is told, where one is looked for', async () => {
  writeFileSync(file, 'signers: {}')
  const { uid } = statSync(file)
  // Root is believed by everybody.
  if (uid === 0) chownSync(file, 4711, 4711)
  const searcher = { uid: uid === 0 ? 0 : uid + 1 }
  expect((await failure(() => findConfiguration(folder, searcher))).message).toBe(
    `${file}: belongs to another user (${uid === 0 ? 4711 : uid}): name it if it is meant.`,
  )
})
