import { verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { loadSigners, openSigner, readPublicKey } from '@signport/config'
import { generateKeyPair } from '@signport/contract'
import { PublicKey } from '@signport/core'
import { type Emulator, startEmulator } from '@signport/emulator'

const ID = '00000000-0000-4000-8000-000000000001'
const REGION = 'eu-west-1'
const ARN = `arn:aws:kms:${REGION}:111122223333:key/${ID}`
const ALIAS = 'alias/team/invoices'

const { privateKey, publicKey } = generateKeyPair('ES256')
const { thumbprint } = PublicKey.from(publicKey)
const OTHER = PublicKey.from(generateKeyPair('ES256').publicKey).thumbprint

const folder = mkdtempSync(join(tmpdir(), 'signport-uri-'))
const fileIn = (name: string) => encodeURIComponent(join(folder, name))
const seed = {
  version: 1 as const,
  keys: [{ id: ID, spec: 'ECC_NIST_P256' as const, privateKey }],
  aliases: [{ name: ALIAS, keyId: ID }],
}

let emulator: Emulator
/** Asks for no signatures of requests. */
let open: Emulator

beforeAll(async () => {
  emulator = await startEmulator({
    seed,
    region: REGION,
    tls: true,
    clientKeyFolder: join(folder, 'client key'),
  })
  open = await startEmulator({ seed, auth: 'none' })
  writeFileSync(join(folder, 'ca.pem'), emulator.tls?.ca ?? '')
  const { accessKeyId, secretAccessKey } = emulator.credentials[0]
  const profile = `[audit-team]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`
  writeFileSync(join(folder, 'credentials'), profile, { mode: 0o600 })
})
afterAll(async () => {
  await Promise.all([emulator.close(), open.close()])
  rmSync(folder, { recursive: true })
})

const FOUND = [
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'ALIBABA_CLOUD_SECURITY_TOKEN'],
] as const
const OTHERS = ['AWS_ENDPOINT_URL_KMS', 'AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']

/** Credentials are found in the environment, as a URI has none; where the service is, the URI alone says. */
const before = { ...process.env }
beforeEach(() => {
  for (const name of [...FOUND, ...OTHERS]) delete process.env[name]
  for (const name of FOUND) if (emulator.environment[name]) process.env[name] = emulator.environment[name]
  process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'credentials')
  process.env.AWS_CONFIG_FILE = join(folder, 'none')
})
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
})

const plain = () => `127.0.0.1:${emulator.port}`
const byTls = () => `127.0.0.1:${emulator.tls?.port}`
const instance = (extra: string) => {
  const { path, passwordPath } = emulator.clientKeyFiles ?? { path: '', passwordPath: '' }
  const files = `clientKeyFile=${encodeURIComponent(path)}&passwordFile=${encodeURIComponent(passwordPath)}`
  return `transport=instance&${files}&${extra}`
}

const message = Buffer.from('signed through a URI')

async function expectSigned(uri: string, encoding: 'der' | 'ieee-p1363' = 'der'): Promise<void> {
  const signer = await openSigner(uri)
  try {
    const { bytes, algorithm } = await signer.sign(message)
    expect(algorithm).toBe('ES256')
    const key = { key: publicKey, dsaEncoding: encoding }
    expect(verify('sha256', message, key, bytes)).toBe(true)
    expect(verify('sha256', Buffer.from('another'), key, bytes)).toBe(false)
  } finally {
    await signer.close()
  }
  expect((await readPublicKey(uri)).toPem()).toBe(publicKey)
}

