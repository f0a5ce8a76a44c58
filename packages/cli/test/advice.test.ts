import { expect, test } from '@jest/globals'
import { ADVICE } from '../src/advice.js'

test.each(Object.entries(ADVICE))('%s has advice of its own, in whole sentences', (_, advice) => {
  expect(advice).toMatch(/^[A-Z].*\.$/)
  expect(Object.values(ADVICE).filter((each) => each === advice)).toHaveLength(1)
})

test('who is not let in may have typed the wrong passphrase', () => {
  expect(ADVICE.Unauthenticated).toMatch(/credentials.*passphrase/)
})

test('a key that cannot sign yet may be one of a rotation', () => {
  expect(ADVICE.KeyUnavailable).toMatch(/key store.*rotation/)
})
