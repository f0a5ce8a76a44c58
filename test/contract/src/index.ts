export type { ContractCase, ContractSubject } from './contract-case.js'
export { type ContractPlan, contractCases } from './contract-cases.js'
export type {
  ContractCapabilities,
  ContractKey,
  ContractOptions,
  Exclusion,
  FailureScenario,
  MovableAlias,
  Operation,
  Undo,
} from './contract-options.js'
export { describeSigningProvider } from './describe-signing-provider.js'
export { generateKeyPair, type KeyPair } from './key-pair.js'
export { ManualClock } from './manual-clock.js'
export { oracleVerifies, spkiOf } from './oracle.js'
