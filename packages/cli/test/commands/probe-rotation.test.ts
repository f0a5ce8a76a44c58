import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { PublicKey } from '@signport/core'
import type { Emulator } from '@signport/emulator'
import { ADVICE } from '../../src/advice.js'
import { testFolder } from '../support/folder.js'
import { privatePem, publicPem } from '../support/keys.js'
import { id, startGate, startWith } from '../support/services.js'
import { signport } from '../support/signport.js'
import { fromNow } from '../support/token.js'

const folder = testFolder()

let emulator: Emulator
beforeAll(async () => {
  emulator = await startWith([
    { id: id(1), spec: 'ECC_NIST_P256', privateKey: privatePem('ES256') },
    { id: id(2), spec: 'ECC_NIST_P384', privateKey: privatePem('ES384') },
    { id: id(3), spec: 'ECC_NIST_P256', state: 'Disabled' },
  ])
})
afterAll(() => emulator.close())
beforeEach(() => {
  folder.write('RS256.pub', publicPem('RS256'))
  folder.write('configured', '')
})

const run = (...args: string[]) =>
  signport(['probe', ...args], {
    cwd: folder.path(),
    env: { ...emulator.environment, NODE_NO_WARNINGS: '1' },
  })
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await run('--json', ...args)
  return { code, stderr, findings: JSON.parse(stdout.toString()) as Record<string, unknown>[] }
}

const trent = (digit: number, algorithm = 'ES256') =>
  `provider: trent-service, algorithm: ${algorithm}, endpoint: "${emulator.url}", key: ${id(digit)}`
const alibaba = (digit: number) =>
  `provider: alibaba-kms, transport: openapi, algorithm: ES256, endpoint: "${emulator.url}", key: ${id(digit)}`
const RETIRED = 'provider: public-key, key: ./RS256.pub, algorithm: RS256'

/** Writes the configuration of one rotation: its keys as they stand in YAML, and their times in seconds from now. */
function configure(keys: {
  active: [entry: string, published: number]
  next?: [entry: string, published: number, activateAt?: number]
  retired?: [entry: string, retiredAt: number][]
}): void {
  const { active, next, retired = [] } = keys
  const activateAt = next?.[2] === undefined ? '' : `, activateAt: "${fromNow(next[2])}"`
  const lines = [
    'signers:',
    '  tokens:',
    '    cacheLifetime: 10m',
    '    tokenLifetime: 1h',
    `    active: { ${active[0]}, published: "${fromNow(active[1])}" }`,
    ...(next ? [`    next: { ${next[0]}, published: "${fromNow(next[1])}"${activateAt} }`] : []),
    `    retired: [${retired.map(([entry, at]) => `{ ${entry}, retiredAt: "${fromNow(at)}" }`).join(', ')}]`,
    `  other: { ${trent(1)} }`,
  ]
  folder.write('signport.yaml', `${lines.join('\n')}\n`)
}

const DAY = 86_400

const thumbprintOf = (algorithm: 'ES256' | 'ES384' | 'RS256') =>
  PublicKey.from(publicPem(algorithm)).thumbprint

describe('keys of one name in two services', () => {
  let other: Emulator
  beforeAll(async () => {
    other = await startWith([{ id: id(1), spec: 'ECC_NIST_P384', privateKey: privatePem('ES384') }], 'none')
  })
  afterAll(() => other.close())

  const elsewhere = () =>
    `provider: trent-service, algorithm: ES384, endpoint: "${other.url}", auth: none, key: ${id(1)}`

  test('are told apart by where they stand', async () => {
    configure({ active: [trent(1), -DAY], next: [elsewhere(), -3_600] })
    const { code, findings } = await json('tokens')
    expect(code).toBe(0)
    expect(findings).toMatchObject([
      {
        name: 'tokens',
        algorithm: 'ES256',
        thumbprint: thumbprintOf('ES256'),
        rotation: [{ name: 'tokens.next', step: 'activate', due: true }],
      },
      { name: 'tokens.next', algorithm: 'ES384', thumbprint: thumbprintOf('ES384') },
    ])
  })

  test('are never mistaken when one of them is to be disabled', async () => {
    configure({ active: [elsewhere(), -DAY], retired: [[trent(1), -7_200]] })
    const { findings } = await json('tokens')
    expect(findings).toMatchObject([
      {
        name: 'tokens',
        algorithm: 'ES384',
        rotation: [{ name: 'tokens.retired.0', step: 'remove', due: true }],
      },
    ])
    expect((await run('tokens')).stdout.toString()).toContain(
      `\ntokens.retired.0 (trent-service, ${id(1)}) has not been needed since `,
    )
  })
})

