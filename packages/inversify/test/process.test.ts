import { execFile } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { devNull } from 'node:os'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '@signport/emulator'

const KEY_ID = '00000000-0000-4000-8000-000000000001'
const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

let emulator: Emulator
beforeAll(async () => {
  const keys = [{ id: KEY_ID, spec: 'ECC_NIST_P256' as const, privateKey }]
  emulator = await startEmulator({ seed: { version: 1, keys } })
})
afterAll(() => emulator.close())

/** A program as users have it: the build, a service by inversify, and no `process.exit`. */
const PROGRAM = `
  import { subscribe } from 'node:diagnostics_channel'
  import { injectSigner, signerModule } from '@signport/inversify'
  import { loadSigners } from '@signport/config'
  import { Container, decorate, injectable } from 'inversify'

  class Invoices {
    constructor(signer) {
      this.sign = (text) => signer.sign(Buffer.from(text))
    }
  }
  decorate(injectable(), Invoices)
  decorate(injectSigner('invoices'), Invoices, 0)

  const entry = { provider: 'aws-kms', key: process.env.KEY_ID, algorithm: 'ES256', region: process.env.AWS_REGION, endpoint: process.env.AWS_ENDPOINT_URL_KMS }
  const signers = await loadSigners({ signers: { invoices: entry, receipts: entry } })
  const container = new Container()
  container.load(signerModule(signers, { require: ['invoices'] }))
  container.bind(Invoices).toSelf()

  const sockets = []
  subscribe('net.client.socket', ({ socket }) => sockets.push(socket))
  const connections = () => sockets.filter(({ destroyed }) => !destroyed).length
  const invoices = container.get(Invoices)
  await invoices.sign('4,711 bolts')
  const kept = connections() > 0
  const last = invoices.sign('4,712 bolts')
  await container.unbindAllAsync()
  const after = connections()
  const waiting = process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout/.test(name))
  const { code } = await signers.get('receipts').sign(Buffer.from('late')).catch((error) => error)
  const signature = Buffer.from((await last).bytes).toString('hex')
  console.log(JSON.stringify({ kept, after, waiting, late: code, signature }))`

/** Where the SDK would look for profiles if it were not told. */
const NO_FILES = { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull }

test('a process whose container was disposed of ends by itself', async () => {
  // What a developer's shell says of AWS would lead elsewhere.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|NODE_OPTIONS$)/.test(name))
  const env = { ...Object.fromEntries(inherited), ...emulator.environment, ...NO_FILES, KEY_ID }
  // One that does not end is killed, which is a failure.
  const options = { cwd: import.meta.dirname, env, timeout: 30_000 }
  const args = ['--input-type=module', '--eval', PROGRAM]
  const { stdout } = await promisify(execFile)(process.execPath, args, options)
  const { signature, ...rest } = JSON.parse(stdout)
  expect(rest).toEqual({ kept: true, after: 0, waiting: [], late: 'Closed' })
  const key = createPublicKey(publicKey)
  expect(verify('sha256', Buffer.from('4,712 bolts'), key, Buffer.from(signature, 'hex'))).toBe(true)
})
