import type { Figure, Result, Row } from '../../harness/case.js'
import { intervalOf } from '../../harness/interval.js'
import { type Measured, ratioOf } from '../../harness/measured.js'
import type { FileSigner } from './file-signers.js'

/** What is measured beside those who sign. */
export const BARE = 'bare Node'
export const OPENSSL = 'openssl dgst -sha256'
export const EMPTY = 'openssl, of an empty file'

export interface FileMeasurements {
  /** Of the file. */
  readonly bytes: number
  readonly pairs: number
  /** Its version; undefined where there is none, and then it was not measured. */
  readonly openssl: string | undefined
  /** From start to end, in milliseconds. */
  readonly measured: Measured
  /** The most memory of each that runs on Node, in bytes. */
  readonly peaks: ReadonlyMap<string, number>
}

type Named = Pick<FileSigner, 'name' | 'advised'>

/** How fast those were who signed, beside openssl, and how much memory they took. */
export function fileResults(signers: readonly Named[], measurements: FileMeasurements): readonly Result[] {
  const { peaks } = measurements
  const bare = { name: BARE, advised: false }
  return [
    ...signers.map((signer) => speedOf(signer, measurements)),
    ...[bare, ...signers].map((each) => memoryOf(each, peaks.get(each.name) as number)),
  ]
}

function speedOf({ name: subject, advised }: Named, measurements: FileMeasurements): Row | Figure {
  const { bytes, pairs, openssl } = measurements
  const ours = speedsOf(subject, BARE, measurements)
  const speed = { group: `speed, ${bytes / 1e6} MB`, subject, unit: 'MB/s' as const }
  const note = openssl ?? 'not compared with openssl, which this machine does not have'
  if (!openssl) return { ...speed, value: intervalOf(ours).median, note }
  const theirs = speedsOf(OPENSSL, EMPTY, measurements)
  return {
    ...speed,
    baseline: OPENSSL,
    subjectMedian: intervalOf(ours).median,
    baselineMedian: intervalOf(theirs).median,
    ratio: ratioOf(ours, theirs),
    pairs,
    ...(advised && { target: { atLeast: 0.95 } }),
    note,
  }
}

/** In MB/s, round by round: bytes by microseconds, without those that it took to start. */
function speedsOf(name: string, start: string, { bytes, measured }: FileMeasurements): readonly number[] {
  const starts = measured.of(start)
  return measured.of(name).map((time, round) => bytes / ((time - (starts[round] as number)) * 1000))
}

function memoryOf({ name: subject, advised }: Named, peak: number): Figure {
  return {
    group: 'memory',
    subject,
    unit: 'MB',
    value: peak / 1e6,
    ...(advised && { target: { atMost: 100 } }),
  }
}
