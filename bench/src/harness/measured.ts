import { type Interval, intervalOf } from './interval.js'

/** What all contenders took, per operation, in each round. */
export class Measured {
  readonly #samples: ReadonlyMap<string, readonly number[]>

  constructor(samples: ReadonlyMap<string, readonly number[]>) {
    this.#samples = samples
  }

  /** What one took, round by round: the same index of two contenders is a pair. */
  of(name: string): readonly number[] {
    const samples = this.#samples.get(name)
    if (!samples) throw new RangeError(`Nobody is named ${name}`)
    return samples
  }

  median(name: string): number {
    return intervalOf(this.of(name)).median
  }

  /** Of the ratios of each round. */
  ratio(subject: string, baseline: string): Interval {
    return ratioOf(this.of(subject), this.of(baseline))
  }
}

/** Of the ratios of pairs that a case has computed from what was measured. */
export function ratioOf(subject: readonly number[], baseline: readonly number[]): Interval {
  return intervalOf(subject.map((value, round) => value / (baseline[round] as number)))
}
