import Table from 'cli-table3'
import { COLUMNS, cellsOf, groupsOf, isMet, lineOf } from './line.js'
import type { CaseFailure, CaseReport, Report } from './report.js'

const RULES = ['top', 'bottom', 'left', 'mid', 'right'].flatMap((side) => [
  side,
  ...['left', 'mid', 'right'].map((end) => `${side}-${end}`),
])

/** Columns alone: there are a hundred rows. */
const PLAIN = {
  chars: { ...Object.fromEntries(RULES.map((rule) => [rule, ''])), middle: '   ' },
  style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
}

/** Everything in one table, for people at a terminal. */
export function tableOf(report: Report): string {
  const { cases, quick } = report
  const table = new Table({ head: [...COLUMNS], ...PLAIN })
  for (const each of cases) table.push(...rowsOf(each, quick))
  return `${table.toString().replaceAll(/ +$/gm, '')}\n\n${summaryOf(report)}\n`
}

function rowsOf({ name, title, results }: CaseReport, quick: boolean) {
  return [...groupsOf(results)].flatMap(([group, grouped]) => [
    [{ colSpan: COLUMNS.length, content: `\n${title} (${name}): ${group}` }],
    ...grouped.map((result) => cellsOf(lineOf(result, quick))),
  ])
}

function summaryOf({ cases, quick, failures }: Report): string {
  const verdicts = cases.flatMap(({ results }) => results.map(isMet)).filter((met) => met !== undefined)
  const met = quick
    ? 'A quick run: its figures mean nothing.'
    : `${verdicts.filter(Boolean).length} of ${verdicts.length} targets are met.`
  return failures.length === 0 ? met : `${met}\n${failureText(failures)}`
}

function failureText(failures: readonly CaseFailure[]): string {
  const names = failures.map(({ name }) => name).join(', ')
  return `${failures.length} ${failures.length === 1 ? 'case' : 'cases'} failed: ${names}`
}
