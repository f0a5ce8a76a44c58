import type { Figure, Result, Row, Run } from '../../harness/case.js'
import { wallClock } from '../../harness/clock.js'
import { concurrently } from '../../harness/concurrently.js'
import { type Contender, compareAll } from '../../harness/pairs.js'
import { speedOf, speedsOf } from '../speed.js'
import { LOCAL_ALGORITHMS, type LocalAlgorithm, type LocalKeyPair } from './local-algorithm.js'

/** One operation by Signport and by node:crypto, each of which was seen to be right. */
export interface Sides {
  readonly signport: () => Promise<unknown>
  readonly native: (() => Promise<unknown>) | undefined
  readonly note: string
  close?(): Promise<void>
}

/** Whose two sides they are. */
interface Opposed extends Sides {
  readonly algorithm: LocalAlgorithm
}

/** One at a time, and as many as libuv has threads. */
const CONCURRENCIES = [1, 4]

/** How long a turn takes, in milliseconds: so that hundreds of turns take minutes. */
const TURN_MS = 120
const QUICK_TURN_MS = 2

const NATIVE = 'node:crypto'

/** Compares both sides for each algorithm, by the time that goes by: the work is done in other threads. */
export async function compareLocally(
  run: Run,
  subject: string,
  sidesOf: (algorithm: LocalAlgorithm, pair: LocalKeyPair) => Promise<Sides>,
): Promise<readonly Result[]> {
  const all: Opposed[] = []
  try {
    for (const algorithm of LOCAL_ALGORITHMS)
      all.push({ algorithm, ...(await sidesOf(algorithm, algorithm.makeKey())) })
    const results: Result[] = []
    for (const concurrency of CONCURRENCIES)
      for (const sides of all) results.push(await compare(run, subject, concurrency, sides))
    return results
  } finally {
    await Promise.all(all.map((sides) => sides.close?.()))
  }
}

async function compare(run: Run, subject: string, concurrency: number, sides: Opposed): Promise<Result> {
  const { algorithm, native, note } = sides
  run.progress(`${algorithm.name}, concurrency ${concurrency}`)
  const contenderOf = (name: string, once: () => Promise<unknown>): Contender => ({
    name,
    perform: (count) => concurrently(count, concurrency, once),
  })
  const signport = contenderOf(subject, sides.signport)
  const contenders = native ? [signport, contenderOf(NATIVE, native)] : [signport]
  const counts: number[] = []
  for (const contender of contenders)
    counts.push(await countOf(contender, run.quick ? QUICK_TURN_MS : TURN_MS))
  const count = Math.min(...counts)
  const measured = await compareAll(contenders, { clock: wallClock, count, pairs: run.pairs })
  const group = `Concurrency ${concurrency}`
  const named = `${algorithm.name} by ${subject}`
  if (!native)
    return { group, subject: named, unit: '1/s', value: speedOf(measured, subject), note } satisfies Figure
  return {
    group,
    subject: named,
    ...speedsOf(measured, subject, NATIVE),
    pairs: run.pairs,
    ...(algorithm.target && { target: algorithm.target }),
    note,
  } satisfies Row
}

/** How many operations take about so long: as often as one does them before that is known, all code is warm. */
async function countOf({ perform }: Contender, milliseconds: number): Promise<number> {
  for (let count = 4; ; count *= 2) {
    const begun = wallClock()
    await perform(count)
    const took = (wallClock() - begun) / 1_000
    if (took >= milliseconds / 2) return Math.max(1, Math.round((count * milliseconds) / took))
  }
}
