import { createPublicKey } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { AlgorithmName } from '@signport/core'
import type { Emulator } from '@signport/emulator'
import { calculateJwkThumbprint, createLocalJWKSet, importJWK, type JWK, jwtVerify } from 'jose'
import { testFolder } from '../support/folder.js'
import { KEYS, privatePem, publicPem } from '../support/keys.js'
import { id, startWith } from '../support/services.js'
import { DONE, failed, printed, signport } from '../support/signport.js'
import { fromNow } from '../support/token.js'

const folder = testFolder()
const run = (args: readonly string[] = [], env = {}) =>
  signport(['jwks', ...args], { cwd: folder.path(), env: { NODE_NO_WARNINGS: '1', ...env } })

/** The keys that a run prints, which must be all that it says. */
async function keysOf(args: readonly string[] = [], env = {}): Promise<(JWK & { kid: string })[]> {
  const { code, stdout, stderr } = await run(args, env)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const set = JSON.parse(stdout.toString())
  expect(stdout.toString()).toBe(`${JSON.stringify(set, undefined, 2)}\n`)
  expect(Object.keys(set)).toEqual(['keys'])
  return set.keys
}

/** The key as node:crypto writes it. */
const jwkOf = (algorithm: Exclude<AlgorithmName, `ML-DSA-${number}`>) =>
  createPublicKey(KEYS[algorithm]).export({ format: 'jwk' }) as JWK

const kidsOf = async (args: readonly string[] = []) => (await keysOf(args)).map(({ kid }) => kid)

function configure(entries: Record<string, string>): void {
  const lines = Object.entries(entries).map(([name, entry]) => `  ${name}: { ${entry} }\n`)
  folder.write('signport.yaml', `signers:\n${lines.join('')}`)
}

const local = (algorithm: AlgorithmName, more = '') => {
  folder.key(algorithm)
  return `provider: local, key: ./${algorithm}.pem, algorithm: ${algorithm}${more}`
}

beforeEach(() => folder.write('partner.pem', publicPem('ES512')))

const PARTNER = 'provider: public-key, key: ./partner.pem, algorithm: ES512'

describe('the key set of a configuration', () => {
  beforeEach(() =>
    configure({
      web: local('ES256'),
      partner: PARTNER,
      rsa: local('PS256', ', kid: rsa-2026'),
      edwards: local('Ed25519'),
    }),
  )

  test('has the public keys of all that sign, in the order of the configuration', async () => {
    expect(await keysOf()).toEqual([
      { ...jwkOf('ES256'), kid: await calculateJwkThumbprint(jwkOf('ES256')), alg: 'ES256', use: 'sig' },
      { ...jwkOf('PS256'), kid: 'rsa-2026', alg: 'PS256', use: 'sig' },
      { ...jwkOf('Ed25519'), kid: await calculateJwkThumbprint(jwkOf('Ed25519')), use: 'sig' },
    ])
  })

  test('has nothing private', async () => {
    for (const jwk of await keysOf())
      expect(
        Object.keys(jwk).filter((member) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'priv'].includes(member)),
      ).toEqual([])
  })

  test('has the keys of those that are named, in the order of the configuration', async () => {
    expect(await kidsOf(['rsa', 'web', 'rsa'])).toEqual([
      await calculateJwkThumbprint(jwkOf('ES256')),
      'rsa-2026',
    ])
  })

  test('is read by jose', async () => {
    for (const jwk of await keysOf()) expect(await importJWK(jwk, jwk.alg ?? 'Ed25519')).toBeDefined()
  })

  test('goes into a file, and never in place of another one unasked', async () => {
    expect(await run(['-o', 'jwks.json'])).toEqual(DONE)
    expect(JSON.parse(folder.read('jwks.json').toString()).keys).toHaveLength(3)
    expect(await run(['-o', 'jwks.json'])).toEqual(
      failed('jwks.json exists already: choose another name, or replace it with --force.'),
    )
    expect(await run(['web', '-o', 'jwks.json', '--force'])).toEqual(DONE)
    expect(JSON.parse(folder.read('jwks.json').toString()).keys).toHaveLength(1)
  })

  test('is of the configuration that is named', async () => {
    folder.write('other.yaml', `signers: { only: { ${local('ES384', ', kid: other')} } }`)
    expect(await kidsOf(['--config', 'other.yaml'])).toEqual(['other'])
  })
})

