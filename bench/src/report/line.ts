import { isRow, type Result, type Target } from '../harness/case.js'
import { digitsApart, intervalText, numberText } from './quantity.js'

/** What is said of a result, in the columns of all tables. */
export interface Line {
  readonly subject: string
  readonly baseline: string
  readonly ratio: string
  readonly target: string
  /** Both absolute, with the unit. */
  readonly absolute: string
  readonly note: string
}

export const COLUMNS = ['', 'against', 'ratio', 'target', 'absolute', 'pairs, notes'] as const

/** @param quick whether its figures mean nothing, and nothing is met or missed */
export function lineOf(result: Result, quick = false): Line {
  const { subject, unit, target, note } = result
  const more = digitsOf(result)
  const verdict = quick ? '' : isMet(result) ? ' ✔' : ' ✘'
  const common = { subject, target: target ? `${limitText(target, more)}${verdict}` : '' }
  if (!isRow(result))
    return {
      ...common,
      baseline: '',
      ratio: '',
      absolute: `${numberText(result.value, more)} ${unit}`,
      note: note ?? '',
    }
  const { baseline, subjectMedian, baselineMedian, ratio, pairs } = result
  return {
    ...common,
    baseline,
    ratio: intervalText(ratio, more),
    absolute: `${numberText(subjectMedian)} : ${numberText(baselineMedian)} ${unit}`,
    note: [pairs, note].filter((each) => each !== undefined).join('; '),
  }
}

/** Whether a result is as it should be; undefined where nothing is expected of it. */
export function isMet(result: Result): boolean | undefined {
  const { target } = result
  if (!target) return undefined
  return 'atMost' in target ? measuredValue(result) <= target.atMost : measuredValue(result) >= target.atLeast
}

/** What the target is about. */
const measuredValue = (result: Result) => (isRow(result) ? result.ratio.median : result.value)

/** What is missed by less than can be seen has as many more digits as it takes to see it. */
function digitsOf(result: Result): number {
  const { target } = result
  return target && !isMet(result) ? digitsApart(measuredValue(result), limitOf(target)) : 0
}

const limitOf = (target: Target) => ('atMost' in target ? target.atMost : target.atLeast)

const limitText = (target: Target, more: number) =>
  `${'atMost' in target ? '≤' : '≥'} ${numberText(limitOf(target), more)}`

/** In the order of the columns. */
export const cellsOf = ({ subject, baseline, ratio, target, absolute, note }: Line) => [
  subject,
  baseline,
  ratio,
  target,
  absolute,
  note,
]

/** Results with the same heading, in the order in which they came. */
export function groupsOf(results: readonly Result[]): ReadonlyMap<string, readonly Result[]> {
  const groups = new Map<string, Result[]>()
  for (const result of results) {
    const group = groups.get(result.group)
    if (group) group.push(result)
    else groups.set(result.group, [result])
  }
  return groups
}
