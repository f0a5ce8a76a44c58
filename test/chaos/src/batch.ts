import type { AlgorithmName } from '@signport/core'
import type { FaultKind } from '@signport/emulator'
import type { KeyName } from './chaos-key.js'
import { CONNECTIONS, type ConnectionName } from './item.js'

/** Messages that one signer signs, as `signMany` does it. */
export interface Batch {
  readonly connection: ConnectionName
  readonly algorithm: AlgorithmName
  readonly key: KeyName
  /** The key's name, which no other signer uses. */
  readonly keyId: string
  readonly check: 'always' | 'first'
  readonly ordered: boolean
  /** Whether it is aborted when half of the results are there. */
  readonly aborted: boolean
}

const KINDS = [
  { algorithm: 'ES256', key: 'P-256', check: 'always', ordered: true, aborted: false },
  { algorithm: 'PS256', key: 'RSA 2048', check: 'always', ordered: false, aborted: true },
  { algorithm: 'PS256', key: 'RSA 2048', check: 'always', ordered: false, aborted: false },
  { algorithm: 'ES256', key: 'P-256', check: 'first', ordered: false, aborted: false },
] as const

/** For each connection a few signers, as users have them. */
export const BATCHES: readonly Batch[] = CONNECTIONS.flatMap((connection, row) =>
  KINDS.map((kind, column) => ({ ...kind, connection, keyId: `alias/batch/${row}-${column}` })),
)

/** What a signer that looks at the first signature alone cannot notice, and so is not tried with. */
const UNNOTICED: readonly FaultKind[] = [
  'otherKey',
  'otherMessage',
  'otherSalt',
  'bitFlip',
  'doubleHash',
  'movedKey',
]

/** The faults that a signer must get along with. */
export function faultsFor(check: Batch['check'], kinds: readonly FaultKind[]): readonly FaultKind[] {
  return check === 'always' ? kinds : kinds.filter((kind) => !UNNOTICED.includes(kind))
}
