import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { SigningError } from '@signport/core'
import { SIGNER, SignerRegistry, signerModule } from '@signport/inversify'
import { Container } from 'inversify'
import { failureOf } from './support/failure.js'
import { openTestSigners, type TestSigners } from './support/signers.js'

let signers: TestSigners
let container: Container
beforeEach(() => {
  signers = openTestSigners(['invoices', 'receipts'], { verifyOnly: ['partner'] })
  container = new Container()
  container.load(signerModule(signers))
})
afterEach(() => container.unbindAllAsync())

describe('the registry', () => {
  test('lists the names as they are configured', () => {
    const { names, signerNames } = container.get(SignerRegistry)
    expect({ names, signerNames }).toEqual({
      names: ['invoices', 'receipts', 'partner'],
      signerNames: ['invoices', 'receipts'],
    })
  })

  test.each(['invoices', 'receipts'])('gives the signer %s, as its token does', (name) => {
    expect(container.get(SignerRegistry).get(name)).toBe(container.get(SIGNER(name)))
  })

  test.each(['invoices', 'partner'])('gives the verifier %s', async (name) => {
    const message = Buffer.from('4,711 bolts')
    const signature = await container.get(SIGNER('invoices')).sign(message)
    expect(await container.get(SignerRegistry).verifier(name).verify(message, signature)).toBe(true)
  })

  test.each(['invoicse', '', 'constructor', '__proto__'])(
    'says what is nearest to %j, which there is not',
    async (name) => {
      const registry = container.get(SignerRegistry)
      for (const look of [registry.get, registry.verifier]) {
        const error = await failureOf(() => look(name))
        expect(SigningError.is(error, 'Configuration')).toBe(true)
        expect(error.message).toBe(`There is no signer ${name}: did you mean invoices?`)
      }
    },
  )

  test('refuses to sign by a name that only verifies', async () => {
    const error = await failureOf(() => container.get(SignerRegistry).get('partner'))
    expect(SigningError.is(error, 'Configuration')).toBe(true)
  })

  test('cannot close what others use', () => {
    expect(Object.keys(container.get(SignerRegistry)).sort()).toEqual([
      'get',
      'names',
      'signerNames',
      'verifier',
    ])
  })
})

describe('a name that a test binds anew', () => {
  const message = Buffer.from('4,711 bolts')

  test.each(['before', 'after'])('is what the registry gives that was resolved %s that', (when) => {
    const early = container.get(SignerRegistry)
    container.rebind(SIGNER('invoices')).toConstantValue(signers.get('receipts'))
    const registry = when === 'before' ? early : container.get(SignerRegistry)
    expect(registry.get('invoices')).toBe(signers.get('receipts'))
    expect(registry.get('receipts')).toBe(signers.get('receipts'))
  })

  test('verifies with its new signer, too', async () => {
    const signature = await signers.get('receipts').sign(message)
    const verify = () => container.get(SignerRegistry).verifier('invoices').verify(message, signature)
    expect(await verify()).toBe(false)
    container.rebind(SIGNER('invoices')).toConstantValue(signers.get('receipts'))
    expect(await verify()).toBe(true)
  })

  test('in a child is what the registry of the child gives, and not that of the parent', () => {
    const child = new Container({ parent: container })
    child.bind(SIGNER('invoices')).toConstantValue(signers.get('receipts'))
    expect(child.get(SignerRegistry).get('invoices')).toBe(signers.get('receipts'))
    expect(container.get(SignerRegistry).get('invoices')).toBe(signers.get('invoices'))
  })
})
