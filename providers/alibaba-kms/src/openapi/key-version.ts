import { type CallContext, SigningError } from '@signport/core'
import { printable, raceAbort } from '@signport/core/kit'
import { misconfigured, PROVIDER } from '../failure.js'
import { isAlias } from '../key-id.js'
import { redactId } from '../redact.js'
import { bounded } from '../wait.js'
import { invalidMember, objectOf, requiredText } from './answer.js'
import type { Call, ClientAnswer } from './connection.js'

/** The service's code for a version that the key does not have, or not any more. */
const GONE = 'Forbidden.KeyVersionNotFound'

/** The most that the service lists at a time. */
const PAGE_SIZE = 100

/** How many versions an error names. */
const MAX_SHOWN = 10

/** Runs a call with the version of its key. */
export type WithVersion = <T>(
  keyId: string,
  context: CallContext,
  run: (keyVersion: string) => Promise<T>,
) => Promise<T>

/**
 * The version that OpenAPI must be told: the one that was given, or else the key's only one, which is looked up once for
 * all who wait and then kept. One that is gone is looked up again, once for a call: behind an alias there may be another
 * key by now.
 *
 * @param limitMs the longest wait for a version, where it is not the usual one
 */
export function createVersions(given: string | undefined, call: Call, limitMs?: number): WithVersion {
  const known = new Map<string, Promise<string>>()
  const forget = (keyId: string, old: Promise<string>) => {
    if (known.get(keyId) === old) known.delete(keyId)
  }
  const versionOf = (keyId: string): Promise<string> => {
    const kept = known.get(keyId)
    if (kept) return kept
    const looking = bounded(onlyVersion(keyId, call), `The version of the key ${printable(keyId)}`, limitMs)
    known.set(keyId, looking)
    // What was missing may be there the next time.
    looking.catch(() => forget(keyId, looking))
    return looking
  }
  return async (keyId, { signal, clock }, run) => {
    // Credentials may have to be fetched first: the time of an answer begins when the request for it goes out.
    const waitFor = (version: Promise<string>) => {
      clock?.pause()
      return raceAbort(version, signal, PROVIDER)
    }
    if (given !== undefined) return run(given)
    const first = versionOf(keyId)
    const version = await waitFor(first)
    try {
      return await run(version)
    } catch (error) {
      if (!SigningError.is(error) || error.providerCode !== GONE) throw error
      forget(keyId, first)
      const other = await waitFor(versionOf(keyId))
      if (other === version) throw error
      return run(other)
    }
  }
}

/** Others wait for it, too: it ends when the client gives up, and not with the call that asked first. */
async function onlyVersion(keyId: string, call: Call): Promise<string> {
  const id = isAlias(keyId) ? await idOfAlias(keyId, call) : keyId
  const parameters = { pageNumber: 1, pageSize: PAGE_SIZE }
  const answer = await call({ operation: 'listKeyVersions', keyId: id, parameters }, {})
  const { keyVersion: list } = objectOf(answer, 'keyVersions')
  if (!Array.isArray(list)) throw invalidMember(answer, 'keyVersions', keyId)
  const versions = list.map((each: unknown) =>
    requiredText(Object(each) as ClientAnswer, 'keyVersionId', keyId),
  )
  const count = Math.max(versions.length, typeof answer.totalCount === 'number' ? answer.totalCount : 0)
  const [only] = versions
  if (only !== undefined && count === 1) return only
  throw only === undefined ? without(keyId) : several(keyId, versions, count)
}

async function idOfAlias(alias: string, call: Call): Promise<string> {
  const answer = await call({ operation: 'describeKey', keyId: alias }, {})
  const metadata = objectOf(answer, 'keyMetadata')
  if (metadata.keyId === undefined) throw invalidMember(answer, 'keyMetadata', alias)
  return requiredText(metadata, 'keyId', alias)
}

function without(keyId: string): SigningError {
  const message = `The key ${printable(keyId)} has no version: look at its state, and whether it is one for SIGN/VERIFY.`
  return new SigningError('InvalidKeyState', message, { provider: PROVIDER, keyId })
}

function several(keyId: string, versions: readonly string[], count: number): SigningError {
  const shown = versions.slice(0, MAX_SHOWN).map((version) => redactId(version, []))
  const more = count > shown.length ? ` and ${count - shown.length} more` : ''
  return misconfigured(
    `The key ${printable(keyId)} has ${count} versions, and none of them is the one that signs by itself: set keyVersion to one of ${shown.join(', ')}${more}.`,
  )
}
