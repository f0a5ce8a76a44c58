import type { ChaosOptions, ChaosResult } from './chaos-run.js'
import { CONNECTIONS, type ConnectionName } from './item.js'
import { megabytes } from './memory.js'
import { enough } from './verdict.js'

/** So many defects are shown; the others are counted. */
const MOST_SHOWN = 40

/** Longer ones are cut, in characters. */
const LONGEST_DEFECT = 1_000

/** What came out of a run, for people. */
export function reportOf(
  { count, seed, rate, concurrency }: ChaosOptions,
  result: ChaosResult,
): readonly string[] {
  const { milliseconds, slowestMs, verified, memory, ledger, batches, defects } = result
  const kept = memory
    ? `${megabytes(memory.first)} in the first quarter, ${megabytes(memory.last)} in the last`
    : 'not measured'
  return [
    `${count} signatures with the seed ${seed}, ${rate * 100} % of the answers faulty, ${concurrency} at once`,
    '',
    ...outcomeTable(result),
    '',
    ...seenTable(result, enough(count, rate)),
    '',
    `time      ${(milliseconds / 1000).toFixed(1)} s; the slowest item ${(slowestMs / 1000).toFixed(1)} s of the run's clock`,
    `verified  ${verified} signatures, by OpenSSL and @noble`,
    `batches   ${batchesOf(batches)}`,
    `memory    ${kept}`,
    `outcomes  sha256:${ledger.digest()}`,
    '',
    ...verdictOf(defects),
  ]
}

function batchesOf(batches: ChaosResult['batches']): string {
  if (!batches) return 'none'
  const { signed, failed, mistimed } = batches
  return `${signed} signed and verified, ${failed} failed; ${mistimed} requests were refused for their time`
}

function verdictOf(defects: readonly string[]): readonly string[] {
  if (defects.length === 0) return ['Nothing was wrong.']
  const more = defects.length - MOST_SHOWN
  return [
    `${defects.length} things were wrong:`,
    ...defects.slice(0, MOST_SHOWN).map((defect) => `- ${shown(defect)}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ]
}

/** A defect may be that a text is not fit to be shown. */
function shown(defect: string): string {
  const cut = defect.length > LONGEST_DEFECT ? `${defect.slice(0, LONGEST_DEFECT)}…` : defect
  return cut.replace(/[^\P{C}\n]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

function outcomeTable({ items, ledger }: ChaosResult): readonly string[] {
  const counts = new Map<string, Map<ConnectionName, number>>()
  for (const item of items) {
    const outcome = ledger.outcomeOf(item) ?? 'lost'
    const row = counts.get(outcome) ?? new Map<ConnectionName, number>()
    row.set(item.connection, (row.get(item.connection) ?? 0) + 1)
    counts.set(outcome, row)
  }
  const rows = [...counts].sort(([, one], [, other]) => sum(other) - sum(one))
  return table([
    ['outcome', ...CONNECTIONS, 'all'],
    ...rows.map(([outcome, row]) => [outcome, ...CONNECTIONS.map((name) => row.get(name) ?? 0), sum(row)]),
  ])
}

const sum = (row: ReadonlyMap<unknown, number>) => [...row.values()].reduce((one, other) => one + other, 0)

function seenTable({ seen }: ChaosResult, least: number): readonly string[] {
  return table([['fault', `seen, at least ${least}`], ...Object.entries(seen)])
}

/** The first column to the left, the others to the right. */
function table(rows: readonly (readonly (string | number)[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => String(row[column]).length)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? String(cell).padEnd(widths[0] ?? 0) : String(cell).padStart(widths[column] ?? 0),
      )
      .join('   '),
  )
}
