import { expect, test } from '@jest/globals'
import { assertClaims } from '../src/claims.js'
import { failureText } from './support/failure.js'

const NOW = 1_795_334_400
const rules = { required: [], now: NOW * 1000, lifetimeMs: undefined }

test('iat may be a minute in the future, and no second more', async () => {
  assertClaims({ iat: NOW + 60 }, rules)
  expect(await failureText(() => assertClaims({ iat: NOW + 61 }, rules))).toBe(
    `InvalidArgument: claims.iat is in the future: it is ${NOW + 61}, and now it is ${NOW}.`,
  )
})

test('a hundred thousand audiences are looked at in less than two seconds', async () => {
  const aud = Array.from({ length: 100_000 }, (_, index) => `service-${index}`)
  const start = performance.now()
  assertClaims({ aud }, rules)
  expect(performance.now() - start).toBeLessThan(2_000)
  expect(await failureText(() => assertClaims({ aud: [...aud, 'service-7'] }, rules))).toBe(
    'InvalidArgument: claims.aud[100000] is named a second time.',
  )
})
