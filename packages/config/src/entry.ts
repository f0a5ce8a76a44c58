import type { ProviderDescriptor } from '@signport/core'
import type { RotationSchedule } from '@signport/core/kit'
import type { Expansion } from './expansion.js'
import type { CommonConfig } from './signer-schema.js'

/** One signer of a configuration, as it may be shown: the provider's own options are not in it, and cannot be reached. */
export interface SignerEntry {
  readonly name: string
  readonly provider: string
  readonly key: string
  /** Absent where the key decides when the signer is opened. */
  readonly algorithm?: string
  /** Whether it has a public key alone. */
  readonly verifiesOnly: boolean
  /**
   * The keys of an entry whose keys follow one another. They are called `NAME.active`, `NAME.next` and `NAME.retired.0`;
   * the provider, key and algorithm of the entry itself are those of the active one.
   */
  readonly rotation?: RotationEntries
}

/** The keys of a rotation, each of which can be opened and its public key read by itself. */
export interface RotationEntries {
  readonly active: SignerEntry
  readonly next?: SignerEntry
  readonly retired: readonly SignerEntry[]
}

/** A configuration that was read: what it says is valid, as far as that can be known without asking a service. */
export interface Configuration {
  /** The path of its file, as it was given. Absent where it came as an object or a URI. */
  readonly file?: string
  /** In the order of the configuration. */
  readonly entries: readonly SignerEntry[]
}

/** What is needed to open a signer. It may hold secrets. */
export interface EntryDetails {
  readonly entry: SignerEntry
  readonly common: CommonConfig
  /** Undefined for what only verifies. */
  readonly connection: ConnectionDetails | undefined
  /** What messages call it, such as `signers.invoices`; empty for an entry that stands alone. */
  readonly label: string
  /** Whose values messages do not show. */
  readonly expansions: readonly Expansion[]
  /** The folder that relative paths start from; the working folder where it is absent. */
  readonly baseFolder: string | undefined
  /** Of an entry whose keys follow one another, for which the rest is that of the active one. */
  readonly rotation?: RotationDetails
}

/** The keys of a rotation, and the times that they go by. */
export interface RotationDetails {
  readonly active: EntryDetails
  readonly next?: EntryDetails
  readonly retired: readonly EntryDetails[]
  /** Its retired keys stand in the same order. */
  readonly schedule: RotationSchedule
}

/** All keys of a rotation, those that sign before those that do no longer. */
export function keysOf({ active, next, retired }: RotationDetails): readonly EntryDetails[] {
  return [active, ...(next ? [next] : []), ...retired]
}

/** Which provider, with which settings: entries for which this is the same share it. */
export interface ConnectionDetails {
  readonly descriptor: ProviderDescriptor
  /** As the provider's schema gave them. */
  readonly options: object
  readonly baseFolder: string | undefined
}

// Kept apart, so that neither code that is handed an entry nor what prints one comes to what is secret.
const detailsOf = new WeakMap<SignerEntry, EntryDetails>()

/** Keeps what belongs to an entry. */
export function keepDetails(details: EntryDetails): SignerEntry {
  detailsOf.set(details.entry, details)
  return details.entry
}

/** What belongs to an entry; undefined for any other object. */
export const findDetails = (entry: object): EntryDetails | undefined => detailsOf.get(entry as SignerEntry)
