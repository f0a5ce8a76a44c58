import type { Case, Result } from '../harness/case.js'
import type { Machine } from './machine.js'

/** What one case gave. */
export interface CaseReport extends Pick<Case, 'name' | 'title' | 'method'> {
  /** How long it took. */
  readonly seconds: number
  readonly results: readonly Result[]
}

/** A case that could not be measured. */
export interface CaseFailure {
  readonly name: string
  /** What its error said. */
  readonly reason: string
}

/** What a run gave: of one machine, at one time. */
export interface Report {
  /** As ISO 8601 has it, to the minute. */
  readonly date: string
  readonly machine: Machine
  readonly quick: boolean
  readonly cases: readonly CaseReport[]
  /** Of the cases that were asked for, those that are not among these. */
  readonly failures: readonly CaseFailure[]
}
