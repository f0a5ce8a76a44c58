import { execFile } from 'node:child_process'
import { constants, randomBytes, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { generateKeyPair } from '@signport/contract'
import { type Emulator, startEmulator } from '@signport/emulator'

const KEY_ID = '00000000-0000-4000-8000-000000000001'
const { privateKey, publicKey } = generateKeyPair('RS256')
const folder = mkdtempSync(join(tmpdir(), 'signport-same-program-'))
const file = join(folder, 'release.bin')

let emulator: Emulator

beforeAll(async () => {
  writeFileSync(file, randomBytes(100_000))
  writeFileSync(join(folder, 'key.pem'), privateKey, { mode: 0o600 })
  const keys = [{ id: KEY_ID, spec: 'RSA_2048' as const, privateKey }]
  emulator = await startEmulator({
    seed: { version: 1, keys },
    region: 'eu-west-1',
    tls: true,
    clientKeyFolder: join(folder, 'client-key'),
  })
  writeFileSync(join(folder, 'ca.pem'), emulator.tls?.ca ?? '')
})
afterAll(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true })
})

/** The whole difference between the five. */
const CONFIGURATIONS = {
  local: () => ({ provider: 'local', key: join(folder, 'key.pem') }),
  'aws-kms': () => ({ provider: 'aws-kms', key: KEY_ID, endpoint: emulator.url, region: 'eu-west-1' }),
  'trent-service': () => ({
    provider: 'trent-service',
    key: KEY_ID,
    endpoint: emulator.url,
    region: 'eu-west-1',
  }),
  'alibaba-kms by OpenAPI': () => ({
    provider: 'alibaba-kms',
    key: KEY_ID,
    transport: 'openapi',
    endpoint: emulator.url,
  }),
  'alibaba-kms by an instance': () => ({
    provider: 'alibaba-kms',
    key: KEY_ID,
    transport: 'instance',
    endpoint: emulator.tls?.url,
    caFile: join(folder, 'ca.pem'),
    clientKeyFile: emulator.clientKeyFiles?.path,
    passwordFile: emulator.clientKeyFiles?.passwordPath,
  }),
}

type Provider = keyof typeof CONFIGURATIONS
const PROVIDERS = Object.keys(CONFIGURATIONS) as Provider[]

async function run(provider: Provider, algorithm: string) {
  const configuration = join(folder, `${provider}.json`)
  writeFileSync(configuration, JSON.stringify({ ...CONFIGURATIONS[provider](), algorithm }))
  const { NODE_OPTIONS, ...inherited } = process.env
  // The credentials are found in the environment, as on a machine that was set up for the cloud.
  const env = { ...inherited, ...emulator.environment }
  const program = 'test/services/program/sign-a-file.mjs'
  const { stdout } = await promisify(execFile)(process.execPath, [program, configuration, file], { env })
  return JSON.parse(stdout) as Record<
    'provider' | 'algorithm' | 'messageType' | 'publicKey' | 'signature',
    string
  >
}

/** According to OpenSSL, with the key as it was made. */
function isValid(signature: string, padding: object): boolean {
  return verify('sha256', readFileSync(file), { key: publicKey, ...padding }, Buffer.from(signature, 'hex'))
}

describe('one program signs with only its configuration changed', () => {
  test.each(PROVIDERS)('PS256 by %s', async (provider) => {
    const { signature, ...rest } = await run(provider, 'PS256')
    const messageType = provider === 'local' ? 'raw' : 'digest'
    const [name] = provider.split(' ')
    expect(rest).toEqual({ provider: name, algorithm: 'PS256', messageType, publicKey })
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    expect(isValid(signature, padding)).toBe(true)
  })

  test('RS256, which leaves nothing to chance, by all five: the same bytes', async () => {
    const signatures = new Set<string>()
    for (const provider of PROVIDERS) signatures.add((await run(provider, 'RS256')).signature)
    expect(signatures.size).toBe(1)
    for (const signature of signatures) expect(isValid(signature, {})).toBe(true)
  })
})
