import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createSigner, fetchPublicKey, type ProviderLimits } from '../src/index.js'
import { assertLimits } from '../src/limits.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'

const check = (limits: object) => assertLimits(limits as ProviderLimits, 'house')

describe('limits that a connection can have', () => {
  test.each([
    {},
    { maxConcurrency: undefined, maxPerSecond: undefined },
    { maxConcurrency: 1 },
    { maxConcurrency: 10_000 },
    { maxPerSecond: 0.5 },
    { maxPerSecond: Number.MIN_VALUE },
    { maxPerSecond: 1_000_000 },
    { maxConcurrency: 64, maxPerSecond: 180 },
    { maxAttempts: 10, retryBudget: 0 },
    { maxAttempts: 1, retryBudget: Number.POSITIVE_INFINITY },
  ])('%j', (limits) => {
    expect(() => check(limits)).not.toThrow()
  })
})

describe('limits that it cannot have are Configuration, with what was expected', () => {
  const WHOLE = 'maxConcurrency must be a whole number from 1 to 10000, not'
  const RATE = 'maxPerSecond must be a number above 0, and at most 1000000, not'

  test.each<[object, string]>([
    [{ maxConcurrency: 0 }, `${WHOLE} 0.`],
    [{ maxConcurrency: -5 }, `${WHOLE} -5.`],
    [{ maxConcurrency: 1.5 }, `${WHOLE} 1.5.`],
    [{ maxConcurrency: 10_001 }, `${WHOLE} 10001.`],
    [{ maxConcurrency: Number.POSITIVE_INFINITY }, `${WHOLE} Infinity.`],
    [{ maxConcurrency: Number.NaN }, `${WHOLE} NaN.`],
    [{ maxConcurrency: '64' }, `${WHOLE} the text '64'.`],
    [{ maxConcurrency: null }, `${WHOLE} null.`],
    [{ maxPerSecond: 0 }, `${RATE} 0.`],
    [{ maxPerSecond: -1 }, `${RATE} -1.`],
    [{ maxPerSecond: 1_000_001 }, `${RATE} 1000001.`],
    [{ maxPerSecond: Number.POSITIVE_INFINITY }, `${RATE} Infinity.`],
    [{ maxPerSecond: Number.NaN }, `${RATE} NaN.`],
    [{ maxPerSecond: '180' }, `${RATE} the text '180'.`],
    [{ maxPerSecond: null }, `${RATE} null.`],
    [{ maxConcurrency: '\u001b[31mred' }, `${WHOLE} the text '\\u{1b}[31mred'.`],
    [{ maxPerSecond: 'x'.repeat(100) }, `${RATE} the text '${'x'.repeat(40)}…'.`],
    ...[0, 11, 1.5, null].map((maxAttempts): [object, string] => [
      { maxAttempts },
      `maxAttempts must be a whole number from 1 to 10, not ${maxAttempts}.`,
    ]),
    ...[-1, Number.NaN, '500', null].map((retryBudget): [object, string] => [
      { retryBudget },
      `retryBudget must be a number from 0 on, not ${typeof retryBudget === 'string' ? `the text '${retryBudget}'` : retryBudget}.`,
    ]),
    // The first that is wrong is told.
    [{ maxConcurrency: 0, maxPerSecond: 0 }, `${WHOLE} 0.`],
  ])('%j', async (limits, message) => {
    expect(await failure(() => check(limits), 'Configuration')).toMatchObject({ message, provider: 'house' })
  })
})

test('of all numbers, exactly those in the range are taken', () => {
  const taken = (limits: object) => {
    try {
      check(limits)
      return true
    } catch {
      return false
    }
  }
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.integer(), fc.integer({ min: -3, max: 10_003 })), (value) => {
      expect(taken({ maxConcurrency: value })).toBe(Number.isInteger(value) && value >= 1 && value <= 10_000)
      expect(taken({ maxPerSecond: value })).toBe(value > 0 && value <= 1_000_000)
    }),
  )
})

test('limits of a provider of any kind are looked at before anything is asked', async () => {
  const provider = Object.assign(new NodeProvider(keyPair('ES256')), { limits: { maxConcurrency: 0 } })
  const make = () => createSigner({ provider, keyId: 'k', algorithm: 'ES256' })
  expect(await failure(make, 'Configuration')).toMatchObject({
    message: `maxConcurrency must be a whole number from 1 to 10000, not 0.`,
  })
  await failure(() => fetchPublicKey(provider, 'k'), 'Configuration')
  expect(provider.fetched).toBe(0)
})
