import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, test } from '@jest/globals'
import { openSigner, readConfiguration } from '../src/index.js'
import { failure } from './support/failure.js'

const folder = mkdtempSync(join(tmpdir(), 'signport-wrong-rotations-'))
const file = join(folder, 'signport.yaml')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Options = Readonly<Record<string, string | undefined>>

/** What is right: lifetimes in lines 3 and 4, the active key in line 5, whatever comes besides from line 6 on. */
const RIGHT: Options = {
  cacheLifetime: '10m',
  tokenLifetime: '1h',
  active: '{ provider: local, key: b.pem, published: 2026-11-01T09:00:00Z, algorithm: ES256 }',
}
const NEXT = '{ provider: local, key: c.pem, published: 2026-12-01T09:00:00Z, algorithm: ES256 }'

/** The configuration of one rotation, each option in a line of its own. */
function rotation(changes: Options): string {
  const options = Object.entries({ ...RIGHT, ...changes }).filter(([, text]) => text !== undefined)
  return ['signers:', '  a:', ...options.map(([name, text]) => `    ${name}: ${text}`), ''].join('\n')
}

async function mistakesOf(yaml: string, env = {}): Promise<string[]> {
  writeFileSync(file, yaml)
  const { message } = await failure(readConfiguration(file, { env }))
  return message.split('\n').map((line) => line.replace(file, ''))
}

const local = (more: string) => `{ provider: local, key: k.pem, ${more}, algorithm: ES256 }`
const retired = (more: string) => `[{ provider: public-key, key: a.pem, ${more}, algorithm: ES256 }]`

