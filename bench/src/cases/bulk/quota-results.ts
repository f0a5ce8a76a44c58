import type { Figure, Result, Row, Target } from '../../harness/case.js'
import { intervalOf } from '../../harness/interval.js'
import { ratioOf } from '../../harness/measured.js'

export interface Contestant {
  readonly name: string
}

/** What became of the digests of one turn. */
export interface Turn {
  readonly seconds: number
  readonly cpuSeconds: number
  /** Of all processors, from 0 to 1. */
  readonly idle: number
  /** Digests, and those that were not signed in the end. */
  readonly offered: number
  readonly failed: number
  /** Requests. */
  readonly signed: number
  readonly throttled: number
}

/** Where a contest was held. */
export interface Place {
  readonly bucket: string
  /** The quota. */
  readonly perSecond: number
  /** Whether the targets are about it. */
  readonly isAimedAt: boolean
}

const GOODPUT: Target = { atLeast: 97 }
const THROTTLED: Target = { atMost: 1 }

/** Where nothing more can be done: what this process takes of one processor, what is left of all, in per cent. */
const BUSY = 90
const IDLE = 10

type Measure = (turn: Turn) => number

/** The goodput of the subject, by the quota and by that of each of the others; then what was throttled and what failed. */
export function quotaResults(
  subject: Contestant,
  others: readonly Contestant[],
  turns: ReadonlyMap<string, readonly Turn[]>,
  { bucket, perSecond, isAimedAt }: Place,
): readonly Result[] {
  const turnsOf = ({ name }: Contestant) => turns.get(name) ?? []
  const goodput: Measure = ({ seconds, offered, failed }) => (100 * (offered - failed)) / seconds / perSecond
  const figure = (each: Contestant, kind: string, of: Measure, target?: Target): Figure => {
    const { median, range } = summaryOf(turnsOf(each), of)
    return {
      group: `${bucket}: ${kind}`,
      subject: each.name,
      unit: '%',
      value: median,
      ...(isAimedAt && each === subject && target && { target }),
      note: range,
    }
  }
  const versus = (other: Contestant): Row => {
    const [ours, theirs] = [turnsOf(subject).map(goodput), turnsOf(other).map(goodput)]
    return {
      group: `${bucket}: goodput`,
      subject: subject.name,
      baseline: other.name,
      unit: '%',
      subjectMedian: intervalOf(ours).median,
      baselineMedian: intervalOf(theirs).median,
      ratio: ratioOf(ours, theirs),
      pairs: ours.length,
      note: `the latter: ${load(turnsOf(other), perSecond)}`,
    }
  }
  const byQuota = figure(subject, 'goodput', goodput, GOODPUT)
  const all = [subject, ...others]
  return [
    { ...byQuota, note: `${byQuota.note}; ${load(turnsOf(subject), perSecond)}` },
    ...others.map(versus),
    ...all.map((each) => figure(each, 'throttled', throttledShare, THROTTLED)),
    ...all.map((each) => figure(each, 'failed', failedShare)),
  ]
}

const throttledShare: Measure = ({ signed, throttled }) => (100 * throttled) / (signed + throttled)

const failedShare: Measure = ({ failed, offered }) => (100 * failed) / offered

function summaryOf(turns: readonly Turn[], of: Measure): { readonly median: number; readonly range: string } {
  const values = turns.map(of)
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(2))
  return { median: medianOf(turns, of), range: `${turns.length} rounds, from ${least} to ${most}` }
}

/** How much was asked of the service; and by whom it was less than the quota because the machine could not do more. */
function load(turns: readonly Turn[], perSecond: number): string {
  const sent = medianOf(turns, ({ signed, throttled, seconds }) => (signed + throttled) / seconds)
  const busy = medianOf(turns, ({ cpuSeconds, seconds }) => (100 * cpuSeconds) / seconds)
  const note = `${Math.round(sent)} requests a second, ${Math.round(busy)} % of a processor`
  const isStarved = sent < perSecond && (busy > BUSY || medianOf(turns, ({ idle }) => 100 * idle) < IDLE)
  return isStarved ? `${note}: for lack of processor time below the quota` : note
}

const medianOf = (turns: readonly Turn[], of: Measure): number => intervalOf(turns.map(of)).median
