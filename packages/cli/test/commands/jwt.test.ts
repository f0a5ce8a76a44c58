import { createPublicKey } from 'node:crypto'
import { chmodSync, statSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { AlgorithmName } from '@signport/core'
import type { Emulator } from '@signport/emulator'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { testFolder } from '../support/folder.js'
import { ALGORITHMS, isMlDsa, privatePem, publicPem } from '../support/keys.js'
import { id, startWith } from '../support/services.js'
import { DONE, failed, inShell, signport } from '../support/signport.js'
import { strangerVerifies } from '../support/stranger.js'
import { fromNow, partsOf, seconds } from '../support/token.js'

const folder = testFolder()
const CLAIMS = { iss: 'https://issuer.example', aud: ['orders', 'billing'], sub: 'Zoë' }

const run = (args: readonly string[], input?: Uint8Array | string, env = {}) =>
  signport(['jwt', ...args], {
    cwd: folder.path(),
    env,
    ...(input !== undefined && { input: Buffer.from(input) }),
  })

/** The token that a run prints, which must be all that it says. */
async function tokenOf(args: readonly string[], input?: string, env = {}): Promise<string> {
  const { code, stdout, stderr } = await run(args, input, env)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.toString()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  return stdout.toString().trim()
}

async function keySetOf(uri: string) {
  const { stdout } = await signport(['jwks', '--uri', uri], { cwd: folder.path() })
  return JSON.parse(stdout.toString())
}

beforeEach(() => folder.write('claims.json', JSON.stringify(CLAIMS)))

const NAMELESS: readonly AlgorithmName[] = ['SM2', 'Ed25519ph', 'Ed25519ph-SHA512']
const IN_JOSE = ALGORITHMS.filter((algorithm) => !NAMELESS.includes(algorithm))
// jose 6 signs and verifies with WebCrypto, which has no secp256k1, and ML-DSA in Node 24 alone.
const JOSE_VERIFIES: readonly AlgorithmName[] = IN_JOSE.filter(
  (algorithm) => algorithm !== 'ES256K' && !isMlDsa(algorithm),
)
const JSONWEBTOKEN_VERIFIES = JOSE_VERIFIES.filter(
  (algorithm): algorithm is Exclude<typeof algorithm, 'Ed25519'> & jsonwebtoken.Algorithm =>
    algorithm !== 'Ed25519',
)

/** What the commands say with the key of an algorithm: it is the same in each test, and asked for once. */
const said = new Map<AlgorithmName, { token: string; keySet: Awaited<ReturnType<typeof keySetOf>> }>()

describe.each(IN_JOSE)('a token with %s', (algorithm) => {
  beforeEach(async () => {
    if (said.has(algorithm)) return
    const uri = folder.key(algorithm)
    const token = await tokenOf(['claims.json', '--uri', uri, '--expires-in', '1h'])
    said.set(algorithm, { token, keySet: await keySetOf(uri) })
  })
  const both = () => said.get(algorithm) ?? { token: '', keySet: { keys: [] } }

  test('names algorithm and key, and has a signature that others verify', () => {
    const { token, keySet } = both()
    const { header, claims, signed, signature } = partsOf(token)
    expect(header).toEqual({ alg: algorithm, kid: keySet.keys[0].kid, typ: 'JWT' })
    expect(claims).toEqual({ ...CLAIMS, iat: expect.any(Number), exp: claims.iat + 3_600 })
    expect(Math.abs(claims.iat - seconds())).toBeLessThan(300)
    expect(strangerVerifies(algorithm, signed, signature, 'ieee-p1363')).toBe(true)
  })

  if (JOSE_VERIFIES.includes(algorithm))
    test('is verified by jose with the key set of the same key', async () => {
      const { token, keySet } = both()
      const options = { issuer: CLAIMS.iss, audience: 'orders', typ: 'JWT' }
      const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keySet), options)
      expect(payload.sub).toBe('Zoë')
      expect(protectedHeader.alg).toBe(algorithm)
    })

  const ofJsonwebtoken = JSONWEBTOKEN_VERIFIES.find((name) => name === algorithm)
  if (ofJsonwebtoken)
    test('is verified by jsonwebtoken', () => {
      const key = createPublicKey(publicPem(algorithm))
      const options = { algorithms: [ofJsonwebtoken], issuer: CLAIMS.iss, audience: 'billing' }
      expect(jsonwebtoken.verify(both().token, key, options)).toMatchObject(CLAIMS)
    })
})

