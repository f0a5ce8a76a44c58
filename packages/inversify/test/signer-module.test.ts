import { describe, expect, test } from '@jest/globals'
import { SigningError } from '@signport/core'
import { SIGNER, SignerRegistry, signerModule, VERIFIER } from '@signport/inversify'
import { Container } from 'inversify'
import { failureOf } from './support/failure.js'
import { openTestSigners, type TestSigners } from './support/signers.js'

const message = Buffer.from('4,711 bolts')

function load(signers: TestSigners, options = {}, container = new Container()): Container {
  container.load(signerModule(signers, options))
  return container
}

describe('a container with the module', () => {
  test.each(['invoices', 'receipts'])('gives the signer %s, without waiting', async (name) => {
    const signers = openTestSigners(['invoices', 'receipts'])
    const container = load(signers)
    const signature = await container.get(SIGNER(name)).sign(message)
    expect(signers.isValid(name, message, signature)).toBe(true)
    expect(container.get(SIGNER(name))).toBe(container.get(SIGNER(name)))
    await container.unbindAllAsync()
  })

  test('gives a verifier for every name, which cannot sign', async () => {
    const container = load(openTestSigners(['invoices', 'receipts'], { verifyOnly: ['partner'] }))
    const signature = await container.get(SIGNER('invoices')).sign(message)
    const verdicts = ['invoices', 'receipts', 'partner'].map((name) =>
      container.get(VERIFIER(name)).verify(message, signature.bytes),
    )
    expect(await Promise.all(verdicts)).toEqual([true, false, true])
    expect(Object.keys(container.get(VERIFIER('invoices')))).toEqual(['algorithm', 'verify', 'verifyDigest'])
    await container.unbindAllAsync()
  })

  test('verifies digests and other layouts by the verifier of a signer, too', async () => {
    const container = load(openTestSigners(['invoices']))
    const encoding = 'ieee-p1363' as const
    const { bytes, digest } = await container
      .get(SIGNER('invoices'))
      .sign(message, { encoding, messageType: 'digest' })
    const verifier = container.get(VERIFIER('invoices'))
    expect(await verifier.verify(message, bytes, { encoding })).toBe(true)
    expect(await verifier.verify(message, bytes)).toBe(false)
    expect(await verifier.verifyDigest(digest ?? new Uint8Array(), bytes, { encoding })).toBe(true)
    await container.unbindAllAsync()
  })

  test('names what it does not have, and leaves it out where it is optional', async () => {
    const container = load(openTestSigners(['invoices'], { verifyOnly: ['partner'] }))
    const { message } = await failureOf(() => container.get(SIGNER('invoicse')))
    expect(message).toContain('No bindings found for service: "Symbol(the signer "invoicse" of Signport)"')
    expect(container.get(SIGNER('invoicse'), { optional: true })).toBeUndefined()
    expect(container.isBound(SIGNER('partner'))).toBe(false)
    await container.unbindAllAsync()
  })

  test.each(['Transient', 'Request', 'Singleton'] as const)(
    'works the same with the default scope %s',
    async (defaultScope) => {
      const signers = openTestSigners(['invoices'], { verifyOnly: ['partner'] })
      const container = load(signers, {}, new Container({ defaultScope }))
      expect(container.get(SIGNER('invoices'))).toBe(signers.get('invoices'))
      expect(container.get(VERIFIER('partner'))).toBe(signers.verifier('partner'))
      expect(container.get(SignerRegistry).get('invoices')).toBe(signers.get('invoices'))
      await container.unbindAllAsync()
      expect(signers.closed).toEqual(['invoices'])
    },
  )

  test('takes the module by loadAsync as well', async () => {
    const signers = openTestSigners(['invoices'])
    const container = new Container()
    await container.loadAsync(signerModule(signers, { require: ['invoices'] }))
    expect(container.get(SIGNER('invoices'))).toBe(signers.get('invoices'))
    await container.unbindAllAsync()
  })
})

describe('what is required', () => {
  test('is there: the module loads', async () => {
    const signers = openTestSigners(['invoices'], { verifyOnly: ['partner'] })
    const container = load(signers, { require: ['invoices'], requireVerifiers: ['partner', 'invoices'] })
    expect(signers.closed).toEqual([])
    await container.unbindAllAsync()
  })

  test.each([
    ['a signer that is missing', { require: ['invoices', 'invoicse'] }, ['invoicse']],
    ['a verifier that is missing', { requireVerifiers: ['partner', 'partnr'] }, ['partnr']],
    ['a signer that only verifies', { require: ['partner'] }, ['partner']],
    ['several', { require: ['a', 'b'], requireVerifiers: ['c'] }, ['a', 'b', 'c']],
  ])('is an error when the module loads: %s', async (_, options, missing) => {
    const container = new Container()
    const error = await failureOf(() =>
      load(openTestSigners(['invoices'], { verifyOnly: ['partner'] }), options, container),
    )
    expect(SigningError.is(error, 'Configuration')).toBe(true)
    expect(error.message).toBe(
      missing.map((name) => `There is no signer ${name}: did you mean invoices?`).join(' '),
    )
    expect(container.isBound(SIGNER('invoices'))).toBe(false)
  })

  test('is missing: the signers, which nobody else has, are closed', async () => {
    const signers = openTestSigners(['invoices', 'receipts'], { failing: ['invoices'] })
    const error = await failureOf(() => load(signers, { require: ['typo'] }))
    expect(error.message).toBe('There is no signer typo: did you mean invoices?')
    // A rejection that nobody handles would end this process in the meantime.
    await new Promise((resolve) => setImmediate(resolve))
    expect(signers.closed).toEqual(['invoices', 'receipts'])
  })

  test('is missing: signers that another container holds stay open', async () => {
    const signers = openTestSigners(['invoices'])
    const container = load(signers)
    await failureOf(() => load(signers, { require: ['typo'] }))
    await new Promise((resolve) => setImmediate(resolve))
    expect(signers.closed).toEqual([])
    await container.unbindAllAsync()
    expect(signers.closed).toEqual(['invoices'])
  })
})

test.each([
  ['a promise of signers', Promise.resolve(openTestSigners([]))],
  ['nothing', undefined],
  ['null', null],
  ['the path of a configuration', 'signport.yaml'],
  ['a map of signers', new Map()],
])('signerModule refuses %s', (_, signers) => {
  const error = new TypeError('signerModule takes signers: signerModule(await loadSigners(…))')
  expect(() => signerModule(signers as never)).toThrow(error)
})

describe('signerModule refuses options at once, before it holds the signers', () => {
  const AN_OBJECT = "The options of signerModule are an object, such as { require: ['invoices'] }."
  const listOf = (option: string) =>
    `${option} is a list of names in the configuration, such as ['invoices'].`

  test.each([
    [null, AN_OBJECT],
    ['invoices', AN_OBJECT],
    [['invoices'], AN_OBJECT],
    [
      { requires: ['invoices'] },
      'signerModule has no option requires: there are require and requireVerifiers.',
    ],
    [{ require: 'invoices' }, listOf('require')],
    [{ require: null }, listOf('require')],
    [{ require: ['invoices', 4] }, listOf('require')],
    [{ requireVerifiers: 'partner' }, listOf('requireVerifiers')],
    [{ requireVerifiers: [''] }, listOf('requireVerifiers')],
  ])('%j', async (options, message) => {
    const signers = openTestSigners(['invoices'])
    expect(() => signerModule(signers, options as never)).toThrow(new TypeError(message))
    const container = load(signers, { require: undefined, requireVerifiers: [] })
    expect(signers.closed).toEqual([])
    await container.unbindAllAsync()
  })
})
