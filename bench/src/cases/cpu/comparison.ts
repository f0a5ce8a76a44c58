import type { Row, Run, Target } from '../../harness/case.js'
import type { Measured } from '../../harness/measured.js'
import type { KmsAlgorithm } from '../../kms/kms.js'
import { type ChecksProgram, checkNotes } from './check-notes.js'
import { type ClientProgram, measureClients } from './measure-clients.js'

/** Two ways that are compared, by their names. */
interface Comparison {
  readonly subject: string
  readonly baseline: string
  /** What the ratio is to be at most, at a concurrency. */
  readonly atMost?: (concurrency: number) => number
}

/** What is compared, with one algorithm. */
export interface Compared {
  readonly program: ClientProgram
  readonly checks: ChecksProgram
  readonly algorithm: KmsAlgorithm
  readonly comparisons: readonly Comparison[]
}

/** What the ways are measured under. */
interface Setting {
  readonly tls: boolean
  readonly concurrency: number
  /** The signatures of a turn. */
  readonly count: number
}

/** The network and the work of a service: each answer finds its client asleep, as it does in life. In milliseconds. */
const LATENCY_MS = 2

/** Until the code of a way has been compiled. */
const WARMUP = 3_000

/** The least that goes through everything: each side of a setting once. */
const QUICK = { warmup: 4, count: 4 }
const quickly = ({ tls, concurrency }: Setting) => tls === concurrency > 1

const SETTINGS: readonly Setting[] = [false, true].flatMap((tls) => [
  { tls, concurrency: 1, count: 150 },
  { tls, concurrency: 32, count: 800 },
])

/** Compares ways under all circumstances: with TLS and without, one after the other and 32 at once. */
export async function compareWays(compared: readonly Compared[], run: Run): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const each of compared) rows.push(...(await compareWith(each, run)))
  return rows
}

/** With one algorithm. First of all it is looked at whether the check of each does what it should. */
async function compareWith({ program, checks, algorithm, comparisons }: Compared, run: Run) {
  const rows: Row[] = []
  const names = [...new Set(comparisons.flatMap(({ subject, baseline }) => [subject, baseline]))]
  run.progress(`${algorithm}, checks`)
  const notes = await checkNotes(checks, algorithm, names)
  for (const { tls, concurrency, count } of run.quick ? SETTINGS.filter(quickly) : SETTINGS) {
    const group = `${algorithm}, TLS ${tls ? 'on' : 'off'}, concurrency ${concurrency}`
    run.progress(group)
    const amount = { warmup: WARMUP, count, ...(run.quick && QUICK) }
    const what = { algorithm, names, concurrency, pairs: run.pairs, ...amount }
    const measured = await measureClients(program, { tls, latencyMs: LATENCY_MS }, what)
    const place = { group, concurrency, pairs: run.pairs, notes }
    rows.push(...comparisons.map((each) => rowOf(each, measured, place)))
  }
  return rows
}

interface Place {
  readonly group: string
  readonly concurrency: number
  readonly pairs: number
  /** Which way the check of each went. */
  readonly notes: ReadonlyMap<string, string>
}

function rowOf(comparison: Comparison, measured: Measured, { group, concurrency, pairs, notes }: Place): Row {
  const { subject, baseline, atMost } = comparison
  const target: Target | undefined = atMost && { atMost: atMost(concurrency) }
  const note = notes.get(subject)
  return {
    group,
    subject,
    baseline,
    unit: 'µs CPU',
    subjectMedian: measured.median(subject),
    baselineMedian: measured.median(baseline),
    ratio: measured.ratio(subject, baseline),
    pairs,
    ...(target && { target }),
    ...(note !== undefined && { note }),
  }
}
