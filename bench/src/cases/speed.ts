import type { Row } from '../harness/case.js'
import type { Measured } from '../harness/measured.js'

/** How many operations somebody did in a second, by the microseconds that each took. */
export function speedOf(measured: Measured, name: string): number {
  return 1_000_000 / measured.median(name)
}

/** Two beside each other, by the same: the more, the better. */
export function speedsOf(
  measured: Measured,
  subject: string,
  baseline: string,
): Pick<Row, 'baseline' | 'unit' | 'subjectMedian' | 'baselineMedian' | 'ratio'> {
  return {
    baseline,
    unit: '1/s',
    subjectMedian: speedOf(measured, subject),
    baselineMedian: speedOf(measured, baseline),
    // The time of the one by that of the other is the speed of the other by that of the one.
    ratio: measured.ratio(baseline, subject),
  }
}
