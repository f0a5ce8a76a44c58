import {
  assertNames,
  type Configuration,
  findConfiguration,
  readConfiguration,
  type SignerEntry,
} from '@signport/config'
import { Failure } from './failure.js'

/** The configuration that `--config` names, or else SIGNPORT_CONFIG, or else the one found upwards from here. */
export async function readConfigured(config?: string): Promise<Configuration> {
  // An empty variable is how shells take one away for a single command.
  const path = config ?? (process.env.SIGNPORT_CONFIG || findConfiguration())
  if (path !== undefined) return readConfiguration(path)
  throw new Failure(
    'there is no signport.yaml here or above, within this project: name a configuration with --config or SIGNPORT_CONFIG.',
  )
}

/**
 * The entries of some names, or all, in the order of the configuration.
 *
 * @throws Failure for a configuration without signers
 * @throws SigningError `Configuration` for a name that there is not, with the nearest one
 */
export function entriesOf(
  configuration: Configuration,
  names: readonly string[] = [],
): readonly SignerEntry[] {
  const { entries } = configuration
  if (entries.length === 0) throw new Failure('the configuration has no signers.')
  assertNames(configuration, names)
  return entries.filter(({ name }) => names.length === 0 || names.includes(name))
}

/**
 * The signer of a name: of a rotation, all of it, since its keys sign when it is their turn.
 *
 * @throws SigningError `Configuration` for a name that there is not, with the nearest one
 */
export function entryOf(configuration: Configuration, name: string): SignerEntry {
  const [entry] = entriesOf(configuration, [name])
  if (!entry) throw new TypeError('Names that were checked have entries.')
  return entry
}

/** An entry that can be looked at by itself. */
export interface ChosenKey {
  readonly entry: SignerEntry
  /** Whether it is a key of a rotation that signs no longer. */
  readonly isRetired: boolean
}

/**
 * The entries of some names, or all. A key of a rotation has a name, too, such as `tokens.next`; where all of the rotation is
 * named, it is not chosen a second time.
 *
 * @throws as `entriesOf`
 */
export function keysOf(configuration: Configuration, names: readonly string[] = []): readonly ChosenKey[] {
  if (names.length === 0) return entriesOf(configuration).map((entry) => ({ entry, isRetired: false }))
  const all = configuration.entries.map((entry) => [{ entry, isRetired: false }, ...keysWithin(entry)])
  entriesOf({ entries: all.flat().map(({ entry }) => entry) }, names)
  return all.flatMap((keys) => {
    const named = keys.filter(({ entry }) => names.includes(entry.name))
    return named[0] === keys[0] ? named.slice(0, 1) : named
  })
}

/** @throws as `entriesOf` */
export function keyOf(configuration: Configuration, name: string): SignerEntry {
  const [key] = keysOf(configuration, [name])
  if (!key) throw new TypeError('Names that were checked have entries.')
  return key.entry
}

function keysWithin({ rotation }: SignerEntry): readonly ChosenKey[] {
  if (!rotation) return []
  const { active, next, retired } = rotation
  return [
    ...[active, ...(next ? [next] : [])].map((entry) => ({ entry, isRetired: false })),
    ...retired.map((entry) => ({ entry, isRetired: true })),
  ]
}
