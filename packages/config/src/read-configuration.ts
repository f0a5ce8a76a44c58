import { dirname, resolve } from 'node:path'
import { type ProviderDescriptor, SigningError } from '@signport/core'
import { printable, typeName } from '@signport/core/kit'
import { isConfigurationFile, readConfigurationFile } from './configuration-file.js'
import { Connections } from './connections.js'
import { type Configuration, type EntryDetails, findDetails, keepDetails } from './entry.js'
import type { Environment } from './expansion.js'
import { Mistakes } from './mistakes.js'
import { providerTable } from './provider-table.js'
import type { Reading } from './read-entry.js'
import { isRotation } from './rotation-options.js'
import type { SignerConfig } from './signer-config.js'
import { type Node, type Path, treeOf } from './tree.js'
import { isUri, parseUri } from './uri.js'

/** What a configuration may refer to, besides what stands in it. */
export interface ReadOptions {
  /** Providers that are not among the built-in ones, or that take the place of one by its name. */
  readonly providers?: readonly ProviderDescriptor[] | undefined
  /** Where relative paths start: by default the folder of the file, else the working folder. */
  readonly baseFolder?: string | undefined
  /**
   * Where `${NAME}` is looked for. For a file, `process.env` by default; in an object, variables are only looked for where
   * this is given, since what a program hands over is what it means. Never in a URI.
   */
  readonly env?: Environment | undefined
}

/** Names of signers are parts of paths, command lines and logs. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/** What begins with a scheme, be it one that is known; a single letter is a drive of Windows. */
const LIKE_URI = /^[a-z][a-z0-9+.-]+:/i

/** What is a URI however it ends, and whatever its scheme: it may hold a password, and so is not repeated as a path is. */
const SURELY_URI = /^\w[\w+.-]+:\/\//

/**
 * Reads a configuration, and says all that is wrong with it at once. Nothing is asked of any service, no SDK of a vendor is
 * loaded, and no key file is opened.
 *
 * @param source the path of a `.yaml`, `.yml` or `.json` file; a URI, which gives one signer with the name `default`; or
 *   an object as a file would hold it
 * @throws TypeError for what is neither a string nor an object
 * @throws SigningError `Configuration` with one line for each mistake: where it is, what was expected, what came
 */
export async function readConfiguration(
  source: string | object,
  options: ReadOptions = {},
): Promise<Configuration> {
  if (typeof source !== 'string') return readObject(source, options)
  if (isFileSource(source, options)) return readFile(source, options)
  if (LIKE_URI.test(source) || SURELY_URI.test(source))
    return configurationOf([await readSingle(source, options)])
  throw new SigningError(
    'Configuration',
    'A configuration is a file that ends in .yaml, .yml or .json, or a URI such as local:./key.pem.',
  )
}

/** Whether a source is the path of a file, and no URI that ends like one. */
export function isFileSource(source: string | object, { providers }: ReadOptions): source is string {
  if (typeof source !== 'string' || SURELY_URI.test(source)) return false
  return isConfigurationFile(source) && !isUri(source, providers)
}

async function readFile(file: string, options: ReadOptions): Promise<Configuration> {
  const mistakes = new Mistakes(file)
  const root = await readConfigurationFile(file, mistakes)
  const { baseFolder = dirname(resolve(file)), env = process.env } = options
  const all = root ? await readEntries(root, readingOf({ ...options, baseFolder, env }, mistakes)) : []
  mistakes.throwIfAny()
  return configurationOf(all, file)
}

async function readObject(source: object, options: ReadOptions): Promise<Configuration> {
  const mistakes = new Mistakes('')
  const root = objectTree(source, mistakes)
  const all = root ? await readEntries(root, readingOf(options, mistakes)) : []
  mistakes.throwIfAny()
  return configurationOf(all)
}

/**
 * Reads one signer by itself: a URI, an entry as it would stand in a file, or one of a configuration that was read.
 *
 * @throws as `readConfiguration`
 */
