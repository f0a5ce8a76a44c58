import type { Signers } from '@signport/config'
import { SigningError } from '@signport/core'

/** How many containers hold each set of signers: 0 once the last one has let go. */
const holders = new WeakMap<Signers, number>()

/**
 * Holds signers for a container: whoever lets go last closes them.
 *
 * @returns lets go, however often it is called
 * @throws SigningError `Closed` for signers that have been let go by all
 */
export function holdSigners(signers: Signers): () => Promise<void> {
  const count = holders.get(signers)
  if (count === 0)
    throw new SigningError(
      'Closed',
      'These signers were closed with their container, or because a module could not be loaded: load the configuration again.',
    )
  holders.set(signers, (count ?? 0) + 1)
  let released: Promise<void> | undefined
  return () => {
    released ??= release(signers)
    return released
  }
}

async function release(signers: Signers): Promise<void> {
  // The services are disposed of in the same breath: what they begin to sign in their @preDestroy comes first.
  await Promise.resolve()
  const others = (holders.get(signers) ?? 1) - 1
  holders.set(signers, others)
  if (others === 0) await signers.close()
}
