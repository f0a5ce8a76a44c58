import type { Signing } from '../keys/signing.js'
import type { PlaneName } from '../planes/plane-name.js'

/** A call that a fault may meet. What takes time to find out is a function: it is asked only when a fault wants to know. */
export interface FaultSubject {
  readonly plane: PlaneName
  readonly operation: string
  /** What is asked: the key as it is named, algorithm, type of the message and message, as far as there are such. */
  readonly asked: readonly (string | Uint8Array)[]
  /** All names of its key, none when it names no key. */
  readonly keyNames: () => readonly string[]
  /** The name of the alias by which it names its key; undefined when it does not. */
  readonly alias: () => string | undefined
  /** What it would get a signature of; undefined when it would get none. */
  readonly signing: () => Signing | undefined
  /** Whether it would get a public key. */
  readonly publishes: () => boolean
}
