import { describe, expect, test } from '@jest/globals'
import { RetryBudget } from '../src/retry-budget.js'

/** How many repetitions can be paid. */
function count(budget: RetryBudget, throttled: boolean): number {
  let repetitions = 0
  while (budget.spend(throttled) !== undefined) repetitions++
  return repetitions
}

describe('a retry budget', () => {
  test.each([
    [false, 35],
    [true, 100],
  ])('where throttled is %p lasts for %d repetitions while nothing works', (throttled, expected) => {
    expect(count(new RetryBudget(), throttled)).toBe(expected)
  })

  test('gets back what a repetition cost that worked, and a little for what need not be repeated', () => {
    const budget = new RetryBudget(14)
    expect(budget.spend(false)).toBe(14)
    expect(budget.spend(true)).toBeUndefined()
    for (let request = 0; request < 4; request++) budget.succeeded(0)
    expect(budget.spend(true)).toBeUndefined()
    budget.succeeded(0)
    expect(budget.spend(true)).toBe(5)
    budget.succeeded(14)
    expect(budget.spend(false)).toBe(14)
  })

  test('never holds more than at the beginning', () => {
    const budget = new RetryBudget(28)
    for (let request = 0; request < 1_000; request++) budget.succeeded(14)
    expect(count(budget, false)).toBe(2)
  })

  test('may have no limit', () => {
    const budget = new RetryBudget(Number.POSITIVE_INFINITY)
    for (let request = 0; request < 10_000; request++) expect(budget.spend(false)).toBe(14)
    budget.succeeded(14)
    expect(budget.spend(false)).toBe(14)
  })
})