/** What is wrong, what differs from what is right, and the lines of the message, each after the path of the file. */
const WRONG: [string, Options, string[]][] = [
  [
    'no lifetime of caches',
    { cacheLifetime: undefined },
    [
      ':2:3: signers.a.cacheLifetime: is missing: it is how long verifiers may go on with a key set that they have read, such as 10m.',
    ],
  ],
  [
    'no lifetime of tokens',
    { tokenLifetime: undefined },
    [':2:3: signers.a.tokenLifetime: is missing: it is how long a token is valid at most, such as 1h.'],
  ],
  ['no active key', { active: undefined }, [':2:3: signers.a.active: is missing: it is the key that signs.']],
  [
    'nothing but an empty list',
    { cacheLifetime: undefined, tokenLifetime: undefined, active: undefined, retired: '[]' },
    [
      ' has 3 mistakes:',
      ':2:3: signers.a.cacheLifetime: is missing: it is how long verifiers may go on with a key set that they have read, such as 10m.',
      ':2:3: signers.a.tokenLifetime: is missing: it is how long a token is valid at most, such as 1h.',
      ':2:3: signers.a.active: is missing: it is the key that signs.',
    ],
  ],
  [
    'a number in place of a length of time',
    { cacheLifetime: '600' },
    [
      ':3:20: signers.a.cacheLifetime: must be a whole number and its unit, such as 90s, 10m, 1h or 30d, not 600.',
    ],
  ],
  [
    'a length of time without a unit',
    { tokenLifetime: '"600"' },
    [
      ":4:20: signers.a.tokenLifetime: must be a whole number and its unit, such as 90s, 10m, 1h or 30d, not '600'.",
    ],
  ],
  [
    'a length of time in a unit that there is not',
    { clockTolerance: '5ms' },
    [
      ":6:21: signers.a.clockTolerance: must be a whole number and its unit, such as 90s, 10m, 1h or 30d, not '5ms'.",
    ],
  ],
  [
    'a length of time that is none',
    { cacheLifetime: '0s' },
    [":3:20: signers.a.cacheLifetime: must be more than 0s, not '0s'."],
  ],
  [
    'a length of time beyond all calendars',
    { tokenLifetime: '9999999999999w' },
    [":4:20: signers.a.tokenLifetime: must be less than 285 years, not '9999999999999w'."],
  ],
  [
    'a time without its zone',
    { active: local('published: 2026-12-01T09:00:00') },
    [
      ":5:55: signers.a.active.published: must be a time with its seconds and its zone, such as 2026-12-01T09:00:00Z, not '2026-12-01T09:00:00'.",
    ],
  ],
  [
    'a date without a time',
    { active: local('published: 2026-12-01') },
    [
      ":5:55: signers.a.active.published: must be a time with its seconds and its zone, such as 2026-12-01T09:00:00Z, not '2026-12-01'.",
    ],
  ],
  [
    'a time without seconds',
    { active: local('published: 2026-12-01T09:00Z') },
    [
      ":5:55: signers.a.active.published: must be a time with its seconds and its zone, such as 2026-12-01T09:00:00Z, not '2026-12-01T09:00Z'.",
    ],
  ],
  [
    'a number of seconds in place of a time',
    { active: local('published: 1796115600') },
    [
      ':5:55: signers.a.active.published: must be a time with its seconds and its zone, such as 2026-12-01T09:00:00Z, not 1796115600.',
    ],
  ],
  [
    'a day that there is not',
    { active: local('published: 2026-02-30T09:00:00Z') },
    [
      ":5:55: signers.a.active.published: must be a time that there is, such as 2026-12-01T09:00:00Z, not '2026-02-30T09:00:00Z'.",
    ],
  ],
  [
    'an hour that there is not',
    { active: local('published: 2026-02-03T24:00:00Z') },
    [
      ":5:55: signers.a.active.published: must be a time that there is, such as 2026-12-01T09:00:00Z, not '2026-02-03T24:00:00Z'.",
    ],
  ],
  [
    'a zone that there is not',
    { active: local('published: 2026-02-03T09:00:00+24:00') },
    [
      ":5:55: signers.a.active.published: must be a time with its seconds and its zone, such as 2026-12-01T09:00:00Z, not '2026-02-03T09:00:00+24:00'.",
    ],
  ],
  [
    'a next key that was never published',
    { next: '{ provider: local, key: c.pem, algorithm: ES256 }' },
    [
      ':6:5: signers.a.next.published: is missing: it is when key sets first had this key, such as 2026-12-01T09:00:00Z.',
    ],
  ],
  [
    'a retired key that never retired',
    { retired: '[{ provider: public-key, key: a.pem, algorithm: ES256 }]' },
    [
      ':6:15: signers.a.retired.0.retiredAt: is missing: it is when this key had signed its last token, such as 2026-12-01T09:00:00Z.',
    ],
  ],
  [
    'a next key that signs before verifiers know it',
    { next: NEXT.replace(' }', ', activateAt: 2026-12-01T09:10:59Z }') },
    [
      ':6:105: signers.a.next.activateAt: is too early: until 2026-12-01T09:11:00Z, verifiers may have key sets without this key.',
    ],
  ],
  [
    'an active key of which nobody says since when it is published',
    {
      active: '{ provider: local, key: b.pem, algorithm: ES256 }',
      retired: retired('retiredAt: 2026-11-01T10:00:00Z'),
    },
    [
      ':5:5: signers.a.active.published: is missing: where there was a key before, this is when key sets first had the active one.',
    ],
  ],
  [
    'a key that retired before another one could sign',
    { retired: retired('retiredAt: 2026-11-01T09:10:00Z') },
    [
      ':6:62: signers.a.retired.0.retiredAt: is too early: the active key could not sign before 2026-11-01T09:11:00Z, so this one did until then; write that time, or remove this key if it is not needed any more.',
    ],
  ],
  [
    'a typo in a key of the rotation',
    { active: undefined, activ: RIGHT.active },
    [':5:5: signers.a.activ: there is no such option; did you mean active?'],
  ],
  [
    'a typo in the only option that says what it is',
    { cacheLifetime: undefined, tokenLifetime: undefined, active: undefined, retird: '[]' },
    [
      ' has 4 mistakes:',
      ':2:3: signers.a.cacheLifetime: is missing: it is how long verifiers may go on with a key set that they have read, such as 10m.',
      ':2:3: signers.a.tokenLifetime: is missing: it is how long a token is valid at most, such as 1h.',
      ':2:3: signers.a.active: is missing: it is the key that signs.',
      ':3:5: signers.a.retird: there is no such option; did you mean retired?',
    ],
  ],
  [
    'an option like none that there is',
    { colour: 'red' },
    [
      ':6:5: signers.a.colour: there is no such option; use cacheLifetime, tokenLifetime, clockTolerance, active, next or retired.',
    ],
  ],
  [
    'an option of the keys beside them',
    { algorithm: 'ES256' },
    [
      ':6:5: signers.a.algorithm: belongs to the keys of a rotation: write it in active, next and retired, where it is meant.',
    ],
  ],
  [
    'a time of the keys beside them',
    { published: '2026-11-01T09:00:00Z' },
    [
      ':6:5: signers.a.published: belongs to the keys of a rotation: write it in active, next and retired, where it is meant.',
    ],
  ],
  [
    'a provider beside the keys',
    { provider: 'local', key: 'k.pem', cacheLifetime: undefined, tokenLifetime: undefined },
    [
      ':3:5: signers.a.active: belongs to a rotation, whose keys each have a provider of their own in active, next and retired.',
    ],
  ],
  [
    'a public key beside the keys',
    { provider: 'public-key', key: 'k.pem', cacheLifetime: undefined, active: undefined },
    [
      ':3:5: signers.a.tokenLifetime: belongs to a rotation, whose keys each have a provider of their own in active, next and retired.',
    ],
  ],
  [
    'a rotation in a rotation',
    { active: '{ cacheLifetime: 5m, tokenLifetime: 1h, active: { provider: local, key: k.pem } }' },
    [':5:5: signers.a.active: is a rotation itself, but must be one key: a map with provider and key.'],
  ],
  [
    'a public key that is to sign',
    { active: '{ provider: public-key, key: a.pem, algorithm: ES256 }' },
    [
      ':5:25: signers.a.active.provider: only verifies, but the active key signs: only retired keys may be public-key.',
    ],
  ],
  [
    'a public key that is to sign next',
    { next: NEXT.replace('local', 'public-key') },
    [
      ':6:23: signers.a.next.provider: only verifies, but the next key signs: only retired keys may be public-key.',
    ],
  ],
  [
    'a time of retired keys for the active one',
    { active: local('retiredAt: 2026-11-01T09:00:00Z') },
    [':5:44: signers.a.active.retiredAt: belongs to retired keys: leave it out.'],
  ],
  [
    'a time of the next key for the active one',
    { active: local('activateAt: 2026-11-01T09:00:00Z') },
    [':5:44: signers.a.active.activateAt: belongs to next: leave it out.'],
  ],
  [
    'the times of an active key for a retired one',
    { retired: retired('published: 2026-10-01T09:00:00Z, retiredAt: 2026-11-01T10:00:00Z') },
    [':6:51: signers.a.retired.0.published: belongs to active and next: leave it out.'],
  ],
  [
    'retired keys that are no list',
    { retired: '{ provider: public-key, key: a.pem, algorithm: ES256, retiredAt: 2026-11-01T10:00:00Z }' },
    [':6:14: signers.a.retired: must be a list of keys, not a map: put a hyphen before each key.'],
  ],
  [
    'retired keys that are a path',
    { retired: 'a.pem' },
    [':6:14: signers.a.retired: must be a list of keys, not a value.'],
  ],
  [
    'a retired key that is a path',
    { retired: '[a.pem]' },
    [":6:15: signers.a.retired.0: must be a map with provider and key, not 'a.pem'."],
  ],
  [
    'a next key that is nothing',
    { next: '' },
    [':6:11: signers.a.next: must be a map with provider and key, not null.'],
  ],
  [
    'the active key as the next one',
    { next: NEXT.replace('c.pem', 'b.pem') },
    [':6:35: signers.a.next.key: is that of active, too: in a rotation, every key stands once.'],
  ],
  [
    'a retired key twice, by two names of its algorithm',
    {
      retired:
        '[{ provider: local, key: a.pem, algorithm: RS256, retiredAt: 2026-11-01T10:00:00Z }, { provider: local, key: a.pem, algorithm: SHA256withRSA, retiredAt: 2026-10-01T10:00:00Z }]',
    },
    [':6:123: signers.a.retired.1.key: is that of retired.0, too: in a rotation, every key stands once.'],
  ],
  [
    'two keys of one name',
    {
      next: NEXT.replace(' }', ', kid: tokens }'),
      retired: retired('kid: tokens, retiredAt: 2026-11-01T10:00:00Z'),
    },
    [':7:56: signers.a.retired.0.kid: is that of next, too: verifiers would take one key for the other.'],
  ],
  [
    'what is wrong with its keys, each at its place',
    {
      active: '{ provider: aws-kms, key: k, regoin: eu-west-1, algorithm: ES256 }',
      next: NEXT.replace('local', 'vault'),
      retired: retired('check: never, retiredAt: 2026-11-01T10:00:00Z, retired: []'),
    },
    [
      ' has 5 mistakes:',
      ':5:5: signers.a.active.published: is missing: where there was a key before, this is when key sets first had the active one.',
      ':5:42: signers.a.active.regoin: there is no such option; did you mean region?',
      ":6:23: signers.a.next.provider: there is no provider 'vault'; use local, aws-kms, alibaba-kms, trent-service or public-key.",
      ':7:51: signers.a.retired.0.check: belongs to signers; public-key only verifies: leave it out.',
      ':7:98: signers.a.retired.0.retired: belongs to a rotation, whose keys each have a provider of their own in active, next and retired.',
    ],
  ],
  [
    'typos in times',
    {
      active: local('publishd: 2026-11-01T09:00:00Z'),
      retired: retired('retierdAt: 2026-11-01T10:00:00Z'),
    },
    [
      ' has 2 mistakes:',
      ':5:44: signers.a.active.publishd: there is no such option; did you mean published?',
      ':6:51: signers.a.retired.0.retierdAt: there is no such option; did you mean retiredAt?',
    ],
  ],
  [
    'a missing variable in a time',
    { active: local(`published: "\${PUBLISHED}"`) },
    [':5:55: signers.a.active.published: the environment variable PUBLISHED is not set.'],
  ],
  [
    'a variable that stands for no time',
    { active: local(`published: "\${HIDDEN}"`) },
    [
      `:5:55: signers.a.active.published: must be a time with its seconds and its zone, such as 2026-12-01T09:00:00Z, not '\${HIDDEN}'.`,
    ],
  ],
  [
    'a variable that stands for no length of time',
    { tokenLifetime: `"\${HIDDEN}"` },
    [
      `:4:20: signers.a.tokenLifetime: must be a whole number and its unit, such as 90s, 10m, 1h or 30d, not '\${HIDDEN}'.`,
    ],
  ],
  [
    'a variable that stands for a provider which cannot sign',
    { active: local(`published: 2026-11-01T09:00:00Z`).replace('local', `"\${VERIFIES}"`) },
    [
      ':5:25: signers.a.active.provider: only verifies, but the active key signs: only retired keys may be public-key.',
    ],
  ],
  [
    'no algorithm for a key, which no service is asked for',
    {
      active: '{ provider: local, key: b.pem, published: 2026-11-01T09:00:00Z }',
      next: '{ provider: local, key: c.pem, published: 2026-12-01T09:00:00Z }',
      retired: '[{ provider: public-key, key: a.pem, retiredAt: 2026-11-01T09:00:00Z }]',
    },
    [
      ' has 4 mistakes:',
      ':5:5: signers.a.active.algorithm: is missing: name it, such as ES256, because opening a rotation asks no service.',
      ':6:5: signers.a.next.algorithm: is missing: name it, such as ES256, because opening a rotation asks no service.',
      ':7:15: signers.a.retired.0.algorithm: is missing: name it, such as ES256, because opening a rotation asks no service.',
      ':7:62: signers.a.retired.0.retiredAt: is too early: the active key could not sign before 2026-11-01T09:11:00Z, so this one did until then; write that time, or remove this key if it is not needed any more.',
    ],
  ],
  [
    'a name that leaves the algorithm open',
    { active: '{ provider: aws-kms, key: k, region: eu-west-1, algorithm: ECDSA_SHA_256 }' },
    [
      ':5:72: signers.a.active.algorithm: may be ES256 or ES256K: name one of them, because no service is asked which it is.',
    ],
  ],
  [
    'an algorithm with a typo in its name',
    { active: '{ provider: local, key: b.pem, algoritm: ES256 }' },
    [':5:44: signers.a.active.algoritm: there is no such option; did you mean algorithm?'],
  ],
  [
    'a next key that is made when it first signs',
    { next: NEXT.replace(' }', ', generate: true }') },
    [
      ':6:103: signers.a.next.generate: makes the key when it first signs, but verifiers need it before: make it first, and leave this out.',
    ],
  ],
  [
    'a retired key that is made',
    {
      retired:
        '[{ provider: local, key: a.pem, algorithm: ES256, generate: always, retiredAt: 2026-11-01T10:00:00Z }]',
    },
    [
      ':6:74: signers.a.retired.0.generate: makes the key when it first signs, but verifiers need it before: make it first, and leave this out.',
    ],
  ],
  [
    'an active key that is published and made when it first signs',
    { active: local('published: 2026-11-01T09:00:00Z, generate: true') },
    [
      ':5:87: signers.a.active.generate: makes the key when it first signs, but verifiers need it before: make it first, and leave this out.',
    ],
  ],
  [
    'a time after all that core takes',
    { active: local('published: 9999-12-31T23:59:59-00:01') },
    [":5:55: signers.a.active.published: must be a time from 1970 to 9999, not '9999-12-31T23:59:59-00:01'."],
  ],
  [
    'a time before all that core takes',
    { active: local('published: 1970-01-01T00:00:00+00:01') },
    [":5:55: signers.a.active.published: must be a time from 1970 to 9999, not '1970-01-01T00:00:00+00:01'."],
  ],
  [
    'no list of retired keys',
    { retired: '' },
    [':6:14: signers.a.retired: must be a list of keys, not null: leave it out.'],
  ],
  [
    'the active key as the next one, by another path',
    { next: NEXT.replace('c.pem', './old/../b.pem') },
    [':6:35: signers.a.next.key: is that of active, too: in a rotation, every key stands once.'],
  ],
  [
    'a typo in a length of time',
    { cacheLifetime: undefined, cacheLifeTime: '10m' },
    [':5:5: signers.a.cacheLifeTime: there is no such option; did you mean cacheLifetime?'],
  ],
]