describe('keys that verifiers could not tell apart', () => {
  const LOCAL = 'provider: local, key: ./ES256.pem, algorithm: ES256'
  const PUBLIC = 'provider: public-key, key: ./ES256.pub, algorithm: ES256'
  const RSA = 'provider: local, key: ./RS256.pem, algorithm'
  beforeEach(() => {
    for (const algorithm of ['ES256', 'ES384', 'RS256'] as const) folder.key(algorithm)
    folder.write('ES256.pub', publicPem('ES256'))
    folder.write('copy.pem', privatePem('ES256'))
  })

  const ONCE = 'in a rotation, every key stands once.'
  const OWN = 'verifiers would take one key for the other. Give each a kid of its own.'
  test.each<[string, Parameters<typeof configure>[0], string, string]>([
    [
      'the next key is a copy of the active one',
      { active: [LOCAL, -DAY], next: [LOCAL.replace('ES256.pem', 'copy.pem'), 0] },
      'tokens.next',
      `This is the same key as tokens.active (local, ./ES256.pem): ${ONCE}`,
    ],
    [
      'the retired key is the public half of the active one',
      { active: [LOCAL, -DAY], retired: [[PUBLIC, -60]] },
      'tokens.retired.0',
      `This is the same key as tokens.active (local, ./ES256.pem): ${ONCE}`,
    ],
    [
      'the active key has been retired for so long that it would be disabled',
      { active: [LOCAL, -DAY], retired: [[PUBLIC, -7_200]] },
      'tokens.retired.0',
      `This is the same key as tokens.active (local, ./ES256.pem): ${ONCE}`,
    ],
    [
      'the next key is called by the thumbprint of the active one',
      {
        active: [LOCAL, -DAY],
        next: [`provider: local, key: ./ES384.pem, algorithm: ES384, kid: ${thumbprintOf('ES256')}`, 0],
      },
      'tokens.next',
      `The kid ${thumbprintOf('ES256')} is that of tokens.active (local, ./ES256.pem), too: ${OWN}`,
    ],
    [
      'one key has two algorithms and one name',
      { active: [`${RSA}: PS256`, -DAY], retired: [[`${RSA}: RS256`, -60]] },
      'tokens.retired.0',
      `The kid ${thumbprintOf('RS256')} is that of tokens.active (local, ./RS256.pem), too: ${OWN}`,
    ],
    [
      'the retired key is the next one, which signs',
      {
        active: ['provider: local, key: ./ES384.pem, algorithm: ES384', -DAY],
        next: [LOCAL, -7_200, -600],
        retired: [[PUBLIC, -60]],
      },
      'tokens.retired.0',
      `This is the same key as tokens.next (local, ./ES256.pem): ${ONCE}`,
    ],
  ])('are a failure: %s', async (_, keys, name, message) => {
    configure(keys)
    const { code, findings } = await json('tokens')
    expect(code).toBe(1)
    const failures = findings.filter(({ result }) => result !== 'ok')
    expect(failures).toMatchObject([
      { name, error: { code: 'Configuration', message }, advice: ADVICE.Configuration },
    ])
    expect(findings[0]).toHaveProperty('rotation')
  })

  test('are none where one key has two algorithms and a name for each', async () => {
    configure({ active: [`${RSA}: PS256, kid: pss`, -DAY], retired: [[`${RSA}: RS256`, -60]] })
    const { code, findings } = await json('tokens')
    expect(code).toBe(0)
    expect(findings.map(({ name, kid }) => [name, kid])).toEqual([
      ['tokens', 'pss'],
      ['tokens.retired.0', thumbprintOf('RS256')],
    ])
  })
})

