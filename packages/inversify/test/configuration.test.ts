import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { loadSigners } from '@signport/config'
import { SigningError } from '@signport/core'
import { SIGNER, SignerRegistry, signerModule, VERIFIER } from '@signport/inversify'
import { Container } from 'inversify'
import { failureOf } from './support/failure.js'

const folder = mkdtempSync(join(tmpdir(), 'signport-inversify-'))
const file = join(folder, 'signport.yaml')
const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const message = Buffer.from('4,711 bolts')

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
