import type { AccessPolicy, KeyUse, ProviderDescriptor } from '@signport/core'
import { chooseEntries } from './chosen-entries.js'
import type { Configuration, EntryDetails } from './entry.js'

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
  for (const { common, connection } of chooseEntries(configuration, names)) {
    if (!connection) continue
    const { descriptor, options } = connection
    const use = { keyId: common.key, options, operations: operationsOf(common) }
    uses.set(descriptor, [...(uses.get(descriptor) ?? []), use])
  }
  return [...uses].flatMap(([descriptor, uses]) => descriptor.accessPolicies?.(uses) ?? [])
}

/** A key that is pinned is not fetched. */
function operationsOf({ publicKey }: EntryDetails['common']): KeyUse['operations'] {
  return publicKey === undefined ? ['sign', 'getPublicKey'] : ['sign']
}
