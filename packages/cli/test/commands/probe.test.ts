import { createHash, createPublicKey } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { SigningErrorCode } from '@signport/core'
import type { Emulator, FaultKind } from '@signport/emulator'
import { ADVICE } from '../../src/advice.js'
import { testFolder } from '../support/folder.js'
import { KEYS, privatePem, publicPem } from '../support/keys.js'
import { type Gate, id, startGate, startWith } from '../support/services.js'
import { failed, outcomeOf, signport, startSignport } from '../support/signport.js'

const folder = testFolder()

const jwk = createPublicKey(KEYS.ES256).export({ format: 'jwk' })
// RFC 7638 section 3.2: these members, in this order.
const canonical = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })
const THUMBPRINT = createHash('sha256').update(canonical).digest('base64url')

let emulator: Emulator
let open: Emulator
let gate: Gate
beforeAll(async () => {
  const key = { id: id(1), spec: 'ECC_NIST_P256', privateKey: privatePem('ES256') } as const
  const at = new Date(Date.now() + 1_000_000_000).toISOString()
  emulator = await startWith([
    key,
    { id: id(2), spec: 'ECC_NIST_P256', state: 'Disabled' },
    { id: id(3), spec: 'ECC_NIST_P256', usage: 'KEY_AGREEMENT' },
    { id: id(4), spec: 'ECC_NIST_P256', state: 'PendingDeletion', deletion: { at, windowDays: 30 } },
  ])
  open = await startWith([key], 'none')
  gate = await startGate(open)
})
afterAll(async () => {
  await gate[Symbol.asyncDispose]()
  await open.close()
  await emulator.close()
})
beforeEach(() => {
  folder.write('ES256.pem', privatePem('ES256'))
  folder.write('partner.pem', publicPem('ES256'))
  emulator.faults.clear()
})

const env = () => ({ ...emulator.environment, NODE_NO_WARNINGS: '1' })
const run = (...args: string[]) => signport(['probe', ...args], { cwd: folder.path(), env: env() })

/** Writes the configuration: the entries as they stand in YAML, by their names. */
function configure(entries: Record<string, string>): void {
  const lines = Object.entries(entries).map(([name, entry]) => `  ${name}: { ${entry} }\n`)
  folder.write('signport.yaml', `signers:\n${lines.join('')}`)
}

const trent = (more: string) =>
  `provider: trent-service, algorithm: ES256, endpoint: "${emulator.url}", ${more}`
const GOOD = () => ({
  aws: `provider: aws-kms, key: alias/invoices, algorithm: ES256, region: us-east-1, endpoint: "${emulator.url}"`,
  trent: `provider: trent-service, key: ${id(1)}, endpoint: "${emulator.url}"`,
  alibaba: `provider: alibaba-kms, key: ${id(1)}, algorithm: ES256, transport: openapi, endpoint: "${emulator.url}"`,
  dev: 'provider: local, key: ./ES256.pem, algorithm: ES256',
  partner: 'provider: public-key, key: ./partner.pem',
})

/** The cells of a table; times differ. */
function cellsOf(table: string): string[][] {
  const lines = table.trimEnd().split('\n')
  return lines.map((line) => line.split(/ {3,}/).map((cell) => cell.replace(/^\d+(?:\.\d)? ms$/, 'N ms')))
}