describe('a key of a rotation by its own name', () => {
  beforeEach(() =>
    configure({ active: [trent(1), -DAY], next: [trent(2, 'ES384'), 0], retired: [[trent(3), -60]] }),
  )

  test.each([
    [['tokens.next'], [['tokens.next', 'ES384', 'ok', 'confirmed']]],
    [['tokens.active'], [['tokens.active', 'ES256', 'ok', 'confirmed']]],
    [
      ['tokens.next', 'other'],
      [
        ['tokens.next', 'ES384', 'ok', 'confirmed'],
        ['other', 'ES256', 'ok', 'confirmed'],
      ],
    ],
  ])('%j', async (names, expected) => {
    const { code, findings } = await json(...names)
    expect(
      findings.map(({ name, algorithm, result, permission }) => [name, algorithm, result, permission]),
    ).toEqual(expected)
    expect(code).toBe(0)
  })

  test('is only read when it is retired', async () => {
    configure({ active: [trent(1), -DAY], retired: [[trent(2, 'ES384'), -60]] })
    const before = emulator.requests().length
    const { findings } = await json('tokens.retired.0')
    expect(findings).toEqual([
      {
        name: 'tokens.retired.0',
        provider: 'trent-service',
        key: id(2),
        algorithm: 'ES384',
        verifiesOnly: true,
        result: 'ok',
        thumbprint: thumbprintOf('ES384'),
      },
    ])
    const asked = emulator.requests().slice(before)
    expect(asked.map(({ operation }) => operation)).toEqual(['GetPublicKey'])
  })

  test('has no second row beside its rotation', async () => {
    const { findings } = await json('tokens', 'tokens.next')
    expect(findings.filter(({ name }) => name === 'tokens.next')).toHaveLength(1)
  })
})

describe('a rotation that is well', () => {
  beforeEach(() =>
    configure({
      active: [trent(1), -DAY],
      next: [trent(2, 'ES384'), -3_600],
      retired: [
        [RETIRED, -1_800],
        ['provider: public-key, key: ./RS256.pub, algorithm: PS256', -7_200],
      ],
    }),
  )

  test('has a row for each key that verifiers need, and then what is to be done', async () => {
    const { code, stdout, stderr } = await run()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [table = '', sentences = ''] = stdout.toString().split('\n\n')
    expect(table.split('\n').map((line) => line.split(/ {3,}/).slice(0, 5))).toEqual([
      ['signer', 'provider', 'algorithm', 'result', 'permission'],
      ['tokens', 'trent-service', 'ES256', 'ok', 'confirmed'],
      ['tokens.next', 'trent-service', 'ES384', 'ok', 'confirmed'],
      ['tokens.retired.0', 'public-key', 'RS256', 'ok', '-'],
      ['other', 'trent-service', 'ES256', 'ok', 'confirmed'],
    ])
    expect(
      sentences
        .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
        .trimEnd()
        .split('\n'),
    ).toEqual([
      'tokens.retired.1 (public-key, ./RS256.pub) has not been needed since TIME, when its last token had expired: remove it, and disable it in its service, unless something else uses it.',
      `tokens.next (trent-service, ${id(2)}) may be made active, as every verifier has known it since TIME: move it to active, with published as it stands, and tokens.active to retired, with retiredAt the time from which no program signs with it, plus clockTolerance.`,
      'tokens.retired.0 (public-key, ./RS256.pub) signs nothing from TIME on, and is in key sets until TIME.',
    ])
  })

  test('has the same for programs', async () => {
    const { code, stderr, findings } = await json('tokens')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(findings).toMatchObject([
      {
        name: 'tokens',
        provider: 'trent-service',
        key: id(1),
        algorithm: 'ES256',
        verifiesOnly: false,
        result: 'ok',
        permission: 'confirmed',
        latencyMs: expect.any(Number),
        kid: thumbprintOf('ES256'),
        rotation: [
          { name: 'tokens.retired.1', role: 'retired', key: './RS256.pub', step: 'remove', due: true },
          { name: 'tokens.next', role: 'next', key: id(2), step: 'activate', due: true },
          { name: 'tokens.retired.0', role: 'retired', key: './RS256.pub', step: 'remove', due: false },
        ],
      },
      {
        name: 'tokens.next',
        key: id(2),
        algorithm: 'ES384',
        verifiesOnly: false,
        latencyMs: expect.any(Number),
      },
      {
        name: 'tokens.retired.0',
        provider: 'public-key',
        algorithm: 'RS256',
        verifiesOnly: true,
        result: 'ok',
      },
    ])
    const [first = {}] = findings
    const times = (first.rotation as { at: string }[]).map(({ at }) => at)
    expect(times).toEqual([...times].sort())
    for (const time of times) expect(time).toBe(new Date(time).toISOString().replace('.000Z', 'Z'))
    expect(findings.filter((finding) => 'rotation' in finding)).toHaveLength(1)
  })
})