describe('the claims are', () => {
  const ES256 = () => ['--uri', folder.key('ES256'), '--expires-in', '1h']
  const text = JSON.stringify(CLAIMS)

  test.each([[['-']], [[]]])('standard input for %j', async (file) => {
    expect(partsOf(await tokenOf([...file, ...ES256()], text)).claims).toMatchObject(CLAIMS)
  })

  test('a file that a shell opened', async () => {
    folder.key('ES256')
    const script = 'signport jwt --uri local:./ES256.pem --expires-in 1h < claims.json'
    const { code, stdout } = await inShell(script, { cwd: folder.path() })
    expect(code).toBe(0)
    expect(partsOf(stdout.toString()).claims).toMatchObject(CLAIMS)
  })

  test('signed as they are, the times that they have included', async () => {
    const claims = {
      ...CLAIMS,
      iat: seconds() - 5,
      nbf: seconds() - 5,
      exp: seconds() + 60,
      jti: 'x',
      nested: { a: [1.5] },
    }
    const token = await tokenOf(['-', '--uri', folder.key('ES256')], JSON.stringify(claims))
    expect(partsOf(token).claims).toEqual(claims)
  })
})

describe('an option', () => {
  const ES256 = () => ['claims.json', '--uri', folder.key('ES256')]

  test('says what the token is', async () => {
    const { header } = partsOf(await tokenOf([...ES256(), '--expires-in', '90s', '--typ', 'at+jwt']))
    expect(header.typ).toBe('at+jwt')
  })

  test.each([
    ['none', { note: 'x' }],
    ['note', { note: 'x' }],
    ['sub, jti', { sub: 'a', jti: 'b' }],
  ])('says that %j must be there', async (names, claims) => {
    const token = await tokenOf(
      ['-', '--uri', folder.key('ES256'), '--require', names],
      JSON.stringify(claims),
    )
    expect(partsOf(token).claims).toEqual({ ...claims, iat: expect.any(Number) })
  })

  test('says which algorithm of an RSA key is meant', async () => {
    folder.key('RS256')
    const args = ['claims.json', '--uri', 'local:./RS256.pem', '--algorithm', 'PS384', '--expires-in', '1h']
    const { header, signed, signature } = partsOf(await tokenOf(args))
    expect(header.alg).toBe('PS384')
    expect(strangerVerifies('PS384', signed, signature)).toBe(true)
  })

  test('says where the token goes, and never in place of another file unasked', async () => {
    const args = [...ES256(), '--expires-in', '1h', '-o', 'token']
    expect(await run(args)).toEqual(DONE)
    expect(partsOf(folder.read('token').toString()).claims).toMatchObject(CLAIMS)
    expect(await run(args)).toEqual(
      failed('token exists already: choose another name, or replace it with --force.'),
    )
    expect(statSync(folder.path('token')).mode & 0o777).toBe(0o600)
    chmodSync(folder.path('token'), 0o640)
    expect(await run([...args, '--force'])).toEqual(DONE)
    expect(statSync(folder.path('token')).mode & 0o777).toBe(0o640)
    expect(await run([...ES256(), '-o', 'claims.json', '--force'])).toEqual(
      failed('claims.json is the file that is read: choose another name for the output.'),
    )
  })
})

