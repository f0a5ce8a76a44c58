import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Signer } from '@signport/core'
import { SIGNER, SignerRegistry, signerModule, VERIFIER } from '@signport/inversify'
import { Container } from 'inversify'
import { failureOf } from './support/failure.js'
import {
  ByAccessor,
  ByParameter,
  ByProperty,
  ByType,
  DecoratedByCalls,
  type Given,
  Mistaken,
  Modest,
  Undecorated,
} from './support/services.js'
import { openTestSigners, type TestSigners } from './support/signers.js'

let signers: TestSigners
let container: Container
beforeEach(() => {
  signers = openTestSigners(['invoices', 'receipts'], { verifyOnly: ['partner'] })
  container = new Container()
  container.load(signerModule(signers, { require: ['invoices'], requireVerifiers: ['partner'] }))
})
afterEach(() => container.unbindAllAsync())

describe('a service is given its signers', () => {
  test.each([ByParameter, ByProperty, ByAccessor, DecoratedByCalls])('$name', (Service) => {
    container.bind(Service as new () => Given).toSelf()
    expectAll(container.get(Service))
  })

  test('by a factory, without any decorator', () => {
    container
      .bind(Undecorated)
      .toResolvedValue(
        (signer, verifier, registry) => new Undecorated(signer, verifier, registry),
        [SIGNER('invoices'), VERIFIER('partner'), SignerRegistry],
      )
    expectAll(container.get(Undecorated))
  })

  test('by a dynamic value', () => {
    container
      .bind(Undecorated)
      .toDynamicValue(
        ({ get }) => new Undecorated(get(SIGNER('invoices')), get(VERIFIER('partner')), get(SignerRegistry)),
      )
    expectAll(container.get(Undecorated))
  })

  test("by a token of the program's own", () => {
    container.bind<Signer>('signer of invoices').toService(SIGNER('invoices'))
    expect(container.get('signer of invoices')).toBe(signers.get('invoices'))
  })

  function expectAll({ signer, verifier, registry }: Given) {
    expect(signer).toBe(signers.get('invoices'))
    expect(verifier).toBe(signers.verifier('partner'))
    expect(registry.get('receipts')).toBe(signers.get('receipts'))
  }
})

test('a parameter without a decorator needs decorator metadata, which these tests are compiled without', async () => {
  const { message } = await failureOf(() => container.bind(ByType).toSelf())
  expect(message).toContain('Found unexpected missing metadata on type "ByType"')
})

describe('a service that wants a name that is not configured', () => {
  test('is not made, and the error names both', async () => {
    container.bind(Mistaken).toSelf()
    const { message } = await failureOf(() => container.get(Mistaken))
    expect(message).toContain('No bindings found for service: "Symbol(the signer "invoicse" of Signport)"')
    expect(message).toContain('Trying to resolve bindings for "Mistaken"')
  })

  test('goes without, where it says so', () => {
    container.bind(Modest).toSelf()
    expect(container.get(Modest).signer).toBeUndefined()
  })
})

test('a test gives a service another signer in one line', async () => {
  container.bind(ByParameter).toSelf().inSingletonScope()
  container.rebind(SIGNER('invoices')).toConstantValue(signers.get('receipts'))

  const message = Buffer.from('4,711 bolts')
  const signature = await container.get(ByParameter).signer.sign(message)
  expect(signers.isValid('receipts', message, signature)).toBe(true)
  expect(signers.isValid('invoices', message, signature)).toBe(false)
})
