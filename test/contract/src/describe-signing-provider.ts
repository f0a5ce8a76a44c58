import { contractCases } from './contract-cases.js'
import type { ContractOptions } from './contract-options.js'

/**
 * Registers every case of the contract that a provider must keep as a test of the runner that `options.test` belongs
 * to. What is excluded is printed with its reason.
 *
 * @param name of the provider, or of one way to set it up: every test's name begins with it
 * @throws TypeError for an exclusion without a reason or without a case
 */
export function describeSigningProvider(name: string, options: ContractOptions): void {
  const { test, print = (line) => process.stderr.write(`${line}\n`), ...subject } = options
  const { cases, excluded } = contractCases(subject)
  for (const each of excluded) print(`${name}: not run: ${each.name} (${each.reason})`)
  for (const each of cases) test(`${name}: ${each.name}`, () => each.run())
}
