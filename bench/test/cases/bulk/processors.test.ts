import { expect, test } from '@jest/globals'
import { watchProcessors } from '../../../src/cases/bulk/processors.js'

test('what is idle is a share of the time that has passed', async () => {
  const processors = watchProcessors()
  const shares = [processors.idle()]
  await new Promise((resolve) => setTimeout(resolve, 50))
  shares.push(processors.idle())
  for (const share of shares) {
    expect(share).toBeGreaterThanOrEqual(0)
    expect(share).toBeLessThanOrEqual(1)
  }
})