test.each(WRONG)('%s is told with its place', async (_, changes, lines) => {
  const env = { HIDDEN: 'the-hidden-value', VERIFIES: 'public-key' }
  expect(await mistakesOf(rotation(changes), env)).toEqual(lines)
  for (const line of lines.filter((line) => !line.includes(' is missing: '))) expectPlaced(line)
})

/** At its place stands what a mistake is about: the name of an option, or what follows it. */
function expectPlaced(mistake: string): void {
  const [, line, column, option = ''] = /^:(\d+):(\d+): signers\.\S*?\.?(\w+): /.exec(mistake) ?? []
  if (line === undefined || /^\d+$/.test(option)) return
  const text = readFileSync(file, 'utf8').split('\n')[Number(line) - 1] ?? ''
  const [before, after] = [text.slice(0, Number(column) - 1), text.slice(Number(column) - 1)]
  expect(after.startsWith(`${option}:`) || before.endsWith(`${option}: `)).toBe(true)
}

describe('an entry that is no rotation', () => {
  test.each<[string, string, string]>([
    [
      'lacks the keys of one',
      'provider: local, key: k.pem, next: {}',
      ':2:37: signers.a.next: belongs to a rotation, whose keys each have a provider of their own in active, next and retired.',
    ],
    [
      'lacks their times',
      'provider: aws-kms, key: k, region: eu-west-1, published: 2026-11-01T09:00:00Z',
      ':2:54: signers.a.published: belongs to the keys of a rotation (active and next): leave it out.',
    ],
    [
      'lacks them where it only verifies, too',
      'provider: public-key, key: k, retiredAt: 2026-11-01T09:00:00Z',
      ':2:38: signers.a.retiredAt: belongs to the keys of a rotation (retired keys): leave it out.',
    ],
  ])('%s', async (_, options, line) => {
    expect(await mistakesOf(`signers:\n  a: { ${options} }\n`)).toEqual([line])
  })
})