export async function readSingle(source: string | object, options: ReadOptions): Promise<EntryDetails> {
  const known = typeof source === 'object' && source !== null ? findDetails(source) : undefined
  if (known) return known
  const ofUri = typeof source === 'string'
  const mistakes = new Mistakes(ofUri ? 'the URI' : '')
  const root = objectTree(ofUri ? parseUri(source, options.providers) : source, mistakes)
  // What stands in a URI came through a shell, which expands what is to be expanded.
  const reading = readingOf({ ...options, ...(ofUri && { env: undefined }) }, mistakes)
  mistakes.root = root
  const details =
    root && (await readOne('default', root, [], reading).finally(() => reading.trials.closeUnused()))
  mistakes.throwIfAny()
  if (!details) throw new TypeError('An entry without mistakes has details.')
  return details
}

function objectTree(source: SignerConfig | object, mistakes: Mistakes): Node | undefined {
  if (typeof source !== 'object' || source === null)
    throw new TypeError(`A configuration must be a path, a URI or an object, not ${typeName(source)}.`)
  try {
    return treeOf(source)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    mistakes.add([], 'is nested too deeply')
    return undefined
  }
}

function readingOf({ providers, env, baseFolder }: ReadOptions, mistakes: Mistakes): Reading {
  return { mistakes, providers: providerTable(providers), trials: new Connections(), env, baseFolder }
}

/** The library of schemas is loaded when there is something to check. */
async function readOne(name: string, node: Node, path: Path, reading: Reading) {
  return node.kind === 'map' && isRotation(node)
    ? (await import('./read-rotation.js')).readRotation(name, node, path, reading)
    : (await import('./read-entry.js')).readEntry(name, node, path, reading)
}

async function readEntries(root: Node, reading: Reading): Promise<EntryDetails[]> {
  try {
    return await readAll(root, reading)
  } finally {
    await reading.trials.closeUnused()
  }
}

async function readAll(root: Node, reading: Reading): Promise<EntryDetails[]> {
  const { mistakes } = reading
  mistakes.root = root
  const all: EntryDetails[] = []
  const signers = signersOf(root, mistakes)
  refuseKeyNames(signers, mistakes)
  for (const [name, node] of signers) {
    const path = ['signers', name]
    if (!NAME.test(name))
      mistakes.add(
        path,
        'a name is made of 1 to 100 letters, digits, dots, hyphens and underscores, and begins with a letter or digit',
        'name',
      )
    const details = await readOne(name, node, path, reading)
    if (details) all.push(details)
  }
  return all
}

/** Keys of a rotation have names as well, and are found by them. */
function refuseKeyNames(signers: ReadonlyMap<string, Node>, mistakes: Mistakes): void {
  for (const name of signers.keys()) {
    const [, rotation = ''] = /^(.+)\.(?:active|next|retired\.\d+)$/.exec(name) ?? []
    const node = signers.get(rotation)
    if (node?.kind !== 'map' || !isRotation(node)) continue
    const message = `is what a key of the rotation ${printable(rotation, 100)} is called: give it another name`
    mistakes.add(['signers', name], message, 'name')
  }
}

function signersOf(root: Node, mistakes: Mistakes): ReadonlyMap<string, Node> {
  const none = new Map<string, Node>()
  if (root.kind !== 'map') {
    const empty = root.kind === 'scalar' && root.value === null
    mistakes.add([], `must be a map with signers, ${empty ? 'but it is empty' : `not a ${kindOf(root)}`}`)
    return none
  }
  // What editors find the schema by is a name, too.
  for (const name of root.members.keys())
    if (name !== 'signers' && name !== '$schema') mistakes.addUnknown([name], ['signers'])
  const signers = root.members.get('signers')
  if (signers?.kind === 'map') return signers.members
  if (signers) mistakes.add(['signers'], `must be a map of names and signers, not a ${kindOf(signers)}`)
  else mistakes.add(['signers'], 'is missing: it is the map of names and signers')
  return none
}

const kindOf = ({ kind }: Node) => (kind === 'scalar' ? 'value' : kind)

function configurationOf(all: readonly EntryDetails[], file?: string): Configuration {
  const entries = Object.freeze(all.map(keepDetails))
  return Object.freeze({ ...(file !== undefined && { file }), entries })
}
