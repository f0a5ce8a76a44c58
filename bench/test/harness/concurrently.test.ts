import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { concurrently } from '../../src/harness/concurrently.js'

const soon = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('concurrently', () => {
  test('does all, and as many at once as it may', async () => {
    const count = fc.integer({ min: 0, max: 60 })
    const concurrency = fc.integer({ min: 1, max: 40 })
    await fc.assert(
      fc.asyncProperty(count, concurrency, async (count, concurrency) => {
        let [begun, underWay, most] = [0, 0, 0]
        await concurrently(count, concurrency, async () => {
          begun += 1
          underWay += 1
          most = Math.max(most, underWay)
          await soon()
          underWay -= 1
        })
        expect({ begun, underWay, most }).toEqual({
          begun: count,
          underWay: 0,
          most: Math.min(count, concurrency),
        })
      }),
    )
  })

  test('begins nothing more after the first that fails, and throws what that threw', async () => {
    let begun = 0
    const failure = new Error('the third')
    const once = async () => {
      begun += 1
      const fails = begun === 3
      await soon()
      if (fails) throw failure
    }
    await expect(concurrently(100, 4, once)).rejects.toBe(failure)
    await soon()
    await soon()
    expect(begun).toBeLessThanOrEqual(8)
  })
})
