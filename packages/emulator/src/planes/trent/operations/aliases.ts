import type { AliasRecord, KeyRecord } from '../../../keys/key-record.js'
import { keySpec } from '../../../keys/key-spec.js'
import type { OperationContext, Place } from '../../context.js'
import { arnOf } from '../arn.js'
import { TrentFailure } from '../failure.js'
import { assertNotPending, findKey, findKeyItself, keyId, presentKey } from '../find-key.js'
import { seconds } from '../key-metadata.js'
import { required, text } from '../member.js'
import { operation } from '../operation.js'
import { pageMembers, pageOf } from '../page.js'

const AliasName = required(text({ min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ }))

/** CreateAlias. */
export const createAlias = operation({ AliasName, TargetKeyId: keyId }, async (input, context) => {
  const name = ownName(input.AliasName)
  const { id } = targetOf(input.TargetKeyId, context)
  const now = context.clock()
  await context.store.change(({ aliases, keys }) => {
    presentKey(keys, id, context)
    if (aliases.has(name)) throw alreadyThere(name, context.place)
    aliases.set(name, { name, keyId: id, created: now, updated: now })
  })
  return {}
})

/** UpdateAlias: to a key of the same type and use. */
export const updateAlias = operation({ AliasName, TargetKeyId: keyId }, async (input, context) => {
  const name = ownName(input.AliasName)
  const { id } = targetOf(input.TargetKeyId, context)
  await context.store.change(({ aliases, keys }) => {
    const target = presentKey(keys, id, context)
    const alias = aliasOf(aliases, name, context.place)
    const before = keys.get(alias.keyId)
    if (before) assertSameKind(before, target)
    aliases.set(name, { ...alias, keyId: id, updated: context.clock() })
  })
  return {}
})

/** DeleteAlias: the key stays. */
export const deleteAlias = operation({ AliasName }, async (input, { store, place }) => {
  const name = ownName(input.AliasName)
  await store.change(({ aliases }) => {
    aliasOf(aliases, name, place)
    aliases.delete(name)
  })
  return {}
})

/** As many aliases as AWS lists when nobody says how many, and at most. */
const USUAL_ALIASES = 50
const MAX_ALIASES = 100

const listMembers = { KeyId: text({ min: 1, max: 2048 }), ...pageMembers(MAX_ALIASES) }

/** ListAliases: all, or those of a key. */
export const listAliases = operation(listMembers, (input, context) => {
  const only = input.KeyId === undefined ? undefined : findKey(input.KeyId, context).id
  const all = [...context.store.current().aliases.values()]
  const wanted = all.filter((alias) => only === undefined || alias.keyId === only)
  const { items, members } = pageOf(wanted, ({ name }) => name, input, USUAL_ALIASES)
  return { Aliases: items.map((alias) => entryOf(alias, context.place)), ...members }
})

function entryOf({ name, keyId, created, updated }: AliasRecord, place: Place): object {
  return {
    AliasName: name,
    AliasArn: arnOf(place, name),
    TargetKeyId: keyId,
    CreationDate: seconds(created),
    LastUpdatedDate: seconds(updated),
  }
}

function ownName(name: string): string {
  if (!name.startsWith('alias/') || name === 'alias/')
    throw new TrentFailure('ValidationException', 'An alias must begin with alias/ and have a name after it.')
  if (name.startsWith('alias/aws/'))
    throw new TrentFailure(
      'NotAuthorizedException',
      'Aliases that begin with alias/aws/ are reserved for AWS.',
    )
  return name
}

function targetOf(name: string, context: OperationContext): KeyRecord {
  if (/(?:^|:)alias\//.test(name))
    throw new TrentFailure('ValidationException', 'Aliases must refer to keys. Not aliases')
  const key = findKeyItself(name, context)
  assertNotPending(key, context)
  return key
}

function aliasOf(aliases: ReadonlyMap<string, AliasRecord>, name: string, place: Place): AliasRecord {
  const alias = aliases.get(name)
  if (alias) return alias
  throw new TrentFailure('NotFoundException', `Alias ${arnOf(place, name)} is not found.`)
}

function alreadyThere(name: string, place: Place): TrentFailure {
  const message = `An alias with the name ${arnOf(place, name)} already exists`
  return new TrentFailure('AlreadyExistsException', message)
}

function assertSameKind(before: KeyRecord, after: KeyRecord): void {
  const [one, other] = [before, after].map(({ spec }) => keySpec(spec).family !== undefined)
  if (one === other && before.usage === after.usage) return
  const message = `The key of an alias can be replaced by one of the same type and usage alone: ${before.usage}.`
  throw new TrentFailure('ValidationException', message)
}
