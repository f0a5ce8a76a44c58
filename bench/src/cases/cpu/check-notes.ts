import { isChecked } from '../../clients/check-names.js'
import type { CheckSeen, ChecksArgument } from '../../clients/watch-checks.js'
import { withProgram } from '../../harness/with-program.js'
import type { Kms, KmsAlgorithm, KmsOptions } from '../../kms/kms.js'
import { CLIENT_ENVIRONMENT } from './measure-clients.js'

/** A program that watches what ways make of right signatures and of wrong ones. */
export type ChecksProgram = 'aws-checks' | 'alibaba-checks'

type Seen = Readonly<Record<string, CheckSeen>>

const SERVICE: KmsOptions = { tls: false, latencyMs: 0 }

/**
 * Which way the check of each of these goes, by its name, for those that have one.
 *
 * @throws Error that names who lets a wrong signature through although it checks, or keeps it although it does not
 */
export async function checkNotes(
  program: ChecksProgram,
  algorithm: KmsAlgorithm,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const seen = await withProgram('kms-server', SERVICE, (kms: Kms) =>
    withProgram('kms-server', { ...SERVICE, forges: true }, (forged: Kms) => {
      const argument: ChecksArgument = { kms, forged, algorithm, names }
      return withProgram(program, argument, async (seen: Seen) => seen, { env: CLIENT_ENVIRONMENT })
    }),
  )
  return notesOn(seen)
}

/** What is to be said of each. @throws Error for one that is not what it is called */
export function notesOn(seen: Seen): ReadonlyMap<string, string> {
  const notes = new Map<string, string>()
  for (const [name, { refuses, native }] of Object.entries(seen)) {
    if (refuses !== isChecked(name))
      throw new Error(`${name} ${refuses ? 'keeps back' : 'lets through'} a signature that is wrong`)
    if (refuses) notes.set(name, native > 0 ? 'check: native over the message' : 'check: prehashed')
  }
  return notes
}
