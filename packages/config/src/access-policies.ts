import type { AccessPolicy, KeyUse, ProviderDescriptor } from '@signport/core'
import { chooseEntries } from './chosen-entries.js'
import { type Configuration, type EntryDetails, keysOf } from './entry.js'

/**
 * The policies that allow what the signers of a configuration do, and no more. Nothing is asked of any service.
 *
 * @param names of the signers: all by default
 * @throws SigningError `Configuration` for a name that there is not
 */
export function accessPolicies(
  configuration: Configuration,
  names?: readonly string[],
): readonly AccessPolicy[] {
  const uses = new Map<ProviderDescriptor, KeyUse[]>()
  for (const { details, signs } of chooseEntries(configuration, names).flatMap(usesOf)) {
    const { common, connection } = details
    const operations = operationsOf(common, signs)
    if (!connection || operations.length === 0) continue
    const { descriptor, options } = connection
    uses.set(descriptor, [...(uses.get(descriptor) ?? []), { keyId: common.key, options, operations }])
  }
  return [...uses].flatMap(([descriptor, uses]) => descriptor.accessPolicies?.(uses) ?? [])
}

/** The next key of a rotation will sign, and a retired one does no longer. */
function usesOf(details: EntryDetails) {
  const { rotation } = details
  if (!rotation) return [{ details, signs: true }]
  return keysOf(rotation).map((details) => ({ details, signs: !rotation.retired.includes(details) }))
}

/** A key that is pinned is not fetched. */
function operationsOf({ publicKey }: EntryDetails['common'], signs: boolean): KeyUse['operations'] {
  return [
    ...(signs ? (['sign'] as const) : []),
    ...(publicKey === undefined ? (['getPublicKey'] as const) : []),
  ]
}
