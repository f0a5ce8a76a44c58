import { createHook } from 'node:async_hooks'
import { SigningError } from '@signport/core'
import type { Kms, KmsAlgorithm } from '../kms/kms.js'
import { withoutCheck } from './check-names.js'
import { assertSigns, type Way } from './way.js'

/** What a program that watches the checks of ways is told. */
export interface ChecksArgument {
  readonly kms: Kms
  /** The same service with wrong signatures. */
  readonly forged: Kms
  readonly algorithm: KmsAlgorithm
  /** Which ones, by their names. */
  readonly names: readonly string[]
}

/** What a way was seen to do. */
export interface CheckSeen {
  /** Whether it keeps a wrong signature to itself. */
  readonly refuses: boolean
  /** How often node:crypto signs or verifies for it in the thread pool, for one signature, beyond what it does unchecked. */
  readonly native: number
}

/** What ways do with a right signature and with a wrong one, by their names. Closes them. */
export async function watchChecks(
  { kms, forged, algorithm, names }: ChecksArgument,
  waysTo: (kms: Kms, algorithm: KmsAlgorithm) => readonly Way[],
): Promise<Readonly<Record<string, CheckSeen>>> {
  const [right, wrong] = [waysTo(kms, algorithm), waysTo(forged, algorithm)]
  try {
    const seen: Record<string, CheckSeen> = {}
    for (const name of names) {
      const native = (await nativeOf(right, name, kms)) - (await nativeOf(right, withoutCheck(name), kms))
      seen[name] = { refuses: await refuses(wayNamed(wrong, name)), native }
    }
    return seen
  } finally {
    for (const way of [...right, ...wrong]) await way.close?.()
  }
}

function wayNamed(ways: readonly Way[], name: string): Way {
  const way = ways.find((each) => each.name === name)
  if (!way) throw new RangeError(`Nobody is named ${name}`)
  return way
}

/** Of its second signature: with the first one, it may have asked for the key. */
async function nativeOf(ways: readonly Way[], name: string, { message }: Kms): Promise<number> {
  const way = wayNamed(ways, name)
  await assertSigns(way, Buffer.from(message, 'base64'))
  let count = 0
  const hook = createHook({
    init(_, type) {
      // Node names the jobs of sign and verify alike.
      if (type === 'SIGNREQUEST') count += 1
    },
  })
  hook.enable()
  try {
    await way.once()
  } finally {
    hook.disable()
  }
  return count
}

async function refuses({ once }: Way): Promise<boolean> {
  try {
    await once()
    return false
  } catch (error) {
    if (SigningError.is(error, 'SignatureCheckFailed')) return true
    throw error
  }
}
