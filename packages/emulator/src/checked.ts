import * as v from 'valibot'

/**
 * Checks something that came from outside.
 *
 * @param what what it is, for the message
 * @throws TypeError that says of the first faults where they are and what was expected; never what is there, which may be secret
 */
export function checked<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
  what: string,
): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, input)
  if (success) return output
  const more = issues.length > MAX_TOLD ? [`and ${issues.length - MAX_TOLD} more`] : []
  throw new TypeError(
    `${what} cannot be used: ${[...issues.slice(0, MAX_TOLD).map(describe), ...more].join('; ')}.`,
  )
}

/** Who wants to know more mends these first. */
const MAX_TOLD = 5

function describe(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).reduce((text, { key }) => text + step(key), '').replace(/^\./, '')
  const place = path === '' ? '' : `${path}: `
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${place}there is no such member`
  if (issue.type === 'strict_object' && issue.input === undefined) return `${place}it is missing`
  // Messages of the library's own quote what is there.
  if (!issue.message.startsWith('Invalid ')) return `${place}${issue.message}`
  return `${place}expected ${issue.expected ?? issue.type}`
}

/** Longer names than any that there is are cut. */
const MAX_NAME_LENGTH = 40

/** A name may be anything, also what a terminal or a log would be misled by. */
function step(key: unknown): string {
  if (typeof key === 'number') return `[${key}]`
  const name = String(key)
  const shown = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name
  return `.${shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped)}`
}

const escaped = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`
