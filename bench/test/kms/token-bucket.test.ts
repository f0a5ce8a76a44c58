import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { TokenBucket } from '../../src/kms/token-bucket.js'

const quotas = fc.record({
  perSecond: fc.integer({ min: 1, max: 2_000 }),
  burst: fc.integer({ min: 1, max: 500 }),
})

/** When requests come, in milliseconds. */
const times = fc
  .array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 300 })
  .map((pauses) =>
    pauses.map((_, index) => pauses.slice(0, index + 1).reduce((sum, pause) => sum + pause, 0)),
  )

test('in no span of time are more requests answered than a burst and what the rate gives', () => {
  fc.assert(
    fc.property(quotas, times, (quota, arrivals) => {
      const bucket = new TokenBucket(quota, 0)
      const taken = arrivals.filter((now) => bucket.take(now))
      taken.forEach((last, end) => {
        taken.slice(0, end + 1).forEach((first, begin) => {
          const most = quota.burst + ((last - first) * quota.perSecond) / 1_000
          expect(end - begin + 1).toBeLessThanOrEqual(most + 1e-6)
        })
      })
    }),
    { numRuns: 30 },
  )
})

test('nobody who keeps to the rate is refused', () => {
  fc.assert(
    fc.property(quotas, fc.integer({ min: 1, max: 1_000 }), (quota, count) => {
      const bucket = new TokenBucket(quota, 0)
      const apart = 1_000 / quota.perSecond + 1e-6
      expect(Array.from({ length: count }, (_, index) => bucket.take(index * apart))).not.toContain(false)
    }),
  )
})

test('a burst is refused its last request, until a token has come back', () => {
  const bucket = new TokenBucket({ perSecond: 1_000, burst: 2 }, 5)
  expect([5, 5, 5, 5.5, 6, 6].map((now) => bucket.take(now))).toEqual([true, true, false, false, true, false])
})
