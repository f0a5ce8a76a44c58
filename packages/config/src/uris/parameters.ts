import { oneOf, printable } from '@signport/core/kit'
import { refused } from './refused.js'
import { decode, splitAt } from './uri-text.js'

/** How the text of a parameter becomes the value that the same option has in a configuration file. */
export type Reading = (text: string, name: string) => unknown

/** What may stand after the `?`; every other name is a mistake. */
export type Parameters = ReadonlyMap<string, Reading>

/** A parameter whose text is its value. */
export const text: Reading = (value) => value

/** A parameter with a few possible values. */
export function choice(...values: readonly string[]): Reading {
  return (value, name) => {
    if (values.includes(value)) return value
    throw refused(`${name} must be ${oneOf(values)}, not '${printable(value, 20)}'`)
  }
}

const yesOrNo = choice('true', 'false')

/** A parameter that is true or false. */
export const flag: Reading = (value, name) => yesOrNo(value, name) === 'true'

/** A parameter that names an environment variable. What came is not shown: it may be what the variable should hold. */
export const variable: Reading = (value, name) => {
  if (/^[a-z_]\w*$/i.test(value)) return value
  throw refused(`${name} must be the name of an environment variable, and not what it holds`)
}

/** The parameters of every scheme. */
const COMMON: readonly [string, Reading][] = [
  ['algorithm', text],
  ['encoding', choice('der', 'ieee-p1363')],
  ['thumbprint', text],
]

/** A scheme's own parameters and those of all. */
export const parametersOf = (own: Readonly<Record<string, Reading>>): Parameters =>
  new Map([...COMMON, ...Object.entries(own)])

/**
 * Names that people try, and that would put a secret where shells, process lists and logs see it. Where to find a
 * secret, by its file or its variable, is none.
 */
const SECRET =
  /^(?:key|pass|pin)$|(?:password|passphrase|passwd|pwd|secret|token|credential|access_?-?key|private_?-?key|api_?-?key)(?!.*(?:env|file|path|name)$)/i

/**
 * Reads what stands after the `?`.
 *
 * @param secrets where this scheme's secrets belong, for the error: it goes on after a semicolon
 * @throws SigningError `Configuration` for parameters that are unknown, doubled, empty or would hold a secret
 */
export function readParameters(
  query: string | undefined,
  parameters: Parameters,
  secrets: string,
): Record<string, unknown> {
  return readPairs(query, secrets, (name, shown) => {
    const reading = parameters.get(name)
    if (reading) return reading
    throw refused(`it has no parameter ${quoted(shown)}; there are ${[...parameters.keys()].join(', ')}`)
  })
}

/**
 * Reads parameters by whatever name, as text: what they must be is for the provider's schema to say.
 *
 * @throws SigningError `Configuration` for those that are doubled, empty, would hold a secret, or are no name
 */
export function readAnyParameters(query: string | undefined, secrets: string): Record<string, unknown> {
  return readPairs(query, secrets, (name, shown) => {
    if (name === 'provider') throw refused('the provider follows from the scheme; leave the parameter out')
    if (shown !== undefined && /^[a-z]/i.test(name)) return COMMON_READINGS.get(name) ?? text
    throw refused(
      'a parameter must have a value, and a name of at most 40 letters, digits, hyphens, dots and low lines, which begins with a letter',
    )
  })
}

const COMMON_READINGS: Parameters = new Map(COMMON)

function readPairs(
  query: string | undefined,
  secrets: string,
  readingOf: (name: string, shown: string | undefined) => Reading,
): Record<string, unknown> {
  const options = new Map<string, unknown>()
  for (const pair of query === undefined ? [] : query.split('&')) {
    const [name, value] = splitAt(pair, '=')
    const shown = shownName(name, value)
    assertName(name, shown, secrets)
    const reading = readingOf(name, shown)
    if (options.has(name)) throw refused(`${name} stands in it twice`)
    if (!value) throw refused(`${name} has no value`)
    options.set(name, reading(decode(value, name), name))
  }
  return Object.fromEntries(options)
}

/** Only what was meant as a name is shown: the rest may be a piece of a value in which a `&` was not encoded. */
const shownName = (name: string, value: string | undefined) =>
  value !== undefined && /^\w[\w.-]{0,39}$/.test(name) ? name : undefined

const quoted = (shown: string | undefined) => (shown === undefined ? 'of that name' : `'${shown}'`)

function assertName(name: string, shown: string | undefined, secrets: string): void {
  if (name === '') throw refused(`a parameter has no name: look for a '?' or '&' too many`)
  if (name === 'allowInsecureHttp')
    throw refused(
      'allowInsecureHttp belongs into a configuration file: whoever hands over a URI must not be able to switch encryption off with it',
    )
  if (SECRET.test(name))
    throw refused(`a parameter ${quoted(shown)} would put a secret where shells and logs see it; ${secrets}`)
}
