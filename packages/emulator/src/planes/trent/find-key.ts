import { KEY_ID, type KeyRecord, stateOf } from '../../keys/key-record.js'
import type { KeyState } from '../../keys/key-store.js'
import { ifValid } from '../call.js'
import type { OperationContext, PlaneContext } from '../context.js'
import { arnOf, keyArn } from './arn.js'
import { TrentFailure } from './failure.js'
import { type Member, required, text } from './member.js'

/** What every operation on a key takes: id, ARN, alias name or alias ARN. */
export const keyId = required(text({ min: 1, max: 2048 }))

/** Tokens of grants, which there are none of here: they are checked and have no effect. */
export const grantToken: Member<string> = text({ min: 1, max: 8192, secret: true })

type Where = Pick<PlaneContext, 'place' | 'store'>

/**
 * The key that a request means, in whatever state it is.
 *
 * @throws TrentFailure `NotFoundException`
 */
export function findKey(name: string, { place, store }: Where): KeyRecord {
  return keyOf(resourceOf(name, place), name, place, store.current())
}

/** As `findKey`, where an alias is not taken. */
export function findKeyItself(name: string, context: Where): KeyRecord {
  if (/(?:^|:)alias\//.test(name)) throw new TrentFailure('NotFoundException', `Invalid keyId '${name}'`)
  return findKey(name, context)
}

/** `key/…` or `alias/…`, from all the forms in which a key is named. */
function resourceOf(name: string, place: OperationContext['place']): string {
  if (name.startsWith('arn:')) return resourceOfArn(name, place)
  if (name.startsWith('alias/')) return name
  if (KEY_ID.test(name)) return `key/${name}`
  throw new TrentFailure('NotFoundException', `Invalid keyId '${name}'`)
}

function resourceOfArn(arn: string, place: OperationContext['place']): string {
  const [, partition, service, region = '', account, ...rest] = arn.split(':')
  const resource = rest.join(':')
  if (partition !== place.partition || service !== 'kms' || !/^(?:key|alias)\/./.test(resource))
    throw new TrentFailure('NotFoundException', `Invalid arn ${arn}`)
  if (region !== place.region) throw new TrentFailure('NotFoundException', `Invalid arn ${region}`)
  if (account !== place.accountId) throw missing(resource, arn)
  return resource
}

function keyOf(resource: string, name: string, place: OperationContext['place'], state: KeyState): KeyRecord {
  const alias = resource.startsWith('alias/') ? state.aliases.get(resource) : undefined
  const id = resource.startsWith('key/') ? resource.slice('key/'.length) : alias?.keyId
  const key = id === undefined ? undefined : state.keys.get(id)
  if (key) return key
  throw missing(resource, name.startsWith('arn:') ? name : arnOf(place, resource))
}

function missing(resource: string, arn: string): TrentFailure {
  const message = resource.startsWith('alias/') ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`
  return new TrentFailure('NotFoundException', message)
}

/** A key within a change: changes wait for one another, and the key may be gone by then. @throws TrentFailure */
export function presentKey(keys: KeyState['keys'], id: string, { place }: Where): KeyRecord {
  const key = keys.get(id)
  if (key) return key
  throw missing(`key/${id}`, keyArn(place, { id }))
}

/**
 * @throws TrentFailure `KMSInvalidStateException` for a key that waits for its deletion
 */
export function assertNotPending(key: KeyRecord, { place }: Where): void {
  if (stateOf(key) === 'PendingDeletion')
    throw new TrentFailure('KMSInvalidStateException', `${keyArn(place, key)} is pending deletion.`)
}

/** @throws TrentFailure `DisabledException` or `KMSInvalidStateException` for a key that is not enabled */
export function assertEnabled(key: KeyRecord, where: Where): void {
  assertNotPending(key, where)
  if (!key.enabled) throw new TrentFailure('DisabledException', `${keyArn(where.place, key)} is disabled.`)
}

/** All names of the key that a request means, as faults may know it; at least the one that it used. */
export function namesOfKey(name: string, context: Where): readonly string[] {
  const { place, store } = context
  const key = ifValid(() => findKey(name, context), TrentFailure)
  if (!key) return [name]
  const aliases = [...store.current().aliases.values()]
    .filter((alias) => alias.keyId === key.id)
    .map((alias) => alias.name)
  return [name, key.id, keyArn(place, key), ...aliases, ...aliases.map((alias) => arnOf(place, alias))]
}

/** The alias by which a request names its key; undefined where it names the key itself, or no key that there is. */
export function aliasOfRequest(name: string, context: Where): string | undefined {
  const resource = ifValid(() => resourceOf(name, context.place), TrentFailure)
  return resource !== undefined && context.store.current().aliases.has(resource) ? resource : undefined
}
