import { type CallContext, SigningError } from '@signport/core'
import { bounded, endingOf, printable, raceAbort } from '@signport/core/kit'
import { misconfigured, PROVIDER } from '../failure.js'
import { isAlias } from '../key-id.js'
import { redactId } from '../redact.js'
import { invalidMember, objectOf, requiredText } from './answer.js'
import type { Call, ClientAnswer } from './connection.js'

/** The service's code for a version that the key does not have, or not any more. */
const GONE = 'Forbidden.KeyVersionNotFound'

/** How long each answer on the way to a version may take, in milliseconds: as long as one does by default. */
const ANSWER_MS = 5_000

/** The most that the service lists at a time. */
const PAGE_SIZE = 100

/** How many versions an error names. */
const MAX_SHOWN = 10

/** How many versions are kept: whoever signs with more keys than that looks those up again that came first. */
const MAX_KEPT = 1_000

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
  const { searchFor, forget } = createSearches((keyId) => startSearch(keyId, call, limitMs))
  const waitFor = async (keyId: string, search: Search, context: CallContext) => {
    const { clock } = context
    const ending = endingOf(context)
    // Credentials may have to be fetched first: the time of an answer begins when the request for it goes out.
    clock?.pause()
    search.waiting++
    try {
      return await raceAbort(search.version, ending, PROVIDER)
    } finally {
      search.waiting--
      if (search.waiting === 0 && !search.over) {
        forget(keyId, search)
        search.end()
      }
    }
  }
  return async (keyId, context, run) => {
    if (given !== undefined) return run(given)
    const first = searchFor(keyId)
    const version = await waitFor(keyId, first, context)
    try {
      return await run(version)
    } catch (error) {
      if (!SigningError.is(error) || error.providerCode !== GONE) throw error
      forget(keyId, first)
      const other = await waitFor(keyId, searchFor(keyId), context)
      if (other === version) throw error
      return run(other)
    }
  }
}

/** The searches by their key ids. */
function createSearches(start: (keyId: string) => Search) {
  const kept = new Map<string, Search>()
  const forget = (keyId: string, old: Search) => {
    if (kept.get(keyId) === old) kept.delete(keyId)
  }
  const searchFor = (keyId: string): Search => {
    const known = kept.get(keyId)
    if (known) return known
    const search = start(keyId)
    kept.set(keyId, search)
    const [first = keyId] = kept.keys()
    if (kept.size > MAX_KEPT) kept.delete(first)
    // What was missing may be there the next time.
    search.version.catch(() => forget(keyId, search))
    return search
  }
  return { searchFor, forget }
}

/** The search for a version, for all who wait for it: it ends with the last of them. */
interface Search {
  readonly version: Promise<string>
  /** Ends the request under way. */
  end(): void
  waiting: number
  over: boolean
}

function startSearch(keyId: string, call: Call, limitMs: number | undefined): Search {
  const controller = new AbortController()
  const what = `The version of the key ${printable(keyId)}`
  const version = bounded(onlyVersion(keyId, call, controller.signal), { what, provider: PROVIDER, limitMs })
  const search: Search = { version, end: () => controller.abort(), waiting: 0, over: false }
  const settled = () => {
    search.over = true
    // It may have taken too long: then nobody wants what it would still ask.
    search.end()
  }
  version.then(settled, settled)
  return search
}

async function onlyVersion(keyId: string, call: Call, signal: AbortSignal): Promise<string> {
  const id = isAlias(keyId) ? await idOfAlias(keyId, call, signal) : keyId
  const parameters = { pageNumber: 1, pageSize: PAGE_SIZE }
  const question = { operation: 'listKeyVersions', keyId: id, parameters, limitMs: ANSWER_MS } as const
  const answer = await call(question, { signal })
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

async function idOfAlias(alias: string, call: Call, signal: AbortSignal): Promise<string> {
  const question = { operation: 'describeKey', keyId: alias, limitMs: ANSWER_MS } as const
  const answer = await call(question, { signal })
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
