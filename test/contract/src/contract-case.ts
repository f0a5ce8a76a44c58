import type { ContractOptions } from './contract-options.js'

/** One thing that is expected of a provider. */
export interface ContractCase {
  readonly name: string
  /** Rejects with an `AssertionError` that says what was expected and what came. */
  run(): Promise<void>
}

/** What every case is made of: the options without the runner. */
export type ContractSubject = Omit<ContractOptions, 'test' | 'print'>
