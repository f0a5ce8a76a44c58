import { Bench } from 'tinybench'
import type { Clock } from './clock.js'
import { collectGarbage } from './garbage.js'
import { Measured } from './measured.js'
import { orderOf } from './rounds.js'

/** One way to do the work that is compared. */
export interface Contender {
  readonly name: string
  perform(count: number): Promise<void>
  close?(): Promise<void>
}

/** A measurement that a case takes itself, of a child process for example. At least 0, in whatever it counts. */
export interface Sampler {
  readonly name: string
  sample(): Promise<number>
}

export interface Rounds {
  readonly pairs: number
  /** Called when a round begins, with its index. */
  onRound?(round: number): void
}

export interface ContenderRounds extends Rounds {
  readonly clock: Clock
  /** How many operations a turn has. */
  readonly count: number
  /** How many operations each contender does before the first round. Without it, as many as a turn has. */
  readonly warmup?: number
}

/** Measures contenders in turns, and gives what an operation took. Whoever made them closes them. */
export async function compareAll(
  contenders: readonly Contender[],
  options: ContenderRounds,
): Promise<Measured> {
  const { clock, count, warmup = count } = options
  for (const contender of contenders) await contender.perform(warmup)
  const turns = contenders.map((contender) => ({
    name: contender.name,
    take: () => contender.perform(count),
  }))
  return rounds(turns, options, clock, count)
}

/** Measures in turns, too; what a turn took is what its sampler says. */
export async function compareAny(samplers: readonly Sampler[], options: Rounds): Promise<Measured> {
  const turns = samplers.map((sampler) => ({ name: sampler.name, take: () => taken(sampler) }))
  return rounds(turns, options, () => 0, 1)
}

/** In the words of tinybench, which would otherwise take its own time. */
async function taken(sampler: Sampler): Promise<{ overriddenDuration: number }> {
  const overriddenDuration = await sampler.sample()
  if (Number.isFinite(overriddenDuration) && overriddenDuration >= 0) return { overriddenDuration }
  throw new RangeError(`${sampler.name} took ${overriddenDuration}`)
}

interface Turn {
  readonly name: string
  take(): Promise<unknown>
}

async function rounds(
  turns: readonly Turn[],
  options: Rounds,
  clock: Clock,
  count: number,
): Promise<Measured> {
  const samples = new Map(turns.map(({ name }) => [name, [] as number[]]))
  if (samples.size < turns.length) throw new RangeError('Two contenders have one name')
  for (let round = 0; round < options.pairs; round += 1) {
    options.onRound?.(round)
    for (const [name, total] of await roundOf(orderOf(turns, round), clock))
      samples.get(name)?.push(total / count)
  }
  return new Measured(samples)
}

/** One turn of each. The young garbage of the one before is collected first, off the clock. */
async function roundOf(
  turns: readonly Turn[],
  clock: Clock,
): Promise<readonly (readonly [string, number])[]> {
  const once = { time: 0, iterations: 1, warmup: false, throws: true }
  const bench = new Bench({ ...once, now: clock, setup: () => collectGarbage() })
  for (const { name, take } of turns) bench.add(name, take, { async: true })
  return (await bench.run()).map(({ name, result }) => {
    if (result.state !== 'completed') throw new Error(`The turn of ${name} is ${result.state}`)
    return [name, result.totalTime]
  })
}
