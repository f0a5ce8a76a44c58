import { type Algorithm, algorithms, candidateAlgorithms, type ProviderDescriptor } from '@signport/core'
import { safeParse } from 'valibot'
import type { Connections } from './connections.js'
import type { ConnectionDetails, EntryDetails } from './entry.js'
import { type Environment, expand } from './expansion.js'
import { addIssues, type Checked } from './issues.js'
import type { Mistakes } from './mistakes.js'
import { instead } from './nearest.js'
import { optionNames } from './option-names.js'
import { type ProviderTable, providerTable } from './provider-table.js'
import { withoutExpansions } from './redaction.js'
import { ofRotations } from './rotation-options.js'
import { holdsKey, shownValue } from './secret-place.js'
import { type CommonConfig, signerSchema } from './signer-schema.js'
import { type MapNode, type Node, nodeAt, type Path } from './tree.js'
import { type Finding, isPem, tryOptions, tryProvider } from './trial.js'
import { OF_VERIFIERS, PUBLIC_KEY } from './verifier-options.js'

/** What is the same for all entries of a configuration. */
export interface Reading {
  readonly mistakes: Mistakes
  readonly providers: ProviderTable
  /** What the options are tried with: one provider for all entries with the same. */
  readonly trials: Connections
  /** Absent where variables are not expanded. */
  readonly env: Environment | undefined
  readonly baseFolder: string | undefined
}

const COMMON = Object.keys(signerSchema.entries)

/** An entry on its way to its details. */
interface Draft extends Omit<Checked, 'builtIn'>, Reading {
  readonly name: string
  /** Of the common options, those that are given. */
  readonly common: CommonConfig
  /** The provider's own options. */
  readonly own: Record<string, unknown>
  /** Names of options that it can have, too, and that are read elsewhere. */
  readonly further: readonly string[]
}

/**
 * Reads one entry, and adds what is wrong with it to the mistakes.
 *
 * @param path of the entry; empty for one that stands alone
 * @param further names of options that it can have, too, and that are read elsewhere
 * @returns undefined where there are mistakes that leave nothing to open
 */
export async function readEntry(
  name: string,
  node: Node,
  path: Path,
  reading: Reading,
  further: readonly string[] = [],
): Promise<EntryDetails | undefined> {
  const { mistakes } = reading
  const before = mistakes.count
  if (node.kind !== 'map') {
    mistakes.add(path, `must be a map with provider and key, not ${shownValue(path, node) ?? 'text'}`)
    return undefined
  }
  const draft = { ...draftOf(name, node, path, reading), further }
  const rows = rowsOf(draft)
  const connection = await connectionOf(draft, rows)
  if (rows) addFindings(draft, tryOptions(checkedOptions(draft), rows))
  if (draft.common.publicKey !== undefined && draft.common.thumbprint !== undefined)
    mistakes.add([...path, 'thumbprint'], 'pins the key as publicKey does: leave one of them out')
  return mistakes.count > before ? undefined : detailsOf(draft, connection)
}

function draftOf(name: string, node: MapNode, path: Path, reading: Reading): Omit<Draft, 'further'> {
  const { value, expansions, broken } = expand(node, path, reading.env, reading.mistakes)
  const given = Object.entries(value as object)
  const pick = (isCommon: boolean) =>
    Object.fromEntries(given.filter(([option]) => COMMON.includes(option) === isCommon))
  const common = pick(true) as CommonConfig
  const draft = {
    ...reading,
    name,
    path,
    expansions,
    common,
    own: pick(false),
    broken: [...broken, ...refuseKeys(common, path, reading.mistakes)],
  }
  const { issues = [] } = safeParse(signerSchema, draft.common)
  const found = issues.map(({ message, path }) => ({ message, path: keysOf(path) }))
  addIssues(reading.mistakes, found, { ...draft, builtIn: true }, () => ({ all: COMMON, listed: COMMON }))
  return draft
}

const keysOf = (path: readonly { readonly key: unknown }[] = []) => path.map(({ key }) => key as PropertyKey)

/** No name of a key is longer. */
const MAX_NAME = 4_096

/**
 * Keys that stand where they are to be named: they would be in all that names them, from errors to listings.
 *
 * @returns the paths of those that are refused, and that nothing more is done with
 */
function refuseKeys(common: CommonConfig, path: Path, mistakes: Mistakes): Path[] {
  return (['key', 'publicKey'] as const).flatMap((option) => {
    const message = whyNoName(option, common)
    if (message === undefined) return []
    mistakes.add([...path, option], message)
    return [[...path, option]]
  })
}

function whyNoName(option: 'key' | 'publicKey', common: CommonConfig): string | undefined {
  // What was expanded is not checked yet.
  const value: unknown = common[option]
  if (typeof value !== 'string') return undefined
  const takesPem = option === 'publicKey' || common.provider === PUBLIC_KEY
  if (!holdsKey(value) && isPem(value) && takesPem) return undefined
  if (holdsKey(value) || isPem(value))
    return takesPem || common.provider === 'local'
      ? 'holds a key itself: name its file'
      : 'holds a key itself: give the name by which its service knows it'
  if (value.length <= MAX_NAME && !/[\r\n]/.test(value)) return undefined
  return `must be a single line of at most ${MAX_NAME} characters`
}

