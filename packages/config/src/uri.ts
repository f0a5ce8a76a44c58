import { SigningError } from '@signport/core'
import { oneOf, printable, typeName } from '@signport/core/kit'
import type { SignerConfig } from './signer-config.js'

/** How the text of a parameter becomes the value that the same option has in a configuration file. */
type Reading = (text: string, name: string) => unknown

const text: Reading = (value) => value

const flag: Reading = (value, name) => {
  if (value === 'true' || value === 'false') return value === 'true'
  throw refused(`${name} must be true or false, not '${printable(value)}'`)
}

const generate: Reading = (value, name) => (value === 'always' ? value : flag(value, name))

/** The parameters of each scheme; every other one is a mistake. */
const SCHEMES = new Map<string, { provider: string; parameters: ReadonlyMap<string, Reading> }>([
  [
    'local',
    {
      provider: 'local',
      parameters: new Map([
        ['algorithm', text],
        ['generate', generate],
        ['allowGroupRead', flag],
        ['passphraseEnv', text],
        ['passphraseFile', text],
      ]),
    },
  ],
])

/** Parameters that people try, and that would put a secret where shells, process lists and logs see it. */
const SECRET = /^(pass(phrase|word)?|pwd|secret|token|key|credentials?|accesskey.*)$/i

/**
 * Reads a signer from one string: `local:PATH?algorithm=ES256&generate=true`.
 *
 * The path and the parameters are percent-decoded, and the first `?` ends the path: `%3F` is one that belongs to it.
 * Read strictly: parameters that are unknown, doubled, empty or hold a secret are refused.
 *
 * @throws TypeError when `uri` is not a string
 * @throws SigningError `Configuration`, with what was expected
 */
export function parseUri(uri: string): SignerConfig {
  if (typeof uri !== 'string') throw new TypeError(`A URI must be a string, not ${typeName(uri)}.`)
  const [scheme, rest = ''] = splitAt(uri, ':')
  const known = SCHEMES.get(scheme.toLowerCase())
  if (!known) throw unknownScheme(uri, scheme)
  const [path, query] = splitQuery(rest)
  return { provider: known.provider, key: readPath(path), ...readQuery(query, known.parameters) }
}

function splitQuery(rest: string): [path: string, query: string | undefined] {
  const fragment = rest.indexOf('#')
  if (fragment >= 0) throw refused(`it has a '#', which ends a URI; write %23 if it belongs to a name`)
  return splitAt(rest, '?')
}

/** What stands before and after the first separator; the second is undefined when there is none. */
function splitAt(value: string, separator: string): [before: string, after: string | undefined] {
  const at = value.indexOf(separator)
  return at < 0 ? [value, undefined] : [value.slice(0, at), value.slice(at + 1)]
}

function readPath(path: string): string {
  if (path.startsWith('//'))
    throw refused('a local key has no host; write local:/absolute/path or local:relative/path')
  const key = decode(path, 'the path')
  if (key === '') throw refused('the path of the key file is missing')
  if (key.includes('\0')) throw refused('the path has a NUL character')
  return key
}

function readQuery(
  query: string | undefined,
  parameters: ReadonlyMap<string, Reading>,
): Record<string, unknown> {
  const options = new Map<string, unknown>()
  for (const pair of query === undefined ? [] : query.split('&')) {
    const [name, value] = splitAt(pair, '=')
    const reading = parameters.get(name)
    if (!reading) throw unknownParameter(name, parameters)
    if (options.has(name)) throw refused(`${name} stands in it twice`)
    if (!value) throw refused(`${name} has no value`)
    options.set(name, reading(decode(value, name), name))
  }
  return Object.fromEntries(options)
}

function decode(value: string, what: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    throw refused(
      `${what} has a '%' that is not followed by two hexadecimal digits of UTF-8; write %25 for the character itself`,
    )
  }
}

function unknownScheme(uri: string, scheme: string): SigningError {
  const known = oneOf([...SCHEMES.keys()].map((name) => `${name}:`))
  return refused(
    scheme === uri
      ? `it begins with no scheme; use ${known}`
      : `its scheme ${printable(scheme, 20)}: is unknown; use ${known}`,
  )
}

function unknownParameter(name: string, parameters: ReadonlyMap<string, Reading>): SigningError {
  if (SECRET.test(name))
    return refused(
      `'${printable(name)}' would put a secret into a URI; use passphraseEnv=VARIABLE or passphraseFile=PATH`,
    )
  const what = name === '' ? 'a parameter is empty' : `it has no parameter '${printable(name, 20)}'`
  return refused(`${what}; there are ${[...parameters.keys()].join(', ')}`)
}

/** The URI itself is not shown: somebody may have put a secret into it. */
function refused(why: string): SigningError {
  return new SigningError('Configuration', `The URI is not valid: ${why}.`)
}
