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

/** @throws SigningError `Configuration` for a name that there is not, with the nearest one */
export function entryOf(configuration: Configuration, name: string): SignerEntry {
  const [entry] = entriesOf(configuration, [name])
  if (!entry) throw new TypeError('Names that were checked have entries.')
  return entry
}
