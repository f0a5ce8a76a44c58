import { oneOf, printable, urlOf } from '@signport/core/kit'
import type { Expansion } from './expansion.js'

/** Shorter texts stand in any message: they are looked for between quotes alone. */
const SHORTEST = 4

/** Texts of this length are part of no word by chance; and so much of a value, at its beginning, is not shown. */
const TELLING = 8

/** What separates the parts of URLs, paths, ARNs and queries. */
const SEPARATORS = /[/\\:@?&=#]/

/** Parts of addresses and keys that tell nothing, and that messages of our own have. */
const PUBLIC: ReadonlySet<string> = new Set(['http', 'https', 'alias', 'localhost'])

/** How addresses and keys begin everywhere. */
const PUBLIC_BEGINNING = /^(?:https?:\/\/|arn:\w*:\w*:|alias\/)/i

/** A text that a message may not show, and what it shows in its place. */
interface Hidden {
  readonly text: string
  readonly source: string
}

/**
 * A message about values that came from environment variables, with their source text in the place of values and of
 * parts of them. A message in which a value can still be recognised is replaced as a whole.
 */
export function withoutExpansions(message: string, expansions: readonly Expansion[]): string {
  // A part of a value is a part of its variable first, and then of the text that this stands in.
  const all = [...expansions].sort((a, b) => a.value.length - b.value.length).flatMap(hiddenOf)
  const sources = new Map<string, string>()
  for (const { text, source } of all)
    for (const form of formsIn(message, text)) if (!sources.has(form)) sources.set(form, source)
  const pattern = patternOf([...sources.keys()])
  const rest = message.replace(pattern, '\0').toLowerCase()
  const variables = oneOf(variablesOf(expansions))
  if (all.some(({ text }) => isTold(rest, text))) return `is not valid with the value of ${variables}`
  return message.replace(pattern, (found) =>
    printable(sources.get(found) ?? sources.get(found.toLowerCase()) ?? variables),
  )
}

/** Whether a message repeats a value, as it is or in one of the forms in which texts are quoted. */
export const repeats = (message: string, value: string) => patternOf(formsIn(message, value)).test(message)

const variablesOf = (expansions: readonly Expansion[]) => [
  ...new Set(expansions.map(({ source }) => source).filter((source) => /^\$\{\w+\}$/.test(source))),
]

/** The value and its parts, without those that stand in the configuration itself. */
function hiddenOf({ source, value }: Expansion): Hidden[] {
  const parts = [...value.split(SEPARATORS), ...addressParts(value)]
  const telling = parts.filter((part) => part.length >= SHORTEST && !source.includes(part))
  return [...new Set([value, ...telling])]
    .filter((text) => !PUBLIC.has(text.toLowerCase()))
    .map((text) => ({ text, source }))
}

/** What a URL makes of a value: hosts in lower case and in ASCII, ports that are left out, paths with escapes. */
function addressParts(value: string): string[] {
  if (value.length < SHORTEST) return []
  return [value, `https://${value}`].flatMap((text) => {
    const url = urlOf(text)
    return url ? [url.host, url.hostname, ...url.href.split(SEPARATORS)] : []
  })
}

/** How messages show a text, of what occurs in this one: whole, between quotes of JSON, or cut at a usual length. */
function formsIn(message: string, text: string): string[] {
  const cut = [Number.MAX_SAFE_INTEGER, 200, 60, 40, 20].map((length) => printable(text, length))
  const forms = [text, JSON.stringify(text).slice(1, -1), ...cut]
  const within = message.toLowerCase()
  return [...new Set([...forms, ...forms.map((form) => form.toLowerCase())])].filter(
    (form) => form !== '' && within.includes(form.toLowerCase()),
  )
}

/** Matches the longest of the forms first, in whatever case; nothing where there are none. */
function patternOf(forms: readonly string[]): RegExp {
  if (forms.length === 0) return /(?!)/
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  return new RegExp(longestFirst.map(standing).join('|'), 'giu')
}

/** How a form must stand in a message to be more than a part of some word. */
function standing(form: string): string {
  const literal = form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  if (form.length >= TELLING) return literal
  if (form.length < SHORTEST) return `(?<=['"\`])${literal}(?=['"\`])`
  return `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`
}

/** A beginning of nothing but letters may be a word of the message. */
function isTold(rest: string, text: string): boolean {
  const beginning = text.replace(PUBLIC_BEGINNING, '').slice(0, TELLING)
  if (beginning.length < TELLING || /^\p{L}*$/u.test(beginning)) return false
  return rest.includes(printable(beginning).toLowerCase())
}