describe('a URI alone is enough to sign', () => {
  test.each<[string, () => string]>([
    ['awskms, an alias', () => `awskms://${plain()}/${ALIAS}?scheme=http&region=${REGION}&algorithm=ES256`],
    ['awskms, an ARN', () => `awskms://${plain()}/${ARN}?scheme=http&region=${REGION}`],
    ['awskms, an id', () => `AWSKMS://LOCALHOST:${emulator.port}/${ID}?scheme=http&region=${REGION}`],
    ['trent+http, an id', () => `trent+http://${plain()}/${ID}?region=${REGION}`],
    ['trent+http, an alias', () => `trent+http://${plain()}/alias/team%2Finvoices?region=${REGION}`],
    ['trent+http, an ARN behind a prefix', () => `trent+http://${plain()}/tenants/7/${ARN}?region=${REGION}`],
    ['trent+http, no credentials', () => `trent+http://127.0.0.1:${open.port}/${ID}?auth=none`],
    ['trent, by TLS', () => `trent://${byTls()}/p/${ID}?region=${REGION}&caFile=${fileIn('ca.pem')}`],
    ['alikms by OpenAPI, an id', () => `alikms://${plain()}/${ID}?transport=openapi&scheme=http`],
    ['alikms by OpenAPI, an alias', () => `alikms://${plain()}/${ALIAS}?transport=openapi&scheme=http`],
    ['alikms by an instance', () => `alikms://${byTls()}/${ID}?${instance(`caFile=${fileIn('ca.pem')}`)}`],
    ['alikms by an instance, http', () => `alikms://${plain()}/${ALIAS}?${instance('scheme=http')}`],
  ])('%s', (_, uri) => expectSigned(uri()))

  test('awskms, with the credentials of a profile', async () => {
    for (const name of FOUND) delete process.env[name]
    await expectSigned(`awskms://${plain()}/${ID}?scheme=http&region=${REGION}&profile=audit-team`)
  })
})

describe.each<[string, () => string]>([
  ['awskms', () => `awskms://${plain()}/${ID}?scheme=http&region=${REGION}`],
  ['trent+http', () => `trent+http://${plain()}/${ID}?region=${REGION}`],
  ['alikms', () => `alikms://${plain()}/${ID}?transport=openapi&scheme=http`],
])('%s', (_, uri) => {
  test('signs in the encoding that is named', async () => {
    await expectSigned(`${uri()}&encoding=ieee-p1363&algorithm=ES256`, 'ieee-p1363')
  })

  test('signs with the key that is pinned, and with no other', async () => {
    await expectSigned(`${uri()}&thumbprint=${thumbprint}`)
    const other = await openSigner(`${uri()}&thumbprint=${OTHER}&algorithm=ES256`)
    await expect(other.sign(message)).rejects.toMatchObject({ code: 'KeyMismatch' })
    await other.close()
  })
})

test('what one URI signs, another one verifies, without a service', async () => {
  writeFileSync(join(folder, 'partner.pem'), publicKey)
  const signers = await loadSigners(`awskms://${plain()}/${ALIAS}?scheme=http&region=${REGION}`)
  const signature = await signers.get('default').sign(message)
  await signers.close()
  const partner = await loadSigners(`public-key:${fileIn('partner.pem')}?algorithm=ES256`)
  const served = emulator.requests().length
  expect(await partner.verifier('default').verify(message, signature)).toBe(true)
  expect(await partner.verifier('default').verify(Buffer.from('another'), signature)).toBe(false)
  expect(emulator.requests().length).toBe(served)
  await partner.close()
})

describe('a key never chooses where requests go', () => {
  const foreign = `arn:aws:kms:us-east-2:111122223333:key/${ID}`

  test.each<[string, () => string]>([
    ['awskms', () => `awskms://${plain()}/${foreign}?scheme=http&region=${REGION}`],
    ['trent+http', () => `trent+http://${plain()}/${foreign}?region=${REGION}`],
  ])('%s: the ARN of another region is refused', async (_, uri) => {
    const served = emulator.requests().length
    const opening = openSigner(`${uri()}&algorithm=ES256`).then((signer) => signer.sign(message))
    await expect(opening).rejects.toMatchObject({ message: expect.stringContaining('us-east-2') })
    expect(emulator.requests().length).toBe(served)
  })

  test.each<[string, string]>([
    ['awskms', `awskms://kms.example.com/${ID}?region=${REGION}&algorithm=ES256`],
    ['trent', `trent://kms.example.com/${ID}?region=${REGION}&algorithm=ES256`],
    ['alikms', `alikms://kms.example.com/${ID}?transport=openapi&algorithm=ES256`],
  ])('%s: credentials that were found are not sent to the host of a URI', async (_, uri) => {
    const opening = openSigner(uri).then((signer) => signer.sign(message))
    await expect(opening).rejects.toMatchObject({
      code: 'Configuration',
      message: expect.stringContaining('credentials'),
    })
  })
})
