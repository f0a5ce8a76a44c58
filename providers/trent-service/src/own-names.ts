import { type AlgorithmName, parseAlgorithm, SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { misconfigured } from './failure.js'
import type { OwnNames } from './protocol/index.js'

/**
 * The names that a server has of its own, by algorithm.
 *
 * @throws SigningError `Configuration` for an algorithm that is unknown, ambiguous or named twice, and for a name that
 *   cannot be one
 */
export function readOwnNames(given: Readonly<Record<string, string>> = {}): OwnNames {
  const names = new Map<AlgorithmName, string>()
  for (const [key, wireName] of Object.entries(given)) {
    const { name } = algorithmOf(key)
    if (names.has(name))
      throw misconfigured(`algorithmNames has two names for ${name}: leave one of them out.`)
    if (typeof wireName !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(wireName))
      throw misconfigured(
        `algorithmNames must say what the server calls ${name}, in 1 to 128 visible characters of ASCII.`,
      )
    names.set(name, wireName)
  }
  return names
}

function algorithmOf(key: string) {
  try {
    return parseAlgorithm(key)
  } catch (error) {
    const why = SigningError.is(error) ? error.message : `${printable(key)} is no algorithm.`
    throw misconfigured(`A key of algorithmNames is not valid. ${why}`)
  }
}
