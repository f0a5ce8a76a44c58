import { isRow, type Result, type Target } from '../harness/case.js'
import { intervalText, numberText } from './quantity.js'

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

export function lineOf(result: Result): Line {
  const { subject, unit, target, note } = result
  const targetText = target ? `${limitText(target)} ${isMet(result) ? '✔' : '✘'}` : ''
  const common = { subject, target: targetText }
  if (!isRow(result))
    return {
      ...common,
      baseline: '',
      ratio: '',
      absolute: `${numberText(result.value)} ${unit}`,
      note: note ?? '',
    }
  const { baseline, subjectMedian, baselineMedian, ratio, pairs } = result
  return {
    ...common,
    baseline,
    ratio: intervalText(ratio),
    absolute: `${numberText(subjectMedian)} : ${numberText(baselineMedian)} ${unit}`,
    note: [pairs, note].filter((each) => each !== undefined).join('; '),
  }
}

/** Whether a result is as it should be; undefined where nothing is expected of it. */
export function isMet(result: Result): boolean | undefined {
  const { target } = result
  const value = isRow(result) ? result.ratio.median : result.value
  if (!target) return undefined
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast
}

const limitText = (target: Target) =>
  'atMost' in target ? `≤ ${numberText(target.atMost)}` : `≥ ${numberText(target.atLeast)}`

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
