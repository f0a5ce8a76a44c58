import { aliasCases } from './cases/alias-cases.js'
import { failureCases } from './cases/failure-cases.js'
import { keyCases } from './cases/key-cases.js'
import { signatureCases } from './cases/signature-cases.js'
import { signerCases } from './cases/signer-cases.js'
import { stallCases } from './cases/stall-cases.js'
import { supportCases } from './cases/support-cases.js'
import type { ContractCase, ContractSubject } from './contract-case.js'
import type { Exclusion } from './contract-options.js'
import { keysUnderTest } from './key-under-test.js'

/** What is run, and what is not. */
export interface ContractPlan {
  readonly cases: readonly ContractCase[]
  readonly excluded: readonly { readonly name: string; readonly reason: string }[]
}

/**
 * Every case of the contract for a provider, and those that an exclusion takes out.
 *
 * @throws TypeError for an exclusion without a reason, and for one that excludes nothing: it is out of date, or
 *   misspelt, and would hide what it does not name
 */
export function contractCases(subject: ContractSubject): ContractPlan {
  const keys = keysUnderTest(subject)
  const all = [
    ...supportCases(subject),
    ...keys.flatMap((key) => [
      ...keyCases(subject, key),
      ...signatureCases(subject, key),
      ...signerCases(subject, key),
    ]),
    ...aliasCases(subject),
    ...stallCases(subject),
    ...failureCases(subject),
  ]
  const exclusions = subject.exclusions ?? []
  for (const exclusion of exclusions) assertUseful(exclusion, all)
  const reasonFor = (name: string) => exclusions.find(({ cases }) => name.startsWith(cases))?.reason
  return {
    cases: all.filter(({ name }) => reasonFor(name) === undefined),
    excluded: all.flatMap(({ name }) => {
      const reason = reasonFor(name)
      return reason === undefined ? [] : [{ name, reason }]
    }),
  }
}

function assertUseful({ cases, reason }: Exclusion, all: readonly ContractCase[]): void {
  if (reason.trim() === '') throw new TypeError(`The exclusion of '${cases}' has no reason.`)
  if (cases === '') throw new TypeError('An exclusion of everything is none.')
  if (!all.some(({ name }) => name.startsWith(cases)))
    throw new TypeError(`No case begins with '${cases}': the exclusion is out of date or misspelt.`)
}
