import { tmpdir } from 'node:os'
import { describe, expect, test } from '@jest/globals'
import { type AlgorithmNames, algorithmNames, algorithms, parseAlgorithm } from '@signport/core'
import { failed, signport } from '../support/signport.js'

const run = (...args: readonly string[]) => signport(['algorithms', ...args], { cwd: tmpdir() })

/** The lines of a run that printed some, and nothing else. */
async function linesOf(...args: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await run(...args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.toString().trimEnd().split('\n')
}

/** What a person's terminal shows in one line. */
const COLUMNS = 120

const VENDORS = {
  jose: 'JOSE',
  aws: 'AWS KMS',
  alibaba: 'Alibaba KMS',
  google: 'Google Cloud KMS',
  azure: 'Azure Key Vault',
  jca: 'Java',
  webcrypto: 'WebCrypto',
  rfc9421: 'RFC 9421',
} satisfies Record<keyof AlgorithmNames, string>

describe('the table', () => {
  test('has a line for each algorithm, and fits', async () => {
    const [head = '', ...lines] = await linesOf()
    expect(head.split(/ {2,}/)).toEqual([
      'algorithm',
      'key',
      'digest bytes',
      'signature bytes',
      'AWS KMS',
      'Alibaba KMS',
    ])
    expect(lines.map((line) => line.split(' ', 1)[0])).toEqual(algorithms.map(({ name }) => name))
    for (const line of [head, ...lines]) expect(line.length).toBeLessThanOrEqual(COLUMNS)
  })

  test.each([
    ['RS512', 'RSA', '64', 'as the modulus', 'RSASSA_PKCS1_V1_5_SHA_512', '-'],
    ['PS256', 'RSA', '32', 'as the modulus', 'RSASSA_PSS_SHA_256', 'RSA_PSS_SHA_256'],
    ['ES512', 'P-521', '64', '132, as DER up to 139', 'ECDSA_SHA_512', '-'],
    ['ES256K', 'secp256k1', '32', '64, as DER up to 72', 'ECDSA_SHA_256', 'ECDSA_SHA_256'],
    ['Ed25519', 'Ed25519', 'none', '64', 'ED25519_SHA_512', '-'],
    ['Ed25519ph', 'Ed25519', '64', '64', '-', '-'],
    ['Ed25519ph-SHA512', 'Ed25519', '64', '64', 'ED25519_PH_SHA_512', '-'],
    ['ML-DSA-65', 'ML-DSA-65', '64, mu', '3309', 'ML_DSA_SHAKE_256', '-'],
    ['SM2', 'SM2', '32, with Z', 'DER up to 72', 'SM2DSA', 'SM2DSA'],
  ])('%s', async (...cells) => {
    const line = (await linesOf()).find((each) => each.startsWith(`${cells[0]} `))
    expect(line?.split(/ {2,}/)).toEqual(cells)
  })
})

describe.each(Object.entries(VENDORS))('--vendor %s', (vendor, title) => {
  test('shows every name, each in a line, and fits', async () => {
    const [head = '', ...lines] = await linesOf('--vendor', vendor)
    const start = head.indexOf(title)
    expect(head.slice(start)).toBe(title)
    for (const line of [head, ...lines]) expect(line.length).toBeLessThanOrEqual(COLUMNS)
    const shown = lines.map((line) => line.slice(start))
    const names = algorithms.map((row) => algorithmNames(row)[vendor as keyof AlgorithmNames])
    expect(shown).toHaveLength(names.map(({ length }) => length || 1).reduce((sum, count) => sum + count))
    if (vendor !== 'webcrypto') expect(shown.filter((name) => name !== '-')).toEqual(names.flat())
  })
})

test('an object of WebCrypto is shown in words', async () => {
  const lines = await linesOf('--vendor', 'webcrypto')
  const shown = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name} `))
      ?.split(/ {2,}/)
      .at(-1)
  expect(shown('PS384')).toBe('RSA-PSS, hash SHA-384, saltLength 48')
  expect(shown('ES256')).toBe('ECDSA, namedCurve P-256, hash SHA-256')
  expect(shown('Ed25519')).toBe('Ed25519')
  expect(shown('ES256K')).toBe('-')
})

describe('--json', () => {
  test('has the names of all, which lead back', async () => {
    const [line = '', ...others] = await linesOf('--json')
    expect(others).toEqual([])
    const rows: { name: string; names: AlgorithmNames }[] = JSON.parse(line)
    expect(rows.map(({ name }) => name)).toEqual(algorithms.map(({ name }) => name))
    for (const { name, names } of rows) {
      expect(names).toEqual(algorithmNames(parseAlgorithm(name)))
      for (const google of names.google) expect(parseAlgorithm(google).name).toBe(name)
      for (const object of names.webcrypto) expect(parseAlgorithm(object).name).toBe(name)
    }
  })

  test.each([
    ['SM2', { hash: 'sm3', digestBytes: 32, digestKind: 'sm2-za-message', standard: 'GB/T 32918.2-2016' }],
    ['Ed25519ph', { hash: 'sha512', digestBytes: 64, signatureBytes: 64, standard: 'RFC 8032 section 5.1' }],
    [
      'ML-DSA-44',
      {
        hash: 'shake256',
        digestBytes: 64,
        digestKind: 'ml-dsa-mu',
        signatureBytes: 2420,
        standard: 'FIPS 204 section 5.2',
      },
    ],
  ])('%s', async (name, facts) => {
    const [line = ''] = await linesOf('--json')
    const rows: { name: string; key: string; names: unknown }[] = JSON.parse(line)
    const { names: _, key, ...row } = rows.find((each) => each.name === name) ?? { key: '' }
    expect(row).toEqual({ name, ...facts })
    expect(key).toBe(parseAlgorithm(name).key)
  })
})

test('a vendor that nobody knows, and one too many', async () => {
  const choices = Object.keys(VENDORS).join(', ')
  expect(await run('--vendor', 'oracle')).toEqual(
    failed(
      `option '--vendor <NAME>' argument 'oracle' is invalid. Allowed choices are ${choices}. (see: signport algorithms --help)`,
    ),
  )
  expect(await run('--vendor', 'aws', '--json')).toEqual(
    failed(`option '--json' cannot be used with option '--vendor <NAME>' (see: signport algorithms --help)`),
  )
})
