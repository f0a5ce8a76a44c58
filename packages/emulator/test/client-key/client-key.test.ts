import { execFileSync } from 'node:child_process'
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { ClientKey } from '@signport/emulator'
import { start } from '../support/emulator.js'
import { testFolder } from '../support/folder.js'
import { errorOf, instanceCall, post, signedHeaders } from '../support/instance.js'
import { encode } from '../support/protobuf.js'

const folder = testFolder()

/** What openssl finds in the PKCS#12 of a ClientKey. */
function opened({ json, password }: Pick<ClientKey, 'json' | 'password'>): string {
  const { PrivateKeyData } = JSON.parse(json) as { PrivateKeyData: string }
  const input = Buffer.from(PrivateKeyData, 'base64')
  return execFileSync('openssl', ['pkcs12', '-nodes', '-passin', `pass:${password}`], { input }).toString()
}

const body = encode({ 1: 'alias/none' })

test('a ClientKey is what Alibaba Cloud hands out', async () => {
  const emulator = await start()
  const clientKey = await emulator.clientKey()
  const { keyId, json, password, privateKeyPem, notAfter } = clientKey
  expect(keyId).toMatch(/^KAAP\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  expect(JSON.parse(json)).toEqual({ KeyId: keyId, PrivateKeyData: expect.any(String) })
  const kinds = [/\d/, /[a-z]/i, /[~!@#$%^&*?_-]/].filter((kind) => kind.test(password))
  expect([password.length >= 8 && password.length <= 64, kinds.length >= 2]).toEqual([true, true])
  const pem = opened(clientKey)
  // The certificate stands before the key: there are clients that count on it.
  expect(pem.indexOf('BEGIN CERTIFICATE')).toBeLessThan(pem.indexOf('BEGIN PRIVATE KEY'))
  const key = createPrivateKey(privateKeyPem)
  const [inFile = ''] = /-----BEGIN PRIVATE KEY-----[\s\S]*-----END PRIVATE KEY-----/.exec(pem) ?? []
  expect(createPrivateKey(inFile).equals(key)).toBe(true)
  expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048)
  const certificate = new X509Certificate(
    /-----BEGIN CERTIFICATE-----[\s\S]*-----END CERTIFICATE-----/.exec(pem)?.[0] ?? '',
  )
  expect(certificate.verify(createPublicKey(key))).toBe(true)
  expect(certificate.subject).toContain(keyId)
  expect(new Date(certificate.validTo)).toEqual(notAfter)
})

test('there is one in each emulator, however often it is asked for', async () => {
  const [one, other] = [await start(), await start()]
  const [first, second] = await Promise.all([one.clientKey(), one.clientKey()])
  expect(second).toBe(first)
  expect((await other.clientKey()).keyId).not.toBe(first.keyId)
  expect(one.clientKeyFiles).toBeUndefined()
})

describe('a folder', () => {
  const path = () => folder.path('of/keys')
  const startThere = (more = {}) => start({ clientKeyFolder: path(), ...more })

  test('gets two files that are their owner’s alone', async () => {
    const emulator = await startThere()
    const { keyId, json, password } = await emulator.clientKey()
    const files = {
      path: join(path(), `clientKey_${keyId}.json`),
      passwordPath: join(path(), `clientKey_${keyId}_Password.txt`),
    }
    expect(emulator.clientKeyFiles).toEqual(files)
    expect(
      readdirSync(path())
        .map((name) => join(path(), name))
        .toSorted(),
    ).toEqual(Object.values(files).toSorted())
    expect([readFileSync(files.path, 'utf8'), readFileSync(files.passwordPath, 'utf8')]).toEqual([
      json,
      password,
    ])
    for (const file of Object.values(files)) expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(path()).mode & 0o777).toBe(0o700)
  })

  test('keeps its ClientKey from one start to the next', async () => {
    const first = await startThere()
    const before = await first.clientKey()
    await first.close()
    const second = await startThere()
    const after = await second.clientKey()
    expect(after).toMatchObject({
      keyId: before.keyId,
      json: before.json,
      password: before.password,
      notAfter: before.notAfter,
    })
    expect(createPrivateKey(after.privateKeyPem).equals(createPrivateKey(before.privateKeyPem))).toBe(true)
    const headers = signedHeaders(before, 'GetPublicKey', body)
    expect(errorOf(await post(second.port, headers, body))).toMatchObject({ code: 'Forbidden.AliasNotFound' })
  })

  test('may have a ClientKey that openssl has made', async () => {
    mkdirSync(path(), { recursive: true })
    const files = ['key.pem', 'cert.pem'].map((name) => folder.path(name)) as [string, string]
    const subject = ['-subj', '/CN=mine', '-days', '30', '-keyout', files[0], '-out', files[1]]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject], { stdio: 'pipe' })
    const args = ['pkcs12', '-export', '-inkey', files[0], '-in', files[1], '-passout', 'pass:hidden-1']
    const PrivateKeyData = execFileSync('openssl', args).toString('base64')
    const write = (name: string, text: string) => writeFileSync(join(path(), name), text, { mode: 0o600 })
    write('clientKey_mine.json', JSON.stringify({ KeyId: 'KAAP.mine', PrivateKeyData, More: 1 }))
    write('clientKey_mine_Password.txt', 'hidden-1\n')
    const emulator = await startThere()
    expect((await emulator.clientKey()).keyId).toBe('KAAP.mine')
    expect(errorOf(await instanceCall(emulator, 'GetPublicKey', body))).toMatchObject({ status: 404 })
  })

  const files = () => {
    const [json = '', password = ''] = readdirSync(path()).toSorted()
    return { json: join(path(), json), password: join(path(), password) }
  }

  test.each<[string, () => void, RegExp]>([
    [
      'open to others',
      () => chmodSync(files().json, 0o644),
      /^The ClientKey .*\.json is open to others: run chmod 600 on it\.$/,
    ],
    [
      'with a password that is open to others',
      () => chmodSync(files().password, 0o604),
      /^The password .*_Password\.txt is open to others/,
    ],
    [
      'with another password',
      () => writeFileSync(files().password, 'hidden'),
      /cannot be used: its PrivateKeyData should be a PKCS#12 in base64 that the password opens\.$/,
    ],
    [
      'that is no JSON',
      () => writeFileSync(files().json, 'hidden'),
      /cannot be used: it should be a JSON object with the texts KeyId and PrivateKeyData\.$/,
    ],
    ['that is null', () => writeFileSync(files().json, 'null'), /it should be a JSON object/],
    [
      'without a key',
      () => writeFileSync(files().json, '{"KeyId":"KAAP.x","PrivateKeyData":"hidden"}'),
      /should be a PKCS#12/,
    ],
    [
      'of a certificate alone',
      () => writeFileSync(files().json, JSON.stringify({ KeyId: 'x', PrivateKeyData: withoutKey() })),
      /should hold an RSA key and its certificate\.$/,
    ],
    [
      'beside another one',
      () => copyFileSync(files().json, join(path(), 'clientKey_2.json')),
      /^The folder .* has 2 ClientKeys: leave one of them there\.$/,
    ],
  ])('with a ClientKey %s is refused, without a word of what is in it', async (_what, spoil, message) => {
    await (await startThere()).close()
    spoil()
    const failure = await startThere().catch((error: unknown) => error as Error)
    expect(failure).toMatchObject({ name: 'TypeError', message: expect.stringMatching(message) })
    expect((failure as Error).message).not.toContain('hidden')
  })

  /** A PKCS#12 that the password in the folder opens, with a certificate and nothing else. */
  function withoutKey(): string {
    const password = readFileSync(files().password, 'utf8')
    const cert = opened({ json: readFileSync(files().json, 'utf8'), password })
    const args = ['pkcs12', '-export', '-nokeys', '-passout', `pass:${password}`]
    return execFileSync('openssl', args, { input: cert }).toString('base64')
  }

  test('without the password of its ClientKey is refused', async () => {
    await (await startThere()).close()
    const { json, password } = files()
    execFileSync('rm', [password])
    await expect(startThere()).rejects.toThrow(
      `The ClientKey ${json} cannot be used: its password should be in ${password}.`,
    )
  })

  test('that is a file is an error', async () => {
    writeFileSync(folder.path('file'), '')
    await expect(start({ clientKeyFolder: folder.path('file') })).rejects.toMatchObject({ code: 'EEXIST' })
  })
})