describe('a signer of the configuration', () => {
  let emulator: Emulator
  beforeAll(async () => {
    emulator = await startWith([{ id: id(1), spec: 'ECC_NIST_P256', privateKey: privatePem('ES256') }])
  })
  afterAll(() => emulator.close())

  const env = () => ({ ...emulator.environment, NODE_NO_WARNINGS: '1' })
  const SERVICES: [string, () => string][] = [
    ['aws-kms', () => `key: alias/invoices, region: us-east-1, endpoint: "${emulator.url}"`],
    ['trent-service', () => `key: ${id(1)}, endpoint: "${emulator.url}"`],
    ['alibaba-kms', () => `key: ${id(1)}, transport: openapi, endpoint: "${emulator.url}"`],
  ]
  test.each(SERVICES)('signs with a key of %s, and is called as it says', async (provider, rest) => {
    const entry = `{ provider: ${provider}, algorithm: ES256, kid: tokens-2026, encoding: der, ${rest()} }`
    folder.write('signport.yaml', `signers: { tokens: ${entry} }`)
    const token = await tokenOf(
      ['claims.json', '--signer', 'tokens', '--expires-in', '10m'],
      undefined,
      env(),
    )
    const { header, signed, signature } = partsOf(token)
    expect(header).toEqual({ alg: 'ES256', kid: 'tokens-2026', typ: 'JWT' })
    expect(strangerVerifies('ES256', signed, signature, 'ieee-p1363')).toBe(true)
  })

  test('asks no service for anything where the claims are wrong', async () => {
    const entry = `{ provider: trent-service, algorithm: ES256, key: ${id(1)}, endpoint: "${emulator.url}" }`
    folder.write('signport.yaml', `signers: { tokens: ${entry} }`)
    const before = emulator.requests().length
    const { code } = await run(['claims.json', '--signer', 'tokens'], undefined, env())
    expect({ code, requests: emulator.requests().length }).toEqual({ code: 2, requests: before })
  })
})

describe('a rotation', () => {
  const rotation = (published: number) => `signers:
  tokens:
    cacheLifetime: 10m
    tokenLifetime: 1h
    active: { provider: local, key: ./ES256.pem, algorithm: ES256, kid: now, published: "${fromNow(published)}" }
    next: { provider: local, key: ./ES384.pem, algorithm: ES384, kid: later, published: "${fromNow(-10)}" }
`
  beforeEach(() => {
    folder.key('ES256')
    folder.key('ES384')
    folder.write('signport.yaml', rotation(-3_600))
  })

  test('signs with the key that is active', async () => {
    const token = await tokenOf(['claims.json', '--signer', 'tokens', '--expires-in', '1h'])
    const { header, signed, signature } = partsOf(token)
    expect(header).toMatchObject({ alg: 'ES256', kid: 'now' })
    expect(strangerVerifies('ES256', signed, signature, 'ieee-p1363')).toBe(true)
  })

  test('signs no token that is valid for longer than it says', async () => {
    expect(await run(['claims.json', '--signer', 'tokens', '--expires-in', '2h'])).toEqual({
      ...failed(''),
      stderr: expect.stringMatching(
        /^signport: claims\.exp is too late, 7[12]\d\d s from now: .* no token may be valid for longer than 3600 s \(tokenLifetime\)\.\n$/,
      ),
    })
  })

  test('signs nothing with a key that verifiers may not know', async () => {
    folder.write('signport.yaml', rotation(-60))
    expect(await run(['claims.json', '--signer', 'tokens', '--expires-in', '1h'])).toEqual({
      ...failed(''),
      stderr: expect.stringMatching(
        /^signport: The active key was published at \S+Z, and until \S+Z verifiers /,
      ),
    })
  })
})

