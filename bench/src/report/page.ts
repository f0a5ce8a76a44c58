import { COLUMNS, cellsOf, groupsOf, lineOf } from './line.js'
import type { Machine } from './machine.js'
import type { CaseReport, Report } from './report.js'

const BEGIN = '<!-- figures -->'
const END = '<!-- /figures -->'

/** The page with the figures of a report in place of those that it had. @throws Error where it has no place for them */
export function withFigures(page: string, report: Report): string {
  const { before, after } = partsOf(page)
  return `${before}${BEGIN}\n\n${figuresOf(report)}\n${END}${after}`
}

/** @throws Error where a page has no place for figures */
export function assertPage(page: string): void {
  partsOf(page)
}

function partsOf(page: string): { readonly before: string; readonly after: string } {
  const [before = '', rest, ...more] = page.split(BEGIN)
  const [, after] = rest?.split(END) ?? []
  if (after === undefined || more.length > 0)
    throw new Error(`The page must have ${BEGIN} and ${END} once, in this order`)
  return { before, after }
}

function figuresOf({ date, machine, cases }: Report): string {
  return [
    `Measured on ${date.slice(0, 10)}, in one run.`,
    '',
    ...machineTable(machine),
    '',
    ...cases.flatMap(sectionOf),
  ].join('\n')
}

function machineTable({ cpu, cores, memory, system, node, openssl }: Machine): readonly string[] {
  const facts = { CPU: cpu, cores, memory, system, 'Node.js': node, 'its OpenSSL': openssl }
  return [
    '| machine | |',
    '|---|---|',
    ...Object.entries(facts).map(([name, fact]) => rowText([name, String(fact)])),
  ]
}

function sectionOf({ name, title, method, results }: CaseReport): readonly string[] {
  return [
    `### ${title}`,
    '',
    `\`npm run bench -- ${name}\`. ${method}`,
    '',
    rowText(COLUMNS),
    `|${'---|'.repeat(COLUMNS.length)}`,
    ...[...groupsOf(results)].flatMap(([group, grouped]) => [
      rowText([`**${group}**`, ...COLUMNS.slice(1).map(() => '')]),
      ...grouped.map((result) => rowText(cellsOf(lineOf(result)))),
    ]),
    '',
  ]
}

const rowText = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
