import type { SignerEntry } from '@signport/config'
import { type ProviderHost, type RotationStep, SigningError } from '@signport/core'
import { Failure } from './failure.js'

/** How signers are probed. */
export interface ProbeSettings {
  readonly host: ProviderHost
  readonly signal: AbortSignal
  /** Whether a message is signed where nothing else tells if that is permitted. */
  readonly sign: boolean
}

/** What was found out about a signer of the configuration. */
export interface Finding {
  readonly entry: SignerEntry
  /** Why it cannot be used. Without it, it can. */
  readonly error?: SigningError
  readonly algorithm?: string
  /** How it is known that it may sign; absent for one that only verifies. */
  readonly permission?: 'confirmed' | 'signed' | 'unknown'
  /** What a call takes when all is ready for it, in milliseconds. Absent where none was made. */
  readonly latencyMs?: number
  /** What tokens and key sets call the key: the configured name, or else its thumbprint. */
  readonly kid?: string
  /** By which the key can be pinned. */
  readonly thumbprint?: string
  /** What is to be done with the keys of a rotation, now or later. */
  readonly rotation?: readonly RotationStep[]
}

/** A signer that has been looked at. */
export interface Probed {
  readonly finding: Finding
  /** The call that was made, once more. */
  readonly again?: () => Promise<unknown>
}

/** What `work` gives, or that the signer of an entry cannot be used. */
export async function orFailure<Result>(
  entry: SignerEntry,
  { signal }: ProbeSettings,
  work: () => Promise<Result>,
): Promise<Result | Probed> {
  try {
    return await work()
  } catch (error) {
    const known = error instanceof Failure ? notAnswered(entry, error) : error
    if (signal.aborted || !SigningError.is(known)) throw error
    return { finding: { entry, error: known } }
  }
}

/** What the person at the terminal was asked for and did not give is as little there as a credential of a service. */
function notAnswered({ provider, key: keyId }: SignerEntry, cause: Failure): SigningError {
  return new SigningError('Unauthenticated', cause.message, { provider, keyId, cause })
}
