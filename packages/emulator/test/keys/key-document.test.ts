import { execFileSync } from 'node:child_process'
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js'
import type { Emulator, SeedDocument } from '@signport/emulator'
import { base64, call, output, start } from '../support/emulator.js'
import { testFolder } from '../support/folder.js'
import { STRANGERS } from '../support/stranger.js'

const ID = '11111111-2222-4333-8444-555555555555'
const OTHER_ID = `mrk-${'a'.repeat(32)}`

const startWith = (seed: unknown) => start({ auth: 'none', seed: seed as SeedDocument })
const document = (...keys: object[]) => ({ version: 1, keys })
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = p256.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

async function publicKeyOf(emulator: Emulator, KeyId: string): Promise<Buffer> {
  const { PublicKey } = await output<{ PublicKey: string }>(emulator, 'GetPublicKey', { KeyId })
  return Buffer.from(PublicKey, 'base64')
}

describe('a seed', () => {
  test('has keys with fixed ids, states, uses and aliases', async () => {
    const emulator = await startWith({
      version: 1,
      keys: [
        {
          id: ID,
          spec: 'ECC_NIST_P256',
          privateKey: pem,
          description: 'invoices',
          tags: { team: 'billing' },
        },
        { id: OTHER_ID, spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT', state: 'Disabled' },
      ],
      aliases: [{ name: 'alias/invoices', keyId: ID, created: '2026-01-02T03:04:05.000Z' }],
    })
    const spki = p256.publicKey.export({ type: 'spki', format: 'der' })
    expect(await publicKeyOf(emulator, 'alias/invoices')).toEqual(spki)
    const described = await output(emulator, 'DescribeKey', { KeyId: OTHER_ID })
    expect(described.KeyMetadata).toMatchObject({
      KeyId: OTHER_ID,
      KeyState: 'Disabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: true,
    })
    const { Aliases } = await output<{ Aliases: object[] }>(emulator, 'ListAliases')
    expect(Aliases).toEqual([
      expect.objectContaining({ TargetKeyId: ID, CreationDate: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000 }),
    ])
  })

  test('has keys that are deleted when their time has come', async () => {
    const at = '2026-01-02T03:04:05.000Z'
    const key = { id: ID, spec: 'ECC_NIST_P256', state: 'PendingDeletion', deletion: { at, windowDays: 7 } }
    const clock = (time: string) => () => new Date(time)
    const seed = document(key) as SeedDocument
    const before = await start({ auth: 'none', seed, clock: clock('2026-01-02T03:04:04.999Z') })
    const { KeyMetadata } = await output(before, 'DescribeKey', { KeyId: ID })
    expect(KeyMetadata).toMatchObject({ KeyState: 'PendingDeletion', DeletionDate: Date.parse(at) / 1000 })
    const after = await start({ auth: 'none', seed, clock: clock(at) })
    expect(await call(after, 'DescribeKey', { KeyId: ID })).toMatchObject({ status: 400 })
  })

  test('makes a new key where it has none', async () => {
    const seed = document({ id: ID, spec: 'ECC_NIST_EDWARDS25519' })
    const [one, other] = [await startWith(seed), await startWith(seed)]
    expect(await publicKeyOf(one, ID)).not.toEqual(await publicKeyOf(other, ID))
  })

  const curves: readonly [spec: string, curve: string][] = [
    ['ECC_NIST_P256', 'P-256'],
    ['ECC_NIST_P384', 'P-384'],
    ['ECC_NIST_P521', 'P-521'],
    ['ECC_SECG_P256K1', 'secp256k1'],
    ['SM2', 'SM2'],
  ]
  const genpkey = (...args: string[]) => execFileSync('openssl', ['genpkey', ...args], { stdio: 'pipe' })

  test.each([
    ...curves.map(
      ([spec, curve]) => [spec, ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`]] as const,
    ),
    ['ECC_NIST_EDWARDS25519', ['-algorithm', 'ED25519']] as const,
    ['RSA_2048', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']] as const,
  ])('takes a key of %s that openssl has made', async (spec, args) => {
    const privateKey = genpkey(...args).toString()
    const emulator = await startWith(document({ id: ID, spec, privateKey }))
    const spki = execFileSync('openssl', ['pkey', '-pubout', '-outform', 'DER'], { input: privateKey })
    expect(await publicKeyOf(emulator, ID)).toEqual(spki)
    const [, SigningAlgorithm = '', verify] = STRANGERS.find(([each]) => each === spec) ?? []
    const input = { KeyId: ID, Message: base64('m'), SigningAlgorithm }
    const { Signature } = await output<{ Signature: string }>(emulator, 'Sign', input)
    expect(verify?.(spki, Buffer.from('m'), Buffer.from(Signature, 'base64'))).toBe(true)
  })

  test('takes an ML-DSA key by its seed, alone or with the expanded key', async () => {
    const seed = createHash('sha256').update('a seed').digest()
    const { publicKey, secretKey } = ml_dsa44.keygen(seed)
    // PKCS#8 of RFC 9881 with both, written by hand.
    const inner = Buffer.concat([
      Buffer.from('30820a260420', 'hex'),
      seed,
      Buffer.from('04820a00', 'hex'),
      secretKey,
    ])
    const head = Buffer.from('30820a3e020100300b060960864801650304031104820a2a', 'hex')
    const both = Buffer.concat([head, inner]).toString('base64')
    const wrap = (text: string) => `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`
    const bySeed = await startWith(document({ id: ID, spec: 'ML_DSA_44', seed: seed.toString('hex') }))
    const byBoth = await startWith(document({ id: ID, spec: 'ML_DSA_44', privateKey: wrap(both) }))
    const spki = await publicKeyOf(bySeed, ID)
    expect(await publicKeyOf(byBoth, ID)).toEqual(spki)
    expect(spki.subarray(-1312)).toEqual(Buffer.from(publicKey))
    expect(spki.subarray(0, -1312).toString('hex')).toBe('30820532300b06096086480165030403110382052100')
    const damaged = Buffer.from(both, 'base64')
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
    const wrong = document({ id: ID, spec: 'ML_DSA_44', privateKey: wrap(damaged.toString('base64')) })
    await expect(startWith(wrong)).rejects.toThrow(
      /keys\[0\]\.privateKey is damaged: its seed and its expanded key/,
    )
  })

  const key = { id: ID, spec: 'ECC_NIST_P256' }
  const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const sm2Of = (scalar: string) => {
    const der = `3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420${scalar}`
    return `-----BEGIN PRIVATE KEY-----\n${base64(Buffer.from(der, 'hex'))}\n-----END PRIVATE KEY-----\n`
  }
  const damagedEc = Buffer.from(p256.privateKey.export({ type: 'pkcs8', format: 'der' }))
  damagedEc[40] = (damagedEc[40] ?? 0) ^ 1

  test.each<[string, unknown, string]>([
    ['another version', { version: 2, keys: [] }, 'version: expected 1'],
    ['no keys', { version: 1 }, 'keys: it is missing'],
    ['a member too many', { ...document(), alias: [] }, 'alias: there is no such member'],
    ['a list', [], 'The seed cannot be used: version: it is missing; keys: expected Array'],
    [
      'an unknown spec',
      document(key, { id: OTHER_ID, spec: 'P-256' }),
      'keys[1].spec: expected ("RSA_2048" |',
    ],
    [
      'an id in capitals',
      document({ ...key, id: ID.replace('8', 'A') }),
      'keys[0].id: expected a UUID in lower case',
    ],
    ['an id twice', document(key, key), 'two keys have the same id'],
    [
      'a use that it has not',
      document({ ...key, usage: 'ENCRYPT_DECRYPT' }),
      'keys[0].usage: a key of ECC_NIST_P256 cannot be for ENCRYPT_DECRYPT',
    ],
    [
      'no day of its deletion',
      document({ ...key, state: 'PendingDeletion' }),
      'keys[0].deletion: it should be there with the state',
    ],
    [
      'a day of deletion too many',
      document({ ...key, deletion: { at: '2026-01-02T03:04:05Z', windowDays: 7 } }),
      'keys[0].deletion: it should be there with the state',
    ],
    [
      'a time that is none',
      document({ ...key, created: 'today' }),
      'keys[0].created: expected a time in ISO 8601',
    ],
    [
      'an alias of no key',
      { ...document(key), aliases: [{ name: 'alias/a', keyId: OTHER_ID }] },
      'aliases[0].keyId: there is no key with this id',
    ],
    [
      'an alias twice',
      { ...document(key), aliases: Array(2).fill({ name: 'alias/a', keyId: ID }) },
      'two aliases have the same name',
    ],
    [
      'an alias without its prefix',
      { ...document(key), aliases: [{ name: 'a', keyId: ID }] },
      'aliases[0].name: expected alias/ and a name',
    ],
    ['a key that is none', document({ ...key, privateKey: 'hidden' }), 'keys[0].privateKey is malformed'],
    [
      'a key of another kind',
      document({ ...key, privateKey: ed25519 }),
      'keys[0].privateKey should be a key on the curve prime256v1',
    ],
    [
      'a key of another curve',
      document({ ...key, spec: 'ECC_NIST_P384', privateKey: pem }),
      'keys[0].privateKey should be a key on the curve secp384r1',
    ],
    [
      'a key of another curve than that of SM2',
      document({ ...key, spec: 'SM2', privateKey: pem }),
      'keys[0].privateKey should be a key on the curve of SM2',
    ],
    [
      'a key that is too short',
      document({ ...key, spec: 'RSA_2048', privateKey: rsa1024.export({ type: 'pkcs8', format: 'pem' }) }),
      'keys[0].privateKey should be an RSA key of 2048 bits',
    ],
    [
      'a key for ML-DSA that is none',
      document({ ...key, spec: 'ML_DSA_44', privateKey: pem }),
      'keys[0].privateKey should be a key of ML_DSA_44',
    ],
    [
      'a key whose halves do not fit',
      document({
        ...key,
        privateKey: `-----BEGIN PRIVATE KEY-----\n${base64(damagedEc)}\n-----END PRIVATE KEY-----`,
      }),
      'keys[0].privateKey is damaged',
    ],
    [
      'a key that cannot sign',
      document({
        ...key,
        spec: 'SM2',
        privateKey: sm2Of('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122'),
      }),
      'keys[0].privateKey is out of range',
    ],
    [
      'a key where there is none',
      document({ ...key, spec: 'HMAC_256', privateKey: pem }),
      'keys[0].privateKey is not needed',
    ],
    ['a seed for a curve', document({ ...key, seed: 'a1'.repeat(32) }), 'keys[0].seed is for ML-DSA alone'],
    [
      'a seed that is too short',
      document({ ...key, spec: 'ML_DSA_44', seed: 'a1' }),
      'keys[0].seed: expected 64 hexadecimal digits',
    ],
    ['no version', document({ ...key, versions: [] }), 'keys[0].versions: expected at least one'],
    [
      'a version without an id',
      document({ ...key, versions: [{ privateKey: pem }] }),
      'keys[0].versions[0].id: it is missing',
    ],
    [
      'a version twice',
      document({ ...key, versions: Array(2).fill({ id: ID, privateKey: pem }) }),
      'keys[0].versions: two of them have the same id',
    ],
    [
      'a key beside its versions',
      document({ ...key, privateKey: pem, versions: [{ id: ID }] }),
      'keys[0]: give privateKey or seed in versions alone, where there are versions',
    ],
    [
      'a version of another kind',
      document({
        ...key,
        versions: [{ id: ID }, { id: OTHER_ID.replace(/^mrk-/, ''), privateKey: ed25519 }],
      }),
      'keys[0].versions[1].id: expected a UUID in lower case',
    ],
    [
      'a version with a key of another kind',
      document({ ...key, versions: [{ id: ID, privateKey: ed25519 }] }),
      'keys[0].versions[0].privateKey should be a key on the curve prime256v1',
    ],
    [
      'a seed and a key',
      document({ ...key, spec: 'ML_DSA_44', seed: 'a1'.repeat(32), privateKey: pem }),
      'keys[0]: give privateKey or seed, not both',
    ],
  ])('with %s is refused', async (_what, seed, message) => {
    const failure = await startWith(seed).catch((error: unknown) => error as Error)
    expect(failure).toMatchObject({ name: 'TypeError', message: expect.stringContaining(message) })
    expect((failure as Error).message).not.toMatch(/hidden|BEGIN|a1a1/)
  })
})

describe('a seed file', () => {
  const folder = testFolder()

  test('is read, and never written', async () => {
    const text = JSON.stringify(document({ id: ID, spec: 'ECC_NIST_P256', privateKey: pem }))
    writeFileSync(folder.path('seed.json'), text, { mode: 0o444 })
    const emulator = await start({ auth: 'none', seedFile: folder.path('seed.json') })
    await output(emulator, 'CreateAlias', { AliasName: 'alias/a', TargetKeyId: ID })
    await emulator.close()
    const again = await start({ auth: 'none', seedFile: folder.path('seed.json') })
    expect(await output(again, 'ListAliases')).toMatchObject({ Aliases: [] })
    expect(
      createPublicKey({ key: await publicKeyOf(again, ID), format: 'der', type: 'spki' }).asymmetricKeyType,
    ).toBe('ec')
  })

  test('that is no JSON is refused, without a word of what is in it', async () => {
    writeFileSync(folder.path('seed.json'), '{\n  "version": 1,\n  "keys": hidden\n}')
    const failure = await start({ seedFile: folder.path('seed.json') }).catch(
      (error: unknown) => error as Error,
    )
    expect(failure).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/seed\.json is not JSON/),
    })
    expect((failure as Error).message).not.toContain('hidden')
  })

  test('that is not there is an error', async () => {
    await expect(start({ seedFile: folder.path('none.json') })).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
