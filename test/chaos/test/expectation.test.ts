import { describe, expect, test } from '@jest/globals'
import type { Met } from '../src/emulator-process.js'
import { expectationDefects } from '../src/expectation.js'
import { type ChaosItem, planItem } from '../src/item.js'
import type { Outcome } from '../src/outcome.js'

const USUAL: ChaosItem = {
  ...planItem(1, 0),
  connection: 'aws-kms',
  refused: false,
  pin: 'none',
  haste: 'none',
}

/** Of each fault, in their order; `-` for none. */
const met = (operation: string, faults: string): readonly Met[] =>
  faults === ''
    ? []
    : faults.split(' ').map((fault) => ({
        keyId: USUAL.keyId,
        operation,
        fault: fault === '-' ? undefined : (fault as NonNullable<Met['fault']>),
        code: undefined,
      }))

function defects(signs: string, keys: string, outcome: Outcome, item: Partial<ChaosItem> = {}) {
  return expectationDefects(
    { ...USUAL, ...item },
    [...met('Sign', signs), ...met('GetPublicKey', keys)],
    outcome,
  )
}

const ten = (fault: string) => new Array(10).fill(fault).join(' ')

// A rest parameter: jest would take the fourth for its `done` where a row has three.
describe('what must come of an item', () => {
  test.each<[signs: string, keys: string, outcome: Outcome, item?: Partial<ChaosItem>]>([
    ['-', '-', 'signed'],
    ['highS', '-', 'signed'],
    ['contentType', 'resetAfter', 'signed'],
    ['throttle reset stall -', 'drip html -', 'signed'],
    ['movedKey', '-', 'signed'],
    ['movedKey movedKey', '-', 'KeyNotFound', { connection: 'alibaba openapi' }],
    ['-', 'oldPublicKey -', 'signed'],
    ['expiredToken -', '-', 'signed'],
    ['expiredToken expiredToken', '', 'Unauthenticated'],
    ['expiredToken', '', 'Unauthenticated', { connection: 'alibaba instance' }],
    ['expiredToken', '', 'Unauthenticated', { connection: 'alibaba instance', haste: 'abort' }],
    ['clockSkew', '-', 'Unauthenticated'],
    ['hostileText', '-', 'AccessDenied'],
    ['redirect', '-', 'Configuration'],
    ['reset htmlOk', '-', 'InvalidResponse'],
    ['-', 'cut', 'InvalidResponse'],
    ['', 'hostileText', 'AccessDenied'],
    ['bitFlip', '- -', 'SignatureCheckFailed'],
    ['otherKey', '- empty', 'InvalidResponse'],
    ['movedKey', '-', 'KeyMismatch', { pin: 'thumbprint' }],
    ['movedKey', '', 'KeyMismatch', { pin: 'key' }],
    [ten('reset'), '-', 'Unavailable'],
    ['stall', '', 'Timeout', { haste: 'deadline' }],
    ['reset throttle', '', 'Throttled', { haste: 'deadline' }],
    ['reset drip', '', 'Aborted', { haste: 'abort' }],
  ])('after %j for the signature and %j for the key it is %s', (...[signs, keys, outcome, item]) => {
    expect(defects(signs, keys, outcome, item)).toEqual([])
  })
})

describe('what must not come of it', () => {
  test.each<[signs: string, keys: string, outcome: Outcome, item?: Partial<ChaosItem>]>([
    ['-', '-', 'Unavailable'],
    ['-', '-', 'SignatureCheckFailed'],
    ['movedKey', '-', 'SignatureCheckFailed'],
    ['movedKey', '-', 'KeyNotFound', { connection: 'alibaba openapi' }],
    ['expiredToken -', '-', 'Unauthenticated'],
    ['expiredToken', '', 'Unauthenticated'],
    ['bitFlip', '-', 'signed'],
    ['otherKey', '-', 'signed'],
    ['otherMessage', '-', 'signed'],
    ['otherSalt', '-', 'signed'],
    ['doubleHash', '-', 'signed'],
    ['hostileText', '-', 'Unavailable'],
    ['movedKey', '-', 'signed', { pin: 'thumbprint' }],
    ['movedKey', '', 'signed', { pin: 'key' }],
    ['reset', '-', 'Unavailable'],
    ['throttle', '', 'Timeout', { haste: 'deadline' }],
    ['reset', '', 'Unavailable', { haste: 'deadline' }],
    ['stall -', '', 'Timeout', { haste: 'deadline' }],
    ['reset -', '', 'Aborted', { haste: 'abort' }],
    ['', '', 'signed'],
  ])('after %j for the signature and %j for the key it is not %s', (...[signs, keys, outcome, item]) => {
    expect(defects(signs, keys, outcome, item)).toEqual([expect.stringContaining(`ended as ${outcome}`)])
  })
})

test('nothing is asked again after an answer that is final', () => {
  expect(defects('cut -', '-', 'signed')).toEqual([expect.stringContaining('asked again')])
  expect(defects('reset -', '-', 'signed')).toEqual([])
})

test('what was not signed for another reason is looked at elsewhere', () => {
  expect(expectationDefects(USUAL, [], undefined)).toEqual([])
  expect(expectationDefects({ ...USUAL, refused: true }, [], 'Unavailable')).toEqual([])
})
