import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { SigningErrorCode } from '@signport/core'
import { type Emulator, startEmulator } from '@signport/emulator'
import { ADVICE } from '../../src/advice.js'
import { testFolder } from '../support/folder.js'
import { id } from '../support/services.js'
import { signport } from '../support/signport.js'

const folder = testFolder()
/** What lasts as long as the service: its certificate and the ClientKey. */
const lasting = mkdtempSync(join(tmpdir(), 'signport-cli-'))

let emulator: Emulator
beforeAll(async () => {
  const keys = [
    { id: id(1), spec: 'ECC_NIST_P256' },
    { id: id(2), spec: 'ECC_NIST_P256', state: 'Disabled' },
    { id: id(3), spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT' },
  ] as const
  emulator = await startEmulator({
    seed: { version: 1, keys: [...keys] },
    tls: true,
    clientKeyFolder: join(lasting, 'client-key'),
  })
  writeFileSync(join(lasting, 'ca.pem'), emulator.tls?.ca ?? '')
})
afterAll(async () => {
  await emulator.close()
  rmSync(lasting, { recursive: true })
})

const TRANSPORTS = {
  openapi: () => ({ endpoint: emulator.url }),
  instance: () => ({
    endpoint: emulator.tls?.url,
    caFile: join(lasting, 'ca.pem'),
    clientKeyFile: emulator.clientKeyFiles?.path,
    passwordFile: emulator.clientKeyFiles?.passwordPath,
  }),
}

const KEYS = { enabled: 'ES256', disabled: 'ES256', 'other-usage': 'RS256' }

/** Neither transport can be asked whether it would sign. */
describe.each(['openapi', 'instance'] as const)('Alibaba Cloud KMS by %s', (transport) => {
  const run = (...args: string[]) =>
    signport(['probe', '--config', 'signport.json', ...args], {
      cwd: folder.path(),
      env: { ...emulator.environment, NODE_NO_WARNINGS: '1' },
    })

  beforeEach(() => {
    const shared = { provider: 'alibaba-kms', transport, ...TRANSPORTS[transport]() }
    const entries = Object.entries(KEYS).map(([name, algorithm], index) => [
      name,
      { ...shared, key: id(index + 1), algorithm },
    ])
    folder.write('signport.json', JSON.stringify({ signers: Object.fromEntries(entries) }))
  })

  test('a key that only shows its public half is not said to be ok', async () => {
    const { code, stdout, stderr } = await run()
    expect(code).toBe(0)
    const rows = stdout.toString().trimEnd().split('\n').slice(1)
    expect(rows.map((row) => row.split(/ {3,}/).slice(0, 5))).toEqual(
      Object.entries(KEYS).map(([name, algorithm]) => [
        name,
        'alibaba-kms',
        algorithm,
        'not known',
        'unknown',
      ]),
    )
    expect(stderr).toBe(
      'signport: of enabled, disabled, other-usage only a signature shows whether the key is enabled, can sign, and may be used: --sign signs a fixed message.\n',
    )
  })

  test('nor is it for programs', async () => {
    const { code, stdout, stderr } = await run('--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout.toString())).toMatchObject(
      Object.keys(KEYS).map((name) => ({ name, result: 'unknown', permission: 'unknown' })),
    )
  })

  test('--sign finds out', async () => {
    const { code, stdout } = await run('--sign', '--json')
    expect(code).toBe(1)
    const failed = (code: SigningErrorCode) => ({ result: 'failed', error: { code }, advice: ADVICE[code] })
    expect(JSON.parse(stdout.toString())).toMatchObject([
      { name: 'enabled', result: 'ok', permission: 'signed' },
      { name: 'disabled', ...failed('KeyDisabled') },
      { name: 'other-usage', ...failed('InvalidKeyUsage') },
    ])
  })
})