describe('the key set of a URI', () => {
  test('has its key', async () => {
    const thumbprint = await calculateJwkThumbprint(jwkOf('ES256'))
    expect(await run(['--uri', folder.key('ES256')])).toEqual(
      printed(
        `${JSON.stringify({ keys: [{ ...pick(jwkOf('ES256')), kid: thumbprint, alg: 'ES256', use: 'sig' }] }, undefined, 2)}\n`,
      ),
    )
  })

  /** In the order of node:crypto. */
  const pick = ({ kty, x, y, crv }: JWK) => ({ kty, x, y, crv })

  test('of an RSA key has the algorithm that is named', async () => {
    folder.key('RS256')
    const [jwk] = await keysOf(['--uri', 'local:./RS256.pem', '--algorithm', 'RS512'])
    expect(jwk).toMatchObject({ kty: 'RSA', alg: 'RS512' })
  })

  test('makes no key', async () => {
    const { code } = await run(['--uri', 'local:./new.pem?algorithm=ES256&generate=true'])
    expect(code).toBe(2)
    expect(folder.names()).toEqual(['partner.pem'])
  })
})

describe('the keys of services', () => {
  let emulator: Emulator
  beforeAll(async () => {
    emulator = await startWith([
      { id: id(1), spec: 'ECC_NIST_P256', privateKey: privatePem('ES256') },
      { id: id(2), spec: 'ECC_SECG_P256K1', privateKey: privatePem('ES256K') },
    ])
  })
  afterAll(() => emulator.close())

  const service = (provider: string, more: string) =>
    `provider: ${provider}, endpoint: "${emulator.url}", ${more}`

  test('are asked for, and nothing is signed', async () => {
    configure({
      aws: service('aws-kms', 'region: us-east-1, key: alias/invoices, algorithm: ES256'),
      alibaba: service('alibaba-kms', `transport: openapi, key: ${id(2)}, algorithm: ES256K`),
    })
    const before = emulator.requests().length
    const keys = await keysOf([], emulator.environment)
    expect(keys).toMatchObject([jwkOf('ES256'), jwkOf('ES256K')])
    expect(
      emulator
        .requests()
        .slice(before)
        .map(({ operation }) => operation)
        .sort(),
    ).toEqual(['GetPublicKey', 'GetPublicKey', 'ListKeyVersions'])
  })

  test('are all there, or there is no set', async () => {
    configure({
      aws: service('aws-kms', 'region: us-east-1, key: alias/invoices, algorithm: ES256'),
      gone: service('trent-service', `key: ${id(9)}, algorithm: ES256`),
    })
    const { code, stdout, stderr } = await run([], emulator.environment)
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^signport: trent-service refused the key ${id(9)}: NotFoundException`))
  })
})

describe('the keys of a rotation', () => {
  const rotation = (activateAt: number) => `signers:
  tokens:
    cacheLifetime: 10m
    tokenLifetime: 1h
    active: { ${local('ES256', ', kid: active')}, published: "${fromNow(-86_400)}" }
    next: { ${local('ES384', ', kid: next')}, published: "${fromNow(-7_200)}", activateAt: "${fromNow(activateAt)}" }
    retired:
      - { provider: public-key, key: ./partner.pem, algorithm: ES512, kid: retired, retiredAt: "${fromNow(-3_000)}" }
      - { ${local('RS256', ', kid: forgotten')}, retiredAt: "${fromNow(-3_700)}" }
`
  test.each([
    ['before the next key signs', 600, ['active', 'next', 'retired']],
    ['after it has taken over', -600, ['next', 'active', 'retired']],
    ['after the last token of the active key has expired', -3_700, ['next', 'retired']],
  ])('%s', async (_, activateAt, kids) => {
    folder.write('signport.yaml', rotation(activateAt))
    expect(await kidsOf()).toEqual(kids)
    expect(await kidsOf(['tokens'])).toEqual(kids)
  })

  test('verify its tokens', async () => {
    folder.write('signport.yaml', rotation(-600))
    const input = Buffer.from('{"iss":"me","aud":"you"}')
    const { stdout } = await signport(['jwt', '--signer', 'tokens', '--expires-in', '1h'], {
      cwd: folder.path(),
      input,
    })
    const keys = createLocalJWKSet({ keys: await keysOf() })
    const { protectedHeader } = await jwtVerify(stdout.toString().trim(), keys, {
      issuer: 'me',
      audience: 'you',
    })
    expect(protectedHeader).toEqual({ alg: 'ES384', kid: 'next', typ: 'JWT' })
  })
})

describe('is an error:', () => {
  const nameless = (name: string, algorithm: AlgorithmName, advice: string) =>
    `${name} has the algorithm ${algorithm}, for which JOSE has no name: ${advice}.`
  const CHOOSE = 'name the signers whose keys the set is to have'
  const NONE = 'no key set can have it'

  const rotationTo = (algorithm: AlgorithmName) =>
    `cacheLifetime: 10m, tokenLifetime: 1h, active: { ${local('ES256')} }, next: { ${local(algorithm)}, published: "${fromNow(0)}" }`

  test.each<[string, () => Record<string, string>, readonly string[], string]>([
    [
      'an algorithm without a name',
      () => ({ web: local('ES256'), receipts: local('SM2') }),
      [],
      nameless('receipts', 'SM2', CHOOSE),
    ],
    ['such a one that is named', () => ({ a: local('Ed25519ph') }), ['a'], nameless('a', 'Ed25519ph', NONE)],
    [
      'such a one of a rotation',
      () => ({ tokens: rotationTo('SM2') }),
      [],
      nameless('tokens.next', 'SM2', CHOOSE),
    ],
    [
      'such a one of a rotation that is named',
      () => ({ tokens: rotationTo('SM2') }),
      ['tokens'],
      nameless('tokens.next', 'SM2', NONE),
    ],
    [
      'one kid for two keys',
      () => ({ a: local('ES256', ', kid: k'), b: local('ES384', ', kid: k') }),
      [],
      'The kid k would stand for two keys, that of ./ES256.pem (local, ES256) and that of ./ES384.pem (local, ES384): configure another kid for one of them, or none, which is the thumbprint of its key.',
    ],
    [
      'one kid for two algorithms of a key',
      () => ({ a: local('RS256', ', kid: k'), b: local('PS256', ', kid: k') }),
      ['a', 'b'],
      'One key would be in the set for two algorithms with the kid k, by ./RS256.pem (local, RS256) and by ./PS256.pem (local, PS256): configure a kid for one of them, or leave it out of the set. A key for each algorithm is better still.',
    ],
    [
      'a partner',
      () => ({ web: local('ES256'), partner: PARTNER }),
      ['partner'],
      'partner only verifies: a key set has the keys of those who sign.',
    ],
    ['partners alone', () => ({ partner: PARTNER }), [], 'the configuration has no signers that sign.'],
    [
      'a signer that there is not',
      () => ({ web: local('ES256') }),
      ['wep'],
      'There is no signer wep; did you mean web?',
    ],
    [
      'an RSA key that leaves the algorithm open',
      () => ({ rsa: 'provider: local, key: ./RS256.pem', other: local('RS256') }),
      ['rsa'],
      'signers.rsa: The key ./RS256.pem can be used for RS256, RS384, RS512, PS256, PS384 or PS512: name the algorithm.',
    ],
  ])('%s', async (_, entries, args, line) => {
    configure(entries())
    expect(await run([...args, '-o', 'jwks.json'])).toEqual(failed(line))
    expect(folder.names()).not.toContain('jwks.json')
  })

  test('names beside a URI', async () => {
    expect(await run(['web', '--uri', folder.key('ES256')])).toEqual(
      failed('names are those of a configuration: leave them out, or --uri.'),
    )
  })

  test('a URI with an algorithm without a name', async () => {
    expect(await run(['--uri', folder.key('SM2')])).toEqual(
      failed('this key has the algorithm SM2, for which JOSE has no name: no key set can have it.'),
    )
  })

  test('no configuration', async () => {
    folder.write('package.json', '{}')
    expect(await run()).toEqual(
      failed(
        'there is no signport.yaml here or above, within this project: name a configuration with --config or SIGNPORT_CONFIG.',
      ),
    )
  })
})