test('after the next key has taken over, the active one is only read', async () => {
  configure({ active: [trent(1), -DAY], next: [trent(2, 'ES384'), -7_200, -600] })
  const before = emulator.requests().length
  const { code, findings } = await json('tokens')
  expect(code).toBe(0)
  expect(findings).toMatchObject([
    {
      name: 'tokens',
      key: id(2),
      algorithm: 'ES384',
      rotation: [
        { role: 'next', key: id(2), step: 'promote', due: true },
        { role: 'retired', key: id(1), step: 'remove', due: false },
      ],
    },
    { name: 'tokens.active', key: id(1), verifiesOnly: true, result: 'ok' },
  ])
  const asked = emulator.requests().slice(before)
  const operations = asked.filter(({ keyId }) => keyId?.includes(id(1))).map(({ operation }) => operation)
  expect(operations).toEqual(['GetPublicKey'])
})

test('an active key that verifiers may not know yet is a failure, with what to do', async () => {
  configure({ active: [trent(1), -60], next: [trent(2, 'ES384'), -60] })
  const { code, findings } = await json('tokens')
  expect(code).toBe(1)
  expect(findings).toMatchObject([
    {
      name: 'tokens',
      result: 'failed',
      error: {
        code: 'KeyUnavailable',
        message: expect.stringMatching(
          /^The active key was published at \S+Z, and until \S+Z verifiers may /,
        ),
        retryable: true,
      },
      advice: ADVICE.KeyUnavailable,
      rotation: [
        { role: 'active', key: id(1), step: 'sign', due: false },
        { role: 'next', key: id(2), step: 'activate', due: false },
      ],
    },
    { name: 'tokens.next', result: 'ok' },
  ])
  expect((await run('tokens')).stdout.toString()).toContain(`\n  ${ADVICE.KeyUnavailable}\n\ntokens.active (`)
})

