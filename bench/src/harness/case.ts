import type { Interval } from './interval.js'

/** Something that is measured, by a name that the command line takes: `group/name`. */
export interface Case {
  readonly name: string
  readonly title: string
  /** For the results page, in one or two sentences: what is counted, and what both sides do. */
  readonly method: string
  run(run: Run): Promise<readonly Result[]>
}

/** How much is to be done, and whom to tell about it. */
export interface Run {
  /** The least work that goes through everything: for tests. Its figures mean nothing. */
  readonly quick: boolean
  /** How often each side is measured. */
  readonly pairs: number
  progress(what: string): void
}

export type Unit = 'µs CPU' | 'ms' | 'ms CPU' | 'MB' | 'kB' | '1/s' | 'MB/s' | 'modules' | 'packages' | '%'

/** What the median of the ratios is to be, or the value of a figure. */
export type Target = { readonly atMost: number } | { readonly atLeast: number }

/** One side against another. */
export interface Row {
  /** The heading within the case: `RS256, TLS off, concurrency 32`. */
  readonly group: string
  readonly subject: string
  readonly baseline: string
  readonly unit: Unit
  /** In `unit`, and true of this run and this machine alone. */
  readonly subjectMedian: number
  readonly baselineMedian: number
  /** Subject by baseline, of each pair. */
  readonly ratio: Interval
  readonly pairs: number
  readonly target?: Target
  readonly note?: string
}

/** What has no other side: a size, a number of modules. */
export interface Figure {
  readonly group: string
  readonly subject: string
  readonly unit: Unit
  readonly value: number
  readonly target?: Target
  readonly note?: string
}

export type Result = Row | Figure

export function isRow(result: Result): result is Row {
  return 'ratio' in result
}
