import { expect, test } from '@jest/globals'
import type { SigningErrorCode } from '../src/error.js'
import { codeOfStatus } from '../src/refusal-status.js'

test.each<[number | undefined, SigningErrorCode, SigningErrorCode]>([
  [400, 'Internal', 'InvalidResponse'],
  [401, 'Internal', 'InvalidResponse'],
  [403, 'Internal', 'InvalidResponse'],
  [407, 'Internal', 'InvalidResponse'],
  [408, 'Unavailable', 'Unavailable'],
  [413, 'MessageTooLarge', 'MessageTooLarge'],
  [425, 'Unavailable', 'Unavailable'],
  [429, 'Throttled', 'Throttled'],
  [499, 'Internal', 'InvalidResponse'],
  [500, 'Internal', 'Internal'],
  [501, 'Internal', 'Internal'],
  [502, 'Unavailable', 'Unavailable'],
  [503, 'Unavailable', 'Unavailable'],
  [504, 'Unavailable', 'Unavailable'],
  [undefined, 'Internal', 'InvalidResponse'],
])('%s means %s with a code that nobody knows, and %s without any', (status, coded, bare) => {
  expect(codeOfStatus(status, true)).toBe(coded)
  expect(codeOfStatus(status, false)).toBe(bare)
})