describe('a failure of one key', () => {
  test.each<[string, Parameters<typeof configure>[0], readonly (readonly [string, string])[]]>([
    [
      'of the next one is its own',
      { active: ['', -DAY], next: ['disabled', 0] },
      [
        ['tokens', 'ok'],
        ['tokens.next', 'KeyDisabled'],
      ],
    ],
    [
      'of the active one is its own',
      { active: ['disabled', -DAY], next: ['', 0] },
      [
        ['tokens', 'KeyDisabled'],
        ['tokens.next', 'ok'],
      ],
    ],
    [
      'of a retired one is its own',
      { active: ['', -DAY], retired: [['missing', -60]] },
      [
        ['tokens', 'ok'],
        ['tokens.retired.0', 'KeyNotFound'],
      ],
    ],
    [
      'of a retired one whose file is gone is its own',
      { active: ['', -DAY], retired: [['no-file', -60]] },
      [
        ['tokens', 'ok'],
        ['tokens.retired.0', 'KeyNotFound'],
      ],
    ],
    [
      'of a retired one whose file is gone, and that nobody needs, is none',
      { active: ['', -DAY], retired: [['no-file', -7_200]] },
      [['tokens', 'ok']],
    ],
    [
      'of a retired one that nobody needs is none',
      { active: ['', -DAY], retired: [['missing', -7_200]] },
      [['tokens', 'ok']],
    ],
  ])('%s', async (_, { active, next, retired = [] }, results) => {
    const entries: Record<string, string> = {
      '': trent(1),
      disabled: trent(3),
      missing: trent(9),
      'no-file': RETIRED.replace('RS256.pub', 'gone.pub'),
    }
    const entryOf = (name: string) => entries[name] ?? ''
    configure({
      active: [entryOf(active[0]), active[1]],
      ...(next && { next: [entryOf(next[0]), next[1]] }),
      retired: retired.map(([name, at]) => [entryOf(name), at]),
    })
    const { code, findings } = await json('tokens')
    const found = findings.map(({ name, result, error }) => [
      name,
      (error as { code: string })?.code ?? result,
    ])
    expect(found).toEqual(results)
    expect(code).toBe(results.every(([, result]) => result === 'ok') ? 0 : 1)
  })
})

test('a rotation that cannot be opened is one failure, which says whose it is', async () => {
  configure({ active: [trent(1), -DAY], next: [`${trent(2, 'ES384')}, publicKey: ./missing.pem`, 0] })
  const { code, findings } = await json('tokens')
  expect(code).toBe(1)
  expect(findings).toMatchObject([
    {
      name: 'tokens',
      result: 'failed',
      error: { message: expect.stringMatching(/^signers\.tokens\.next: .*missing\.pem/) },
    },
  ])
})

test('--sign signs with the active and the next key where nothing else tells', async () => {
  configure({ active: [alibaba(1), -DAY], next: [trent(2, 'ES384'), 0] })
  const before = emulator.requests().length
  const { code, findings } = await json('tokens', '--sign')
  expect(code).toBe(0)
  expect(findings.map(({ name, permission }) => [name, permission])).toEqual([
    ['tokens', 'signed'],
    ['tokens.next', 'confirmed'],
  ])
  const signed = emulator
    .requests()
    .slice(before)
    .filter(({ operation }) => operation === 'AsymmetricSign')
  expect(signed).toHaveLength(3)
})

test('what only a signature shows is said of each key', async () => {
  configure({ active: [alibaba(1), -DAY], next: [trent(2, 'ES384'), 0] })
  const { code, stderr } = await run('tokens')
  expect(code).toBe(0)
  expect(stderr).toMatch(/^signport: of tokens only a signature shows /)
})

test('a failure that comes only while the time is taken keeps what is to be done', async () => {
  await using open = await startWith(
    [{ id: id(1), spec: 'ECC_NIST_P256', privateKey: privatePem('ES256') }],
    'none',
  )
  await using once = await startGate(open, 1)
  const gated = `provider: trent-service, algorithm: ES256, endpoint: "${once.url}", auth: none, key: ${id(1)}`
  configure({ active: [gated, -DAY], next: [trent(2, 'ES384'), 0] })
  const { code, findings } = await json('tokens')
  expect(code).toBe(1)
  expect(findings[0]).toMatchObject({
    error: { code: 'AccessDenied' },
    rotation: [{ role: 'next', step: 'activate', due: false }],
  })
})