describe('signers that are ready', () => {
  const HEAD = ['signer', 'provider', 'algorithm', 'result', 'permission', 'latency', 'thumbprint to pin']
  const NOTE =
    'signport: of alibaba only a signature shows whether the key is enabled, can sign, and may be used: --sign signs a fixed message.\n'

  test('are in a table', async () => {
    configure(GOOD())
    const { code, stdout, stderr } = await run()
    expect({ code, stderr }).toEqual({ code: 0, stderr: NOTE })
    expect(cellsOf(stdout.toString())).toEqual([
      HEAD,
      ['aws', 'aws-kms', 'ES256', 'ok', 'confirmed', 'N ms', THUMBPRINT],
      ['trent', 'trent-service', 'ES256', 'ok', 'confirmed', 'N ms', THUMBPRINT],
      ['alibaba', 'alibaba-kms', 'ES256', 'not known', 'unknown', '-', THUMBPRINT],
      ['dev', 'local', 'ES256', 'ok', 'confirmed', 'N ms', THUMBPRINT],
      ['partner', 'public-key', 'ES256', 'ok', '-', '-', THUMBPRINT],
    ])
  })

  test('are probed by name, in the order of the configuration', async () => {
    configure(GOOD())
    const { stdout } = await run('dev', 'trent', 'dev')
    expect(cellsOf(stdout.toString()).map(([name]) => name)).toEqual(['signer', 'trent', 'dev'])
  })

  test('are an array for programs', async () => {
    configure(GOOD())
    const { code, stdout, stderr } = await run('--json', 'alibaba', 'dev', 'partner')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.toString()).toMatch(/^\[.*\]\n$/)
    const about = { algorithm: 'ES256', verifiesOnly: false, result: 'ok', thumbprint: THUMBPRINT }
    expect(JSON.parse(stdout.toString())).toEqual([
      {
        ...about,
        kid: THUMBPRINT,
        result: 'unknown',
        name: 'alibaba',
        provider: 'alibaba-kms',
        key: id(1),
        permission: 'unknown',
      },
      {
        ...about,
        kid: THUMBPRINT,
        name: 'dev',
        provider: 'local',
        key: './ES256.pem',
        permission: 'confirmed',
        latencyMs: expect.any(Number),
      },
      { ...about, name: 'partner', provider: 'public-key', key: './partner.pem', verifiesOnly: true },
    ])
  })

  test('have signed nothing', async () => {
    configure(GOOD())
    const before = emulator.requests().length
    await run('aws', 'trent', 'alibaba')
    const asked = emulator.requests().slice(before)
    expect(asked.map(({ operation }) => operation)).not.toContain('AsymmetricSign')
    const dryRuns = asked.filter(({ operation }) => operation === 'Sign')
    expect(dryRuns.length).toBe(6)
    expect(new Set(dryRuns.map(({ code }) => code))).toEqual(new Set(['DryRunOperationException']))
  })

  test('sign with --sign, where nothing else tells whether they may', async () => {
    configure(GOOD())
    const before = emulator.requests().length
    const { code, stdout, stderr } = await run('--sign')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const permissions = cellsOf(stdout.toString()).map(([name, , , , permission]) => [name, permission])
    expect(permissions.slice(1)).toEqual([
      ['aws', 'confirmed'],
      ['trent', 'confirmed'],
      ['alibaba', 'signed'],
      ['dev', 'confirmed'],
      ['partner', '-'],
    ])
    const signed = emulator
      .requests()
      .slice(before)
      .filter(({ status }) => status === 200)
    expect(signed.filter(({ operation }) => operation === 'AsymmetricSign')).toHaveLength(3)
    expect(signed.filter(({ operation }) => operation === 'Sign')).toEqual([])
  })
})

