import type { AliasRecord } from '../../../keys/key-record.js'
import type { KeyState } from '../../../keys/key-store.js'
import { AlibabaFailure } from '../../alibaba/failure.js'
import {
  acsArn,
  assertNotPending,
  findKey,
  findKeyItself,
  presentKey,
  visible,
} from '../../alibaba/find-key.js'
import type { OperationContext } from '../../context.js'
import type { Operation } from '../operation.js'
import { pageOf } from '../page.js'
import { invalid, required } from '../parameter.js'
import type { Parameters } from '../parameters.js'

/** CreateAlias. */
export const createAlias: Operation = async (parameters, context) => {
  const name = aliasName(parameters)
  const { id } = findKeyItself(required(parameters, 'KeyId'), context)
  const now = context.clock()
  await context.store.change(({ aliases, keys }) => {
    if (presentKey(keys, id).deletion) throw new AlibabaFailure('Rejected.StateModifiedFailed')
    if (aliases.has(name)) throw new AlibabaFailure('AliasAlreadyExists')
    aliases.set(name, { name, keyId: id, created: now, updated: now })
  })
  return {}
}

/** UpdateAlias: to any key that does not wait for its deletion. */
export const updateAlias: Operation = async (parameters, context) => {
  const name = aliasName(parameters)
  const { id } = findKeyItself(required(parameters, 'KeyId'), context)
  await context.store.change(({ aliases, keys }) => {
    const alias = presentAlias({ aliases, keys }, name)
    assertNotPending(presentKey(keys, id))
    aliases.set(name, { ...alias, keyId: id, updated: context.clock() })
  })
  return {}
}

/** DeleteAlias: the key stays. */
export const deleteAlias: Operation = async (parameters, { store }) => {
  const name = aliasName(parameters)
  await store.change((draft) => {
    presentAlias(draft, name)
    draft.aliases.delete(name)
  })
  return {}
}

/** ListAliases: of the keys that can be seen. */
export const listAliases: Operation = (parameters, context) => list(parameters, context, () => true)

/** ListAliasesByKeyId. */
export const listAliasesByKeyId: Operation = (parameters, context) => {
  const { id } = findKey(required(parameters, 'KeyId'), context)
  return list(parameters, context, ({ keyId }) => keyId === id)
}

function list(
  parameters: Parameters,
  { store, place }: OperationContext,
  wanted: (alias: AliasRecord) => boolean,
): object {
  const { aliases, keys } = store.current()
  const all = [...aliases.values()]
    .filter((alias) => visible(keys.get(alias.keyId)) && wanted(alias))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const { items, members } = pageOf(all, parameters)
  const Alias = items.map(({ name, keyId }) => ({
    KeyId: keyId,
    AliasName: name,
    AliasArn: acsArn(place, name),
  }))
  return { Aliases: { Alias }, ...members }
}

const NAME = /^alias\/[a-zA-Z0-9/_-]{1,255}$/

function aliasName(parameters: Parameters): string {
  const name = required(parameters, 'AliasName')
  if (NAME.test(name)) return name
  throw invalid('AliasName', 'alias/ and 1 to 255 letters, digits, slashes, hyphens or underscores')
}

function presentAlias({ aliases, keys }: KeyState, name: string): AliasRecord {
  const alias = aliases.get(name)
  if (alias && visible(keys.get(alias.keyId))) return alias
  throw new AlibabaFailure('Forbidden.AliasNotFound')
}
