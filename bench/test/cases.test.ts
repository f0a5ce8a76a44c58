import { expect, test } from '@jest/globals'
import { cases } from '../src/cases.js'
import { isRow, type Result } from '../src/harness/case.js'

/** The slowest one starts some dozens of processes. In milliseconds. */
const PATIENCE_MS = 10 * 60 * 1000

test('names are unique, and have a group', () => {
  const names = cases.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[a-z]+\/[a-z]+$/)
})

test.each(cases.map((each) => [each.name, each] as const))(
  '%s measures what it says',
  async (_, { run, title, method }) => {
    const results = await run({ quick: true, pairs: 3, progress: () => {} })
    expect([title, method, ...results.map(({ subject }) => subject)]).not.toContain('')
    expect(results.length).toBeGreaterThan(0)
    expect(results.flatMap(numbersOf).filter((number) => !Number.isFinite(number))).toEqual([])
    expect(new Set(results.map(identityOf)).size).toBe(results.length)
  },
  PATIENCE_MS,
)

function numbersOf(result: Result): readonly number[] {
  if (!isRow(result)) return [result.value]
  const { subjectMedian, baselineMedian, ratio, pairs } = result
  return [subjectMedian, baselineMedian, ratio.median, ratio.low, ratio.high, pairs]
}

/** What tells a result from the others. */
const identityOf = (result: Result) =>
  [result.group, result.subject, isRow(result) ? result.baseline : '', result.unit].join('\n')
