import { createHash } from 'node:crypto'
import type { ChaosItem } from './item.js'
import type { Outcome } from './outcome.js'

/** The results of all items: exactly one for each. */
export interface Ledger {
  /** Notes how an item ended. */
  enter(item: ChaosItem, outcome: Outcome): void
  /** How it ended; undefined when nothing was noted. */
  outcomeOf(item: ChaosItem): Outcome | undefined
  /** What is lost, and what is there more than once. */
  defects(): readonly string[]
  /** SHA-256 of all outcomes in the order of the items, hexadecimal: two runs with one digest ended alike. */
  digest(): string
}

/** A ledger for items with the numbers from 0 on. */
export function createLedger(items: readonly ChaosItem[]): Ledger {
  const outcomes = new Array<Outcome | undefined>(items.length).fill(undefined)
  const twice: number[] = []
  const place = ({ index }: ChaosItem) => {
    if (items[index]?.index !== index) throw new RangeError(`There is no item ${index}.`)
    return index
  }
  return {
    enter(item, outcome) {
      const index = place(item)
      if (outcomes[index] === undefined) outcomes[index] = outcome
      else twice.push(index)
    },
    outcomeOf: (item) => outcomes[place(item)],
    defects: () => [
      ...outcomes.flatMap((outcome, index) =>
        outcome === undefined ? [`item ${index} was lost: it has no result`] : [],
      ),
      ...twice.map((index) => `item ${index} has more than one result`),
    ],
    digest: () => createHash('sha256').update(outcomes.join('\n')).digest('hex'),
  }
}
