import type { Credential } from '../credential.js'
import type { Effect } from '../faults/fault-kind.js'
import type { FaultSource } from '../faults/faults.js'
import type { AliasMover } from '../keys/alias-mover.js'
import type { KeyStore } from '../keys/key-store.js'
import type { StrangerKeys } from '../keys/stranger-keys.js'
import type { RequestLog } from '../request-log.js'

/** Where the emulator says that it is. */
export interface Place {
  readonly region: string
  readonly accountId: string
  readonly partition: string
}

/** What all planes share. */
export interface PlaneContext {
  readonly place: Place
  readonly store: KeyStore
  readonly faults: FaultSource
  /** Whose keys, and who moves aliases, where a fault wants it. */
  readonly strangers: StrangerKeys
  readonly mover: AliasMover
  readonly log: RequestLog
  readonly clock: () => Date
  readonly notify: (line: string) => void
  /** Undefined where requests are not checked. */
  readonly credentials: readonly Credential[] | undefined
}

/** What one operation gets. */
export interface OperationContext extends PlaneContext {
  /** The fault that this call meets, where the operation has to play its part. */
  readonly effect: Effect | undefined
}