test.each<[string, object, string]>([
  [
    'one that stands alone',
    {
      cacheLifetime: '1',
      tokenLifetime: '1h',
      active: { provider: 'local', key: 'k', algorithm: 'ES256', regoin: 'x' },
    },
    "The configuration has 2 mistakes:\ncacheLifetime: must be a whole number and its unit, such as 90s, 10m, 1h or 30d, not '1'.\nactive.regoin: there is no such option; use generate, allowGroupRead, passphraseEnv or passphraseFile.",
  ],
  [
    'an invalid Date',
    {
      cacheLifetime: '1m',
      tokenLifetime: '1h',
      active: { provider: 'local', key: 'k', algorithm: 'ES256', published: new Date('never') },
    },
    'active.published: must be a time with its seconds and its zone, such as 2026-12-01T09:00:00Z, not Date.',
  ],
])('%s is told without a file', async (_, entry, message) => {
  expect((await failure(openSigner(entry as never))).message).toBe(message)
})

test.each<[string, object]>([
  ['a passphrase that is mistaken for an option', { active: { provider: 'local', passphrase: 'S3CR3T' } }],
  ['a token that is mistaken for an option', { sessionToken: 'S3CR3T' }],
  [
    'credentials',
    { next: { provider: 'aws-kms', credentials: { accessKeyId: 'a', secretAccessKey: ['S3CR3T'] } } },
  ],
  ['a key itself', { retired: [{ provider: 'local', key: '-----BEGIN PRIVATE KEY-----S3CR3T' }] }],
  ['a variable', { cacheLifetime: `\${V}`, active: { provider: `\${V}`, key: 'k', published: `\${V}` } }],
])('no mistake shows %s', async (_, entry) => {
  const error = await failure(
    readConfiguration({ signers: { a: { tokenLifetime: '1h', ...entry } } }, { env: { V: 'S3CR3T' } }),
  )
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('S3CR3T')
})

test('generate may be off, and in a first key that is not published yet it may be on', async () => {
  const yaml = rotation({
    active: '{ provider: local, key: b.pem, algorithm: ES256, generate: true }',
    next: NEXT.replace(' }', ', generate: false }'),
  })
  writeFileSync(file, yaml)
  expect((await readConfiguration(file)).entries).toHaveLength(1)
})

test.each(['active', 'next', 'retired.0'])(
  'a signer beside a rotation cannot be called as its %s key',
  async (key) => {
    const yaml = `${rotation({})}  a.${key}: { provider: local, key: k.pem }\n`
    expect(await mistakesOf(yaml)).toEqual([
      `:6:3: signers.a.${key}: is what a key of the rotation a is called: give it another name.`,
    ])
  },
)

test.each(['a.nexts', 'b.next', 'c.next'])('a signer beside a rotation may be called %s', async (name) => {
  const yaml = `${rotation({})}  b: { provider: local, key: k.pem }\n  ${name}: { provider: local, key: k.pem }\n`
  writeFileSync(file, yaml)
  expect((await readConfiguration(file)).entries.map(({ name }) => name)).toEqual(['a', 'b', name])
})
