import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { KeyPair } from '../crypto/key-pair.js'
import type { KeySpec, KeyUsage } from './key-spec.js'

/** When a key goes away. */
interface Deletion {
  readonly at: Date
  readonly windowDays: number
}

/** One version of a key: its key material. Only Alibaba Cloud KMS knows that there can be several. */
export interface KeyVersion {
  /** A UUID. */
  readonly id: string
  readonly created: Date
  /** Absent for symmetric keys. */
  readonly pair?: KeyPair
}

/** One key. A change makes a new record. */
export interface KeyRecord {
  /** A UUID, or `mrk-` and 32 hexadecimal digits. */
  readonly id: string
  readonly spec: KeySpec
  readonly usage: KeyUsage
  readonly description: string
  readonly tags: Readonly<Record<string, string>>
  readonly created: Date
  readonly enabled: boolean
  /** The id of the key in whose place a fault has put this one behind an alias. Neither of that is kept in a file. */
  readonly standsFor?: string
  readonly deletion?: Deletion
  /** The oldest first, which is the one that signs for whoever names none. */
  readonly versions: readonly [KeyVersion, ...KeyVersion[]]
}

/** A second name of a key. */
export interface AliasRecord {
  /** With its prefix `alias/`. */
  readonly name: string
  readonly keyId: string
  readonly created: Date
  readonly updated: Date
}

/** The states that a key has here. */
export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion'

/** The state of a key, which says what may be done with it. */
export function stateOf({ enabled, deletion }: KeyRecord): KeyState {
  if (deletion) return 'PendingDeletion'
  return enabled ? 'Enabled' : 'Disabled'
}

const MULTI_REGION = 'mrk-'

/** How ids of keys look. */
export const KEY_ID = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/

/** How ids of versions look. */
export const KEY_VERSION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** A new id. */
export function newKeyId(multiRegion: boolean): string {
  return multiRegion ? `${MULTI_REGION}${randomBytes(16).toString('hex')}` : randomUUID()
}

/** The id of a key's first version, where nobody has given it another one: the same in every start. */
export function firstVersionId(keyId: string): string {
  const hash = createHash('sha256').update(`the first version of ${keyId}`).digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}

/** Whether an id is that of a multi-Region key. */
export function isMultiRegion(id: string): boolean {
  return id.startsWith(MULTI_REGION)
}
