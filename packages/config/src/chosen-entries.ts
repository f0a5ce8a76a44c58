import { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { type Configuration, type EntryDetails, findDetails } from './entry.js'
import { sentence } from './mistakes.js'
import { instead } from './nearest.js'

/**
 * What belongs to the entries of some names, or of all, each once.
 *
 * @throws TypeError for a configuration that `readConfiguration` has not made
 * @throws SigningError `Configuration` for a name that there is not
 */
export function chooseEntries(
  configuration: Configuration,
  only?: readonly string[],
): readonly EntryDetails[] {
  assertNames(configuration, only)
  return configuration.entries
    .filter(({ name }) => !only || only.includes(name))
    .map((entry) => {
      const details = findDetails(entry)
      if (!details) throw new TypeError('The configuration must be one that readConfiguration gave.')
      return details
    })
}

/**
 * Checks names before anything is done with the entries that they stand for.
 *
 * @throws SigningError `Configuration` for a name that there is not, with the nearest one
 */
export function assertNames({ entries }: Configuration, only: readonly string[] = []): void {
  const names = entries.map(({ name }) => name)
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) throw unknownName(unknown, names)
}

/** The error for a name that there is not. */
export function unknownName(name: string, names: readonly string[]): SigningError {
  const message = `There is no signer ${printable(String(name), 100)}${instead(String(name), names)}`
  return new SigningError('Configuration', sentence(message))
}
