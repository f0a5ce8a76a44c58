import { type KeyRecord, type KeyVersion, stateOf } from '../../keys/key-record.js'
import type { KeyState } from '../../keys/key-store.js'
import { ifValid } from '../call.js'
import type { Place, PlaneContext } from '../context.js'
import { AlibabaFailure } from './failure.js'
import { kindOf, type VisibleKind } from './key-kind.js'

type Where = Pick<PlaneContext, 'place' | 'store'>

/** A key that can be seen here, with what it is here. */
export interface VisibleKey extends KeyRecord {
  readonly kind: VisibleKind
}

/** The ARN of what is in an account: `key/…` or `alias/…`. */
export function acsArn({ region, accountId }: Place, resource: string): string {
  return `acs:kms:${region}:${accountId}:${resource}`
}

/** A key as it can be seen here; undefined when it cannot. */
export function visible(key: KeyRecord | undefined): VisibleKey | undefined {
  const kind = key && kindOf(key)
  return kind && { ...key, kind }
}

/**
 * The key that a request means by its id, its ARN or an alias, in whatever state it is.
 *
 * @throws AlibabaFailure `Forbidden.KeyNotFound` or `Forbidden.AliasNotFound`
 */
export function findKey(name: string, { place, store }: Where): VisibleKey {
  const { keys, aliases } = store.current()
  const local = withoutPlace(name, place)
  if (!isAlias(local)) return presentKey(keys, local.replace(/^key\//, ''))
  const key = visible(keys.get(aliases.get(local)?.keyId ?? ''))
  if (key) return key
  throw new AlibabaFailure('Forbidden.AliasNotFound')
}

function withoutPlace(name: string, place: Place): string {
  const prefix = acsArn(place, '')
  return name.startsWith(prefix) ? name.slice(prefix.length) : name
}

/** Whether a name, without its place, is one of an alias. */
function isAlias(name: string): boolean {
  return name.startsWith('alias/')
}

/** As `findKey`, where an alias is not taken. @throws AlibabaFailure `Unsupported.Alias`, too */
export function findKeyItself(name: string, where: Where): VisibleKey {
  if (isAlias(withoutPlace(name, where.place))) throw new AlibabaFailure('Unsupported.Alias')
  return findKey(name, where)
}

/** A key within a change: changes wait for one another, and the key may be gone by then. @throws AlibabaFailure */
export function presentKey(keys: KeyState['keys'], id: string): VisibleKey {
  const key = visible(keys.get(id))
  if (key) return key
  throw new AlibabaFailure('Forbidden.KeyNotFound')
}

/** The version of a key that a request names. @throws AlibabaFailure `Forbidden.KeyVersionNotFound` */
export function findVersion({ versions }: KeyRecord, id: string): KeyVersion {
  const version = versions.find((each) => each.id === id)
  if (version) return version
  throw new AlibabaFailure('Forbidden.KeyVersionNotFound')
}

/** @throws AlibabaFailure `Rejected.PendingDeletion` */
export function assertNotPending(key: KeyRecord): void {
  if (stateOf(key) === 'PendingDeletion') throw new AlibabaFailure('Rejected.PendingDeletion')
}

/** @throws AlibabaFailure `Rejected.PendingDeletion` or `Rejected.Disabled` */
export function assertEnabled(key: KeyRecord): void {
  assertNotPending(key)
  if (!key.enabled) throw new AlibabaFailure('Rejected.Disabled')
}

/** All names of the key that a request means, as faults may know it; at least the one that it used. */
export function namesOfKey(name: string, where: Where): readonly string[] {
  const { place, store } = where
  const key = ifValid(() => findKey(name, where), AlibabaFailure)
  if (!key) return [name]
  const aliases = [...store.current().aliases.values()]
    .filter((alias) => alias.keyId === key.id)
    .map((alias) => alias.name)
  const local = [`key/${key.id}`, ...aliases]
  return [name, key.id, ...aliases, ...local.map((each) => acsArn(place, each))]
}

/** The alias by which a request names its key; undefined where it names the key itself, or no key that there is. */
export function aliasOfRequest(name: string, { place, store }: Where): string | undefined {
  const local = withoutPlace(name, place)
  return store.current().aliases.has(local) ? local : undefined
}
