import { cpuClock } from '../harness/clock.js'
import { concurrently } from '../harness/concurrently.js'
import { compareAll } from '../harness/pairs.js'
import type { Kms, KmsAlgorithm } from '../kms/kms.js'
import { assertSigns, type Way } from './way.js'

/** What a program that measures ways is told. */
export interface ClientArgument {
  readonly kms: Kms
  readonly algorithm: KmsAlgorithm
  /** Which ones, by their names. */
  readonly names: readonly string[]
  readonly concurrency: number
  /** The signatures of a turn. */
  readonly count: number
  readonly pairs: number
  /** The signatures of each way before the first turn, until its code has been compiled. */
  readonly warmup: number
}

/** The CPU time of a signature, in microseconds, by each way in each round. */
export type Samples = Readonly<Record<string, readonly number[]>>

/** While they warm up, ways need not wait. */
const WARMUP_CONCURRENCY = 32

/** Measures ways beside each other, in this process, and closes them. */
export async function measureWays(
  { kms, algorithm, names, concurrency, count, pairs, warmup }: ClientArgument,
  waysTo: (kms: Kms, algorithm: KmsAlgorithm) => readonly Way[],
): Promise<Samples> {
  const ways = waysTo(kms, algorithm).filter(({ name }) => names.includes(name))
  const message = Buffer.from(kms.message, 'base64')
  try {
    for (const way of ways) {
      await assertSigns(way, message)
      await concurrently(warmup, WARMUP_CONCURRENCY, way.once)
    }
    const contenders = ways.map(({ name, once }) => ({
      name,
      perform: (times: number) => concurrently(times, concurrency, once),
    }))
    const measured = await compareAll(contenders, { clock: cpuClock, count, pairs, warmup: 0 })
    return Object.fromEntries(names.map((name) => [name, measured.of(name)]))
  } finally {
    for (const way of ways) await way.close?.()
  }
}
