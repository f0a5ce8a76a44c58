import { createHash } from 'node:crypto'

/** Choices that a text decides: the same ones each time. */
export interface Random {
  /** A number from 0 up to, but not, 1. */
  next(): number
  /** True as often as the probability says. */
  chance(probability: number): boolean
  /** One of the values, each as often as its weight says. */
  pick<T>(choices: Choices<T>): T
}

/** Values with their weights, of which only the proportions count. */
export type Choices<T> = readonly (readonly [weight: number, value: T])[]

const NUMBERS_IN_A_BLOCK = 8

/** Choices by SHA-256 of the seed and a counter. */
export function createRandom(seed: string): Random {
  let drawn = 0
  let block = Buffer.alloc(0)
  const next = () => {
    const at = drawn++ % NUMBERS_IN_A_BLOCK
    if (at === 0) block = createHash('sha256').update(`${seed}:${drawn}`).digest()
    return block.readUInt32BE(4 * at) / 2 ** 32
  }
  return {
    next,
    chance: (probability) => next() < probability,
    pick: (choices) => picked(choices, next()),
  }
}

function picked<T>(choices: Choices<T>, at: number): T {
  let rest = at * choices.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, value] of choices) {
    rest -= weight
    if (rest < 0) return value
  }
  const last = choices.at(-1)
  if (!last) throw new TypeError('There is nothing to pick from.')
  return last[1]
}
