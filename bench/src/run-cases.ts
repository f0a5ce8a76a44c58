import type { Case, Run } from './harness/case.js'
import type { CaseReport } from './report/report.js'

/** How much of each side is measured: enough for an interval that says something. */
const PAIRS = 15
const QUICK_PAIRS = 3

/** A case that could not be measured. */
export interface Failure {
  readonly name: string
  readonly error: unknown
}

export interface Outcome {
  readonly reports: readonly CaseReport[]
  readonly failures: readonly Failure[]
}

/** Runs cases one after the other. One that fails does not keep others from running. */
export async function runCases(
  cases: readonly Case[],
  quick: boolean,
  progress: (text: string) => void,
): Promise<Outcome> {
  const reports: CaseReport[] = []
  const failures: Failure[] = []
  for (const each of cases) {
    const { name, title, method } = each
    const run: Run = {
      quick,
      pairs: quick ? QUICK_PAIRS : PAIRS,
      progress: (what) => progress(`${name}: ${what}`),
    }
    const start = performance.now()
    try {
      const results = await each.run(run)
      reports.push({ name, title, method, seconds: Math.round((performance.now() - start) / 1000), results })
    } catch (error) {
      failures.push({ name, error })
    }
  }
  return { reports, failures }
}
