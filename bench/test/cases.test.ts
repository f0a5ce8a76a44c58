import { expect, test } from '@jest/globals'
import { opensslVersion } from '../src/cases/openssl.js'
import { cases } from '../src/cases.js'
import { isRow, type Result } from '../src/harness/case.js'
import { TARGETS, type Targets } from './targets.js'

/** The slowest one starts some dozens of processes. In milliseconds. */
const PATIENCE_MS = 10 * 60 * 1000

test('names are unique, and have a group', () => {
  const names = cases.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[a-z]+\/[a-z]+$/)
})

test.each(cases.map((each) => [each.name, each] as const))(
  '%s measures what it says',
  async (name, { run, title, method }) => {
    const results = await run({ quick: true, pairs: 3, progress: () => {} })
    expect([title, method, ...results.map(({ subject }) => subject)]).not.toContain('')
    expect(results.length).toBeGreaterThan(0)
    expect(results.filter((result) => !numbersOf(result).every((number) => isOf(result, number)))).toEqual([])
    expect(new Set(results.map(identityOf)).size).toBe(results.length)
    assertTargets(results, await targetsHere(TARGETS[name] ?? []))
  },
  PATIENCE_MS,
)

/** What is compared takes something; what has no other side may be nothing, such as the share of those that failed. */
const isOf = (result: Result, number: number) =>
  Number.isFinite(number) && (isRow(result) ? number > 0 : number >= 0)

function numbersOf(result: Result): readonly number[] {
  if (!isRow(result)) return [result.value]
  const { subjectMedian, baselineMedian, ratio, pairs } = result
  return [subjectMedian, baselineMedian, ratio.median, ratio.low, ratio.high, pairs]
}

/** Results of the groups, subjects and baselines of targets have these targets, and no others have any; each has some. */
function assertTargets(results: readonly Result[], targets: Targets): void {
  const limits = (result: Result): readonly string[] =>
    targets.filter((target) => isAbout(target, result)).map(([, , , limit]) => limit)
  const withLimits = (of: typeof limits) => results.map((result) => [identityOf(result), of(result)])
  expect(withLimits(limitsOf)).toEqual(withLimits(limits))
  expect(targets.filter((target) => !results.some((result) => isAbout(target, result)))).toEqual([])
}

function isAbout([group, subject, baseline]: Targets[number], result: Result): boolean {
  return group.test(result.group) && subject === result.subject && baseline === baselineOf(result)
}

function limitsOf({ target }: Result): readonly string[] {
  if (!target) return []
  return ['atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`]
}

/** Where there is no openssl, nothing is compared with it. */
async function targetsHere(targets: Targets): Promise<Targets> {
  return (await opensslVersion())
    ? targets
    : targets.filter(([, , baseline]) => !baseline.startsWith('openssl'))
}

const baselineOf = (result: Result) => (isRow(result) ? result.baseline : '')

/** What tells a result from the others. */
const identityOf = (result: Result) =>
  [result.group, result.subject, baselineOf(result), result.unit].join('\n')
