import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { loadSigners } from '@signport/config'
import { isRotatingSigner, SigningError } from '@signport/core'
import { SIGNER, SignerRegistry, signerModule, VERIFIER } from '@signport/inversify'
import { Container } from 'inversify'
import { failureOf } from './support/failure.js'

const folder = mkdtempSync(join(tmpdir(), 'signport-inversify-'))
const file = join(folder, 'signport.yaml')
const { privateKey, publicKey } = newKey('P-256')
const message = Buffer.from('4,711 bolts')

function newKey(namedCurve: string) {
  return generateKeyPairSync('ec', {
    namedCurve,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
}

beforeAll(() => {
  writeFileSync(join(folder, 'invoices.pem'), privateKey, { mode: 0o600 })
  writeFileSync(join(folder, 'partner.pem'), publicKey)
  writeFileSync(
    file,
    `signers:
  invoices: { provider: local, key: ./invoices.pem, algorithm: ES256 }
  receipts: { provider: local, key: ./invoices.pem }
  partner: { provider: public-key, key: ./partner.pem, algorithm: ES256 }
`,
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

test('a container has what the file configures', async () => {
  const container = new Container()
  const required = { require: ['invoices', 'receipts'], requireVerifiers: ['partner'] }
  container.load(signerModule(await loadSigners(file), required))
  const { names, signerNames } = container.get(SignerRegistry)
  expect({ names, signerNames }).toEqual({
    names: ['invoices', 'receipts', 'partner'],
    signerNames: ['invoices', 'receipts'],
  })

  const signature = await container.get(SIGNER('receipts')).sign(message)
  expect(verify('sha256', message, createPublicKey(publicKey), signature.bytes)).toBe(true)
  expect(await container.get(VERIFIER('partner')).verify(message, signature)).toBe(true)
  expect(await container.get(VERIFIER('invoices')).verify(message, signature)).toBe(true)

  const signer = container.get(SIGNER('invoices'))
  await container.unbindAllAsync()
  expect(SigningError.is(await failureOf(() => signer.sign(message)), 'Closed')).toBe(true)
})

test('a rotation is injected as any signer, and is one', async () => {
  writeFileSync(join(folder, 'later.pem'), newKey('P-384').privateKey, { mode: 0o600 })
  const entry = { provider: 'local', key: './invoices.pem', algorithm: 'ES256' }
  const next = {
    provider: 'local',
    key: './later.pem',
    algorithm: 'ES384',
    published: '2026-12-01T09:00:00Z',
    activateAt: '2026-12-02T09:00:00Z',
  }
  const tokens = { cacheLifetime: '10m', tokenLifetime: '1h', active: entry, next }
  let now = Date.parse('2026-12-02T08:59:59Z')
  const signers = await loadSigners(
    { signers: { tokens } },
    { host: { baseFolder: folder, notify() {} }, now: () => now },
  )
  const container = new Container()
  container.load(signerModule(signers, { require: ['tokens'], requireVerifiers: ['tokens'] }))

  const signer = container.get(SIGNER('tokens'))
  if (!isRotatingSigner(signer)) throw new Error('Expected a rotation.')
  expect(container.get(SignerRegistry).get('tokens')).toBe(signer)
  const verifier = container.get(VERIFIER('tokens'))
  expect(verifier.algorithm).toBe('ES256')
  const first = await signer.sign(message)
  expect(verify('sha256', message, createPublicKey(publicKey), first.bytes)).toBe(true)

  now += 1_000
  expect(verifier.algorithm).toBe('ES384')
  const second = await signer.sign(message)
  expect([first.algorithm, second.algorithm]).toEqual(['ES256', 'ES384'])
  expect(signer.publishedKeys().map(({ role }) => role)).toEqual(['next', 'retired'])
  for (const { bytes } of [first, second]) expect(await verifier.verify(message, bytes)).toBe(true)
  now += 3_660_000
  expect(await verifier.verify(message, first.bytes)).toBe(false)

  await container.unbindAllAsync()
  expect(SigningError.is(await failureOf(() => signer.sign(message)), 'Closed')).toBe(true)
})

test('the name that was meant is told when the module is loaded', async () => {
  const signers = await loadSigners(file)
  const error = await failureOf(() => new Container().load(signerModule(signers, { require: ['invoicse'] })))
  expectMeant(error)
})

test('the name that was meant is told by the registry', async () => {
  const container = new Container()
  container.load(signerModule(await loadSigners(file)))
  const registry = container.get(SignerRegistry)
  expectMeant(await failureOf(() => registry.get('invoicse')))
  expectMeant(await failureOf(() => registry.verifier('invoicse')))
  await container.unbindAllAsync()
})

test('a name that only verifies does not sign', async () => {
  const signers = await loadSigners(file)
  const error = await failureOf(() => new Container().load(signerModule(signers, { require: ['partner'] })))
  expect(SigningError.is(error, 'Configuration')).toBe(true)
  expect(error.message).toContain('partner')
})

function expectMeant(error: Error) {
  expect(SigningError.is(error, 'Configuration')).toBe(true)
  expect(error.message).toContain('did you mean invoices?')
}
