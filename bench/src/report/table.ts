import Table from 'cli-table3'
import { COLUMNS, cellsOf, groupsOf, isMet, lineOf } from './line.js'
import type { CaseReport, Report } from './report.js'

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
export function tableOf({ cases, quick }: Report): string {
  const table = new Table({ head: [...COLUMNS], ...PLAIN })
  for (const each of cases) table.push(...rowsOf(each))
  const results = cases.flatMap((each) => each.results)
  const verdicts = results.map(isMet).filter((met) => met !== undefined)
  const met = `${verdicts.filter(Boolean).length} of ${verdicts.length} targets are met`
  return `${table.toString().replaceAll(/ +$/gm, '')}\n\n${quick ? 'A quick run: its figures mean nothing.' : `${met}.`}\n`
}

function rowsOf({ name, title, results }: CaseReport) {
  return [...groupsOf(results)].flatMap(([group, grouped]) => [
    [{ colSpan: COLUMNS.length, content: `\n${title} (${name}): ${group}` }],
    ...grouped.map((result) => cellsOf(lineOf(result))),
  ])
}