describe('what keeps a signer from signing', () => {
  const arn = (digit: number) => `arn:aws:kms:us-east-1:111122223333:key/${id(digit)}`
  const refused = (digit: number) => `trent-service refused the key ${id(digit)}:`
  const CASES: [name: string, entry: () => string, code: SigningErrorCode, message: () => string][] = [
    [
      'disabled',
      () => trent(`key: ${id(2)}`),
      'KeyDisabled',
      () =>
        `${refused(2)} DisabledException: ${arn(2)} is disabled (enable the key, or sign with another one).`,
    ],
    [
      'pending-deletion',
      () => trent(`key: ${id(4)}`),
      'InvalidKeyState',
      () =>
        `${refused(4)} KMSInvalidStateException: ${arn(4)} is pending deletion (look at the state of the key: it may be waiting for its deletion or its material).`,
    ],
    [
      'other-usage',
      () => trent(`key: ${id(3)}`),
      'InvalidKeyUsage',
      () =>
        `${refused(3)} InvalidKeyUsageException: ${arn(3)} key usage is KEY_AGREEMENT which is not valid for Sign (the key must be one for SIGN_VERIFY whose key spec has the algorithm).`,
    ],
    [
      'other-algorithm',
      () => `provider: trent-service, algorithm: ES384, endpoint: "${emulator.url}", key: ${id(1)}`,
      'InvalidKeyUsage',
      () =>
        `ES384 needs a key of the kind P-384, but the key ${id(1)} is one of the kind P-256. It can be used for ES256.`,
    ],
    [
      'denied',
      () => `provider: trent-service, algorithm: ES256, endpoint: "${gate.url}", auth: none, key: ${id(1)}`,
      'AccessDenied',
      () =>
        `${refused(1)} AccessDeniedException: not authorized: kms:Sign (permit the operation on this key to these credentials).`,
    ],
    [
      'other-credentials',
      () =>
        trent(`key: ${id(1)}, credentials: { accessKeyId: AKIAIOSFODNN7EXAMPLE, secretAccessKey: a-secret }`),
      'Unauthenticated',
      () =>
        `${refused(1)} UnrecognizedClientException: The security token included in the request is invalid (check the credentials, the region and the clock of this machine).`,
    ],
    [
      'wrong-secret',
      () =>
        trent(
          `key: ${id(1)}, credentials: { accessKeyId: ${emulator.credentials[0].accessKeyId}, secretAccessKey: a-secret }`,
        ),
      'Unauthenticated',
      () => expect.stringMatching(/InvalidSignatureException/) as unknown as string,
    ],
    [
      'unreachable',
      () => `provider: trent-service, algorithm: ES256, endpoint: "http://127.0.0.1:9", key: ${id(1)}`,
      'Unavailable',
      () => 'There is no answer from 127.0.0.1:9: ECONNREFUSED (nothing listens there).',
    ],
    [
      'not-there',
      () => trent(`key: ${id(9)}`),
      'KeyNotFound',
      () =>
        `${refused(9)} NotFoundException: Key '${arn(9)}' does not exist (check the key id, the region and the account).`,
    ],
    [
      'not-there-by-aws',
      () =>
        `provider: aws-kms, key: alias/nothing, algorithm: ES256, region: us-east-1, endpoint: "${emulator.url}"`,
      'KeyNotFound',
      () =>
        expect.stringMatching(
          /^aws-kms refused the key alias\/nothing: NotFoundException/,
        ) as unknown as string,
    ],
    [
      'not-there-by-alibaba',
      () =>
        `provider: alibaba-kms, key: ${id(9)}, algorithm: ES256, transport: openapi, endpoint: "${emulator.url}"`,
      'KeyNotFound',
      () => expect.stringMatching(/Forbidden\.KeyNotFound/) as unknown as string,
    ],
    [
      'pinned-to-another',
      () => trent(`key: ${id(1)}, thumbprint: ${'A'.repeat(43)}`),
      'KeyMismatch',
      () => `The key ${id(1)} is not the pinned one: expected ${'A'.repeat(43)}, found ${THUMBPRINT}.`,
    ],
    [
      'no-file',
      () => 'provider: local, key: ./missing.pem, algorithm: ES256, generate: true',
      'KeyNotFound',
      () => 'There is no key file ./missing.pem: it is made by the first signature, so sign once.',
    ],
    [
      'open-file',
      () => 'provider: local, key: ./open.pem, algorithm: ES256',
      'Configuration',
      () => expect.stringMatching(/open\.pem .*chmod 600/) as unknown as string,
    ],
    [
      'no-algorithm',
      () => 'provider: local, key: ./RS256.pem',
      'Configuration',
      () =>
        'signers.no-algorithm: The key ./RS256.pem can be used for RS256, RS384, RS512, PS256, PS384 or PS512: name the algorithm.',
    ],
    [
      'no-public-key',
      () => 'provider: public-key, key: ./missing.pem, algorithm: ES256',
      'KeyNotFound',
      () => expect.stringMatching(/missing\.pem: there is no such file/) as unknown as string,
    ],
    [
      'other-public-key',
      () => 'provider: public-key, key: ./partner.pem, algorithm: RS256',
      'InvalidKeyUsage',
      () => expect.stringMatching(/RS256 needs an RSA key/) as unknown as string,
    ],
  ]
  let findings: Record<string, unknown>[]
  let exitCode: number | null
  let names: string[]
  // All in one run, since none may hide another.
  async function probeAll() {
    folder.write('RS256.pem', privatePem('RS256'))
    folder.write('open.pem', privatePem('ES256'))
    chmodSync(folder.path('open.pem'), 0o644)
    configure({
      good: trent(`key: ${id(1)}`),
      ...Object.fromEntries(CASES.map(([name, entry]) => [name, entry()])),
    })
    const { code, stdout } = await run('--json')
    exitCode = code
    findings = JSON.parse(stdout.toString())
    names = folder.names()
  }
  beforeEach(async () => {
    if (!findings) await probeAll()
  })

  test.each(CASES)('%s', (name, _, code, message) => {
    const finding = findings.find((each) => each.name === name)
    expect(finding).toMatchObject({
      result: 'failed',
      error: { code, message: message() },
      advice: ADVICE[code],
    })
    expect(JSON.stringify(finding)).not.toContain('a-secret')
  })

  test('does not keep the others from it', () => {
    expect(findings[0]).toMatchObject({ name: 'good', result: 'ok' })
    expect(findings).toHaveLength(CASES.length + 1)
  })

  test('is exit code 1', () => {
    expect(exitCode).toBe(1)
  })

  test('makes no key', () => {
    expect(names).not.toContain('missing.pem')
  })

  test('has all that the support of a service would ask for', () => {
    expect(findings.find(({ name }) => name === 'disabled')).toEqual({
      name: 'disabled',
      provider: 'trent-service',
      key: id(2),
      algorithm: 'ES256',
      verifiesOnly: false,
      result: 'failed',
      error: {
        code: 'KeyDisabled',
        message: expect.any(String),
        retryable: false,
        providerCode: 'DisabledException',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
      advice: 'Enable the key, or name another one.',
    })
  })
})

test('the table is followed by what to do about each failure', async () => {
  configure({ 'no-file': 'provider: local, key: ./missing.pem', gone: trent(`key: ${id(2)}`) })
  const { code, stdout, stderr } = await run()
  expect({ code, stderr, text: stdout.toString() }).toEqual({
    code: 1,
    stderr: '',
    text: `signer    provider        algorithm   result        permission   latency   thumbprint to pin
no-file   local           -           KeyNotFound   -            -         -
gone      trent-service   ES256       KeyDisabled   -            -         -

no-file: signers.no-file: There is no key file ./missing.pem: check the path, or set generate to make one. A key that is still to be generated needs an algorithm: name it.
  Compare key, region and account with what the service shows, or the path with the files that there are. A local key that is still to be generated is made by the first signature.

gone: trent-service refused the key ${id(2)}: DisabledException: arn:aws:kms:us-east-1:111122223333:key/${id(2)} is disabled (enable the key, or sign with another one).
  Enable the key, or name another one.
`,
  })
})

test('a service that gives signatures of another key is found out by --sign', async () => {
  configure({ alibaba: GOOD().alibaba })
  emulator.faults.add({ kind: 'otherKey', operation: 'AsymmetricSign' })
  const { code, stdout } = await run('--sign', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(stdout.toString())).toMatchObject([
    { result: 'failed', error: { code: 'SignatureCheckFailed' } },
  ])
})

test('a failure that comes only while the time is taken is a failure', async () => {
  await using once = await startGate(open, 1)
  configure({
    trent: `provider: trent-service, algorithm: ES256, endpoint: "${once.url}", auth: none, key: ${id(1)}`,
  })
  const { code, stdout } = await run('--json')
  expect(code).toBe(1)
  expect(JSON.parse(stdout.toString())).toMatchObject([{ result: 'failed', error: { code: 'AccessDenied' } }])
})

test.each<[FaultKind, SigningErrorCode]>([
  ['throttle', 'Throttled'],
  ['internal', 'Internal'],
  ['unavailable', 'Unavailable'],
  ['dependencyTimeout', 'Unavailable'],
  ['reset', 'Unavailable'],
])('what a probe says of %s', async (kind, code) => {
  configure({ trent: trent(`key: ${id(1)}`) })
  emulator.faults.add({ kind, times: Number.POSITIVE_INFINITY })
  const { stdout } = await run('--json')
  expect(JSON.parse(stdout.toString())).toMatchObject([
    { result: 'failed', error: { code, retryable: true }, advice: ADVICE[code] },
  ])
})

test('Ctrl-C ends it while a service does not answer', async () => {
  configure({ trent: trent(`key: ${id(1)}`), aws: GOOD().aws })
  emulator.faults.add({ kind: 'stall', times: Number.POSITIVE_INFINITY })
  const before = emulator.requests().length
  const child = startSignport(['probe'], { cwd: folder.path(), env: env() })
  const outcome = outcomeOf(child)
  let ended = false
  void outcome.finally(() => {
    ended = true
  })
  while (emulator.requests().length === before && !ended) await setTimeout(20)
  child.kill('SIGINT')
  const { code, stdout } = await outcome
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 130, stdout: '' })
})

test('a URI is a configuration with one signer', async () => {
  const { code, stdout } = await run('--config', 'local:./ES256.pem')
  expect(code).toBe(0)
  expect(cellsOf(stdout.toString())[1]).toEqual([
    'default',
    'local',
    'ES256',
    'ok',
    'confirmed',
    'N ms',
    THUMBPRINT,
  ])
})

test('a signer that there is not is an error, and nothing is probed', async () => {
  configure(GOOD())
  const before = emulator.requests().length
  expect(await run('trent', 'partnr')).toEqual(failed('There is no signer partnr; did you mean partner?'))
  expect(emulator.requests()).toHaveLength(before)
})

test.each([[[]], [['--json']], [['--policy']], [['--policy', '--json']]])(
  'a configuration without signers is an error: %j',
  async (args) => {
    folder.write('signport.yaml', 'signers: {}\n')
    expect(await run(...args)).toEqual(failed('the configuration has no signers.'))
  },
)
