import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { BrokenPromise, type Parser } from './parser.js'
import { assertRefusal } from './refusal.js'
import { inputsFor, reportFolder, seed } from './settings.js'
import { shown } from './shown.js'

/** Whoever sends one input can send many. In milliseconds. */
const LONGEST_READ = 1_000

/** How often an input that took longer is tried once more. */
const MORE_READS = 5

/** To take down where an error was made takes longer than most parsers; the place itself is all that is needed. */
const FRAMES = 2

/** Smaller counterexamples are looked for no longer than this. In milliseconds. */
const LONGEST_SEARCH = 20_000

/** What may be kept between the middle and the end of a run, by caches that fill up. In bytes. */
const MOST_GROWTH = 48 * 1024 * 1024

/** What the environment says otherwise. */
interface Settings {
  readonly count?: number
  /** Where inputs and results are left for the command; an empty text for nowhere. */
  readonly folder?: string
}

/** What came of a run. */
export interface Result {
  readonly name: string
  readonly tried: number
  readonly accepted: number
  readonly refused: number
  /** The longest single input, and all of them. */
  readonly slowestMs: number
  readonly allMs: number
  readonly grownBytes: number
}

/**
 * Gives a parser its inputs.
 *
 * @throws Error with the input that broke a promise, and how to come to it again
 */
export async function fuzz(parser: Parser, settings: Settings = {}): Promise<Result> {
  const { count = inputsFor(parser.name), folder = reportFolder } = settings
  const run = new Run(parser, folder)
  const { stackTraceLimit } = Error
  const start = performance.now()
  await parser.start?.()
  try {
    Error.stackTraceLimit = FRAMES
    const property = fc.asyncProperty(parser.inputs, (input) => run.take(input))
    const half = await fc.check(property, { seed, numRuns: Math.ceil(count / 2) })
    assertKept(parser, half, count, folder)
    const before = heap()
    const other = await fc.check(property, { seed: seed + 1, numRuns: Math.floor(count / 2) })
    assertKept(parser, other, count, folder)
    return run.report({ allMs: performance.now() - start, grownBytes: heap() - before })
  } finally {
    Error.stackTraceLimit = stackTraceLimit
    run.end()
    await parser.stop?.()
  }
}

/** The inputs of one parser, as they go by. */
class Run {
  readonly #parser: Parser
  readonly #folder: string | undefined
  readonly #latest: LatestInput
  #accepted = 0
  #refused = 0
  #slowestMs = 0
  #searchEnds = Number.POSITIVE_INFINITY

  constructor(parser: Parser, folder: string | undefined) {
    this.#parser = parser
    this.#folder = folder
    this.#latest = latestInput(parser.name, folder)
  }

  async take(input: unknown): Promise<void> {
    if (performance.now() > this.#searchEnds) return
    try {
      await this.#take(input)
    } catch (error) {
      this.#searchEnds = Math.min(this.#searchEnds, performance.now() + LONGEST_SEARCH)
      throw error
    }
  }

  async #take(input: unknown): Promise<void> {
    this.#latest.set(input)
    const { ms, accepted } = await this.#timed(input)
    let least = ms
    // The machine may have been busy: what is slow itself is slow each time.
    for (let again = 0; again < MORE_READS && least > LONGEST_READ; again++)
      least = Math.min(least, (await this.#timed(input)).ms)
    if (accepted) this.#accepted++
    else this.#refused++
    if (least > LONGEST_READ) throw new BrokenPromise(`it took ${Math.round(least)} ms`)
    this.#slowestMs = Math.max(this.#slowestMs, least)
  }

  async #timed(input: unknown): Promise<{ ms: number; accepted: boolean }> {
    const start = performance.now()
    try {
      await this.#parser.read(input)
      return { ms: performance.now() - start, accepted: true }
    } catch (error) {
      const ms = performance.now() - start
      if (error instanceof BrokenPromise) throw error
      assertRefusal(error, this.#parser, this.#parser.secretsIn?.(input) ?? [])
      return { ms, accepted: false }
    }
  }

  report(measured: Pick<Result, 'allMs' | 'grownBytes'>): Result {
    const { name, accepts = 0.01 } = this.#parser
    const [accepted, refused] = [this.#accepted, this.#refused]
    const tried = accepted + refused
    const result = { name, tried, accepted, refused, slowestMs: this.#slowestMs, ...measured }
    if (this.#folder) writeFileSync(join(this.#folder, `${name}.result.json`), JSON.stringify(result))
    if (accepted < Math.max(1, tried * accepts))
      throw new Error(`Of ${tried} inputs, ${name} accepted ${accepted}: the inputs are no test of it.`)
    if (refused === 0) throw new Error(`${name} refused none of ${tried} inputs: they are no test of it.`)
    if (measured.grownBytes > MOST_GROWTH)
      throw new Error(`${name} kept ${measured.grownBytes} bytes of ${tried / 2} inputs.`)
    return result
  }

  end(): void {
    this.#latest.end()
  }
}

interface LatestInput {
  set(input: unknown): void
  end(): void
}

/** Leaves each input where the command finds it, should the process end or hang with it. */
function latestInput(name: string, folder: string | undefined): LatestInput {
  if (!folder) return { set() {}, end() {} }
  const path = join(folder, `${name}.latest`)
  const file = openSync(path, 'w')
  return {
    // Longer ones before it leave their ends behind the line break.
    set: (input) => writeSync(file, `${shown(input)}\n`, 0),
    end() {
      closeSync(file)
      rmSync(path)
    },
  }
}

function assertKept(
  { name }: Parser,
  details: fc.RunDetails<[unknown]>,
  count: number,
  folder: string | undefined,
): void {
  if (!details.failed) return
  const { counterexample, errorInstance } = details
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  const lines = [
    `${name} broke its promise: ${why}`,
    `input: ${shown(counterexample?.[0])}`,
    `again: npm run fuzz -- --seed ${seed} --count ${count} --only ${name}`,
  ]
  if (folder) writeFileSync(join(folder, `${name}.finding`), `${lines.join('\n')}\n`)
  throw new Error(lines.join('\n'))
}

/** What is in use, after all else was collected. */
function heap(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