describe('is refused:', () => {
  const NO_JSON =
    'wrong.json is not JSON: it must hold an object such as { "iss": "https://issuer.example", "aud": "orders" }.'
  const with_ = (claims: object) => JSON.stringify({ ...CLAIMS, ...claims })
  const exp = () => seconds() + 600

  test.each<[string, () => string | Uint8Array, string | RegExp]>([
    ['what is no JSON', () => 'iss=me', NO_JSON],
    ['what is empty', () => '', NO_JSON],
    ['a list', () => '[]', /^wrong\.json must hold a JSON object such as .*, not an array\.$/],
    [
      'a claim that stands there twice',
      () => '{"aud":"a","iss":"me","aud":"b"}',
      'wrong.json has the member "aud" twice: leave out one.',
    ],
    [
      'a number that would be changed',
      () => with_({}).replace('}', ',"id":12345678901234567890}'),
      /^wrong\.json has the number 12345678901234567890, /,
    ],
    [
      'what is not UTF-8',
      () => Buffer.from('{"iss":"\xe9"}', 'latin1'),
      'wrong.json is not UTF-8, which JSON must be.',
    ],
    [
      '2 MB',
      () => with_({ text: 'x'.repeat(2_000_000) }),
      'wrong.json is too large to be the claims of a token: it may have 1 MiB.',
    ],
    ['no claims', () => '{}', 'claims.iss is missing. --require lists the claims that a token must have.'],
    [
      'no time to expire',
      () => with_({}),
      'claims.exp is missing (--expires-in sets it). --require lists the claims that a token must have.',
    ],
    [
      'a time of yesterday',
      () => with_({ exp: exp() - 86_400 }),
      /^claims\.exp is over: it is \d+, and now it is \d+\.$/,
    ],
    [
      'a time as text',
      () => with_({ exp: '2026-12-01' }),
      /^claims\.exp must be a number of seconds since 1970, not /,
    ],
    [
      'milliseconds',
      () => with_({ exp: exp() * 1000 }),
      /^claims\.exp must be in seconds since 1970, and \d+ looks like milliseconds: /,
    ],
    [
      'a clock that is ahead',
      () => with_({ exp: exp(), iat: seconds() + 300 }),
      /^claims\.iat is in the future: /,
    ],
    ['an issuer that is no text', () => with_({ exp: exp(), iss: 4711 }), /^claims\.iss must be text, not /],
    [
      'an audience of nobody',
      () => with_({ exp: exp(), aud: [] }),
      'claims.aud must name somebody: the list is empty.',
    ],
  ])('%s', async (_, content, line) => {
    folder.write('wrong.json', content())
    const expected =
      typeof line === 'string'
        ? failed(line).stderr
        : expect.stringMatching(new RegExp(`^signport: ${line.source.replace(/^\^|\$$/g, '')}`))
    expect(await run(['wrong.json', '--uri', folder.key('ES256'), '-o', 'token'])).toEqual({
      ...failed(''),
      stderr: expected,
    })
    expect(folder.names()).not.toContain('token')
  })

  test.each<[string, readonly string[], string | RegExp]>([
    ['a file that is not there', ['missing.json'], 'cannot read missing.json: there is no such file.'],
    [
      'a length of time without its unit',
      ['claims.json', '--expires-in', '600'],
      /^option '--expires-in <TIME>' argument '600' is invalid\. It must be a whole number and its unit, such as 90s, 10m or 1h\./,
    ],
    [
      'no time at all',
      ['claims.json', '--expires-in', '0s'],
      /^option '--expires-in <TIME>' argument '0s' is invalid\. /,
    ],
    [
      'more time than anybody has',
      ['claims.json', '--expires-in', '999999d'],
      /^--expires-in is no length of time\. A duration is .* no longer than 285 years, not 999999d\.\n$/,
    ],
    ...['', ' ', 'iss,,aud', 'none,exp', 'exp, none'].map((names): [string, string[], RegExp] => [
      `${JSON.stringify(names)} for the claims that must be there`,
      ['claims.json', '--expires-in', '10m', '--require', names],
      /^option '--require <CLAIMS>' argument '.*' is invalid\. Name claims with commas between them, such as iss,aud,exp, or none alone\./,
    ]),
    [
      'two times to expire',
      ['expires.json', '--expires-in', '10m'],
      'claims.exp and --expires-in exclude each other: give one of them.',
    ],
  ])('%s', async (_, args, line) => {
    folder.write('expires.json', with_({ exp: exp() }))
    const { code, stdout, stderr } = await run([...args, '--uri', folder.key('ES256')])
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' })
    if (typeof line === 'string') expect(stderr).toBe(failed(line).stderr)
    else expect(stderr.replace('signport: ', '')).toMatch(line)
  })

  test.each(NAMELESS)('%s, which JOSE has no name for', async (algorithm) => {
    const { code, stdout, stderr } = await run([
      'claims.json',
      '--uri',
      folder.key(algorithm),
      '--expires-in',
      '1h',
    ])
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`JOSE has no name for ${algorithm}`)
  })

  test('a partner, who only verifies', async () => {
    folder.write('partner.pem', publicPem('ES256'))
    folder.write('signport.yaml', 'signers: { partner: { provider: public-key, key: ./partner.pem } }')
    expect(await run(['claims.json', '--signer', 'partner', '--expires-in', '1h'])).toEqual(
      failed('signers.partner only verifies: it has a public key and no private one.'),
    )
  })
})
