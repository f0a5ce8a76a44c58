import { describe, expect, test } from '@jest/globals'
import { injectSigner, injectVerifier, SIGNER, VERIFIER } from '@signport/inversify'
import fc from 'fast-check'

const names = fc.string({ minLength: 1, unit: 'binary' })

describe('a token', () => {
  test('is the same for the same name, and another for every other name and role', () => {
    fc.assert(
      fc.property(names, names, (one, other) => {
        expect(SIGNER(one)).toBe(SIGNER(one))
        expect(VERIFIER(one)).toBe(VERIFIER(one))
        expect(SIGNER(one) === SIGNER(other)).toBe(one === other)
        expect(SIGNER(one)).not.toBe(VERIFIER(other))
      }),
    )
  })

  test('is shared with other installed copies of the package', () => {
    expect(SIGNER('invoices')).toBe(Symbol.for('the signer "invoices" of Signport'))
    expect(VERIFIER('partner')).toBe(Symbol.for('the verifier "partner" of Signport'))
  })

  test.each([
    ['SIGNER', SIGNER, 'signer'],
    ['VERIFIER', VERIFIER, 'verifier'],
    ['injectSigner', injectSigner, 'signer'],
    ['injectVerifier', injectVerifier, 'verifier'],
  ])('%s refuses what is no name', (_, tokenOf, role) => {
    const message = `The token of a ${role} needs its name in the configuration, such as 'invoices'.`
    for (const name of ['', undefined, null, 4, Symbol('invoices')])
      expect(() => tokenOf(name as string)).toThrow(new TypeError(message))
  })
})
