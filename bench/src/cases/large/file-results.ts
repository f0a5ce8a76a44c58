import type { Figure, Result, Row } from '../../harness/case.js'
import { intervalOf } from '../../harness/interval.js'
import { type Measured, ratioOf } from '../../harness/measured.js'
import { beyondStart } from '../beyond-start.js'
import { type FileSigner, LOCAL } from './file-signers.js'

/** What is measured beside those who sign. */
export const BARE = 'bare Node'
export const OPENSSL = 'openssl dgst -sha256'
export const EMPTY = 'openssl, of an empty file'

const UNADVISED = 'no target: not what the README advises'

export interface FileMeasurements {
  /** Of the file. */
  readonly bytes: number
  /** The memory that a page cache can have: what lies in it already is counted. */
  readonly available: number
  readonly pairs: number
  readonly quick: boolean
  /** Its version; undefined where there is none, and then it was not measured. */
  readonly openssl: string | undefined
  /** From start to end, in milliseconds. */
  readonly measured: Measured
  /** Of all that run on Node, in milliseconds. */
  readonly cpu: Measured
  /** The most memory of each that runs on Node, in bytes. */
  readonly peaks: ReadonlyMap<string, number>
}

type Named = Pick<FileSigner, 'name' | 'advised'>

/** How fast those were who signed, beside openssl, and how much CPU time and memory they took. */
export function fileResults(signers: readonly Named[], measurements: FileMeasurements): readonly Result[] {
  return [
    ...signers.map((signer) => speedOf(signer, measurements)),
    ...signers.filter(({ name }) => name !== LOCAL).map((signer) => cpuOf(signer, measurements)),
    memoryOf(BARE, measurements),
    ...signers.map(({ name, advised }) => ({
      ...memoryOf(name, measurements),
      ...(advised ? { target: { atMost: 100 } } : { note: UNADVISED }),
    })),
  ]
}

function speedOf({ name: subject, advised }: Named, measurements: FileMeasurements): Row | Figure {
  const { bytes, pairs, openssl } = measurements
  const ours = speedsOf(subject, BARE, measurements)
  const speed = { group: `speed, ${bytes / 1e6} MB`, subject, unit: 'MB/s' as const }
  const version = openssl ?? 'not compared with openssl, which this machine does not have'
  const note = [version, cacheNote(measurements), ...(advised ? [] : [UNADVISED])].join('; ')
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
function speedsOf(name: string, start: string, { bytes, measured, quick }: FileMeasurements): number[] {
  return beyondStart(measured, name, { start, quick }).map((time) => bytes / (time * 1_000))
}

/** Beside the same by the API: what chunks, a service, and the command cost. */
function cpuOf({ name: subject }: Named, { cpu, pairs, quick }: FileMeasurements): Row {
  const costs = (name: string) => beyondStart(cpu, name, { start: BARE, quick })
  return {
    group: 'CPU time over bare Node',
    subject,
    baseline: LOCAL,
    unit: 'ms CPU',
    subjectMedian: intervalOf(costs(subject)).median,
    baselineMedian: intervalOf(costs(LOCAL)).median,
    ratio: ratioOf(costs(subject), costs(LOCAL)),
    pairs,
  }
}

function memoryOf(subject: string, { peaks }: FileMeasurements): Figure {
  return { group: 'memory, the most', subject, unit: 'MB', value: (peaks.get(subject) as number) / 1e6 }
}

function cacheNote({ bytes, available }: FileMeasurements): string {
  const place = available > bytes ? 'in the page cache' : 'not all in the page cache'
  return `${place}: ${(available / 1e9).toFixed(1)} GB of memory available`
}