/** What of the options has its right type, for core to check the rest. */
function checkedOptions({ common }: Draft): CommonConfig {
  const { issues = [] } = safeParse(signerSchema, common)
  const wrong = new Set(issues.map(({ path }) => path?.[0].key))
  return Object.fromEntries(Object.entries(common).filter(([option]) => !wrong.has(option))) as CommonConfig
}

/** The algorithms that may be meant; undefined where nobody can know. */
function rowsOf({ common: { algorithm }, path, mistakes, broken }: Draft): readonly Algorithm[] | undefined {
  if (algorithm === undefined) return algorithms
  const place = [...path, 'algorithm']
  if (typeof algorithm !== 'string' || algorithm === '' || isBroken(broken, place)) return undefined
  try {
    return candidateAlgorithms(algorithm)
  } catch {
    const shown = sourceOf(mistakes, place)
    const names = algorithms.map(({ name }) => name)
    mistakes.add(place, `there is no algorithm ${shown}${instead(algorithm, names)}`)
    return undefined
  }
}

const isBroken = (broken: readonly Path[], place: Path) =>
  broken.some((path) => path.length >= place.length && place.every((step, index) => path[index] === step))

function sourceOf({ root }: Mistakes, place: Path): string {
  return (root && shownValue(place, nodeAt(root, place).node)) ?? 'of this name'
}

/** Which provider, and with what: checked as far as that can be without asking a service. */
async function connectionOf(
  draft: Draft,
  rows: readonly Algorithm[] | undefined,
): Promise<ConnectionDetails | undefined> {
  const { common, path, mistakes, providers, broken, baseFolder } = draft
  const place = [...path, 'provider']
  if (typeof common.provider !== 'string' || common.provider === '' || isBroken(broken, place))
    return undefined
  if (!providers.has(common.provider)) {
    mistakes.add(
      place,
      `there is no provider ${sourceOf(mistakes, place)}${providers.insteadOf(common.provider)}`,
    )
    return undefined
  }
  if (common.provider === PUBLIC_KEY) return refuseSigning(draft)
  const descriptor = await providers.load(common.provider)
  if (typeof descriptor === 'string') {
    mistakes.add(place, descriptor)
    return undefined
  }
  const options = await checkedByProvider(descriptor, draft)
  if (!options) return undefined
  const connection = { descriptor, options, baseFolder }
  if (broken.length > 0) return connection
  const ofKey = typeof common.key === 'string' && common.key !== '' ? (rows ?? algorithms) : []
  addFindings(draft, tryProvider(draft.trials, connection, common, ofKey, Object.keys(draft.own)))
  return connection
}

/** Options that nothing is done with where only signatures are verified. */
function refuseSigning({ common, own, further, path, mistakes }: Draft): undefined {
  const allowed = ['provider', 'key', 'algorithm', ...OF_VERIFIERS]
  for (const option of Object.keys(common))
    if (!allowed.includes(option))
      mistakes.add([...path, option], `belongs to signers; ${PUBLIC_KEY} only verifies: leave it out`, 'name')
  for (const option of Object.keys(own)) {
    const where = ofRotations(option)
    if (where === undefined) mistakes.addUnknown([...path, option], [...allowed, ...further], allowed)
    else mistakes.add([...path, option], where, 'name')
  }
}

/** The options as the schema gives them; where all that is wrong are options that there are not, those that there are. */
async function checkedByProvider(descriptor: ProviderDescriptor, draft: Draft): Promise<object | undefined> {
  const { mistakes, path, own, further, broken } = draft
  try {
    const schema = await descriptor.configSchema()
    const result = await schema['~standard'].validate(own)
    if (!result.issues) return result.value
    const names = (within: Path) => {
      const listed = optionNames(schema, within, own)
      if (within.length > 0) return { all: listed, listed }
      return { all: [...listed, ...COMMON, ...further], listed, elsewhere: ofRotations }
    }
    // One that was handed over may have a built-in name, too.
    const builtIn = (await providerTable().load(descriptor.name)) === descriptor
    addIssues(mistakes, result.issues, { ...draft, builtIn }, names)
    // What variables are missing from is told by itself, and nothing can be made of it.
    if (broken.length > 0) return undefined
    const known = Object.entries(own).filter(([option]) => names([]).listed.includes(option))
    const again = await schema['~standard'].validate(Object.fromEntries(known))
    return again.issues ? undefined : again.value
  } catch {
    mistakes.add(path, `the schema of ${descriptor.name} failed`)
    return undefined
  }
}

function addFindings({ mistakes, path, expansions, broken }: Draft, findings: readonly Finding[]): void {
  for (const { option, message } of findings) {
    const place = option === undefined ? path : [...path, option]
    if (option !== undefined && isBroken(broken, place)) continue
    mistakes.add(
      place,
      withoutExpansions(withoutName(option, message), expansions),
      option ? 'value' : 'name',
    )
  }
}

/** The place says already which option it is. */
function withoutName(option: string | undefined, message: string): string {
  const name = option === 'key' ? 'keyId' : option
  return name !== undefined && message.startsWith(`${name} `) ? message.slice(name.length + 1) : message
}

function detailsOf(draft: Draft, connection: ConnectionDetails | undefined): EntryDetails {
  const { name, path, common, expansions, baseFolder } = draft
  const { provider, key, algorithm } = common
  const entry = Object.freeze({
    name,
    provider,
    key,
    ...(algorithm !== undefined && { algorithm }),
    verifiesOnly: connection === undefined,
  })
  return { entry, common, connection, label: path.join('.'), expansions, baseFolder }
}
