import { describe, expect, test } from '@jest/globals'
import { planItem } from '../src/item.js'
import { createLedger, type Ledger } from '../src/ledger.js'
import type { Outcome } from '../src/outcome.js'

const items = Array.from({ length: 5 }, (_, index) => planItem(1, index))
const OUTCOMES: readonly Outcome[] = ['signed', 'Timeout', 'signed', 'Throttled', 'signed']

function filled(order: readonly number[] = [0, 1, 2, 3, 4]): Ledger {
  const ledger = createLedger(items)
  for (const index of order) ledger.enter(planItem(1, index), OUTCOMES[index] as Outcome)
  return ledger
}

test('one result for each item is as it should be', () => {
  const ledger = filled()
  expect(ledger.defects()).toEqual([])
  expect(items.map((item) => ledger.outcomeOf(item))).toEqual(OUTCOMES)
})

test('a lost result is noticed', () => {
  expect(filled([0, 1, 2, 4]).defects()).toEqual(['item 3 was lost: it has no result'])
})

test('a result that comes twice is noticed, and the first one counts', () => {
  const ledger = filled()
  ledger.enter(planItem(1, 3), 'signed')
  expect(ledger.defects()).toEqual(['item 3 has more than one result'])
  expect(ledger.outcomeOf(planItem(1, 3))).toBe('Throttled')
})

test('a result of an item that there is not is refused', () => {
  expect(() => createLedger(items).enter(planItem(1, 5), 'signed')).toThrow(RangeError)
})

describe('the digest', () => {
  test('does not depend on the order in which results came', () => {
    expect(filled([4, 2, 0, 3, 1]).digest()).toBe(filled().digest())
  })

  test('is another one for other outcomes, and for the same ones of other items', () => {
    const other = createLedger(items)
    const swapped = createLedger(items)
    for (const [index, item] of items.entries()) {
      other.enter(item, index === 1 ? 'Internal' : (OUTCOMES[index] as Outcome))
      swapped.enter(item, OUTCOMES[(index + 1) % 5] as Outcome)
    }
    expect(new Set([filled(), other, swapped].map((ledger) => ledger.digest())).size).toBe(3)
  })
})
