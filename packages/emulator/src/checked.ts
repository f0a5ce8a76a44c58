import * as v from 'valibot'

/**
 * Checks something that came from outside.
 *
 * @param what what it is, for the message
 * @throws TypeError that says for each fault where it is and what was expected; never what is there, which may be secret
 */
export function checked<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
  what: string,
): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, input)
  if (success) return output
  throw new TypeError(`${what} cannot be used: ${issues.map(describe).join('; ')}.`)
}

function describe(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).reduce((text, { key }) => text + step(key), '').replace(/^\./, '')
  const place = path === '' ? '' : `${path}: `
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${place}there is no such member`
  if (issue.type === 'strict_object' && issue.input === undefined) return `${place}it is missing`
  // Messages of the library's own quote what is there.
  if (!issue.message.startsWith('Invalid ')) return `${place}${issue.message}`
  return `${place}expected ${issue.expected ?? issue.type}`
}

function step(key: unknown): string {
  return typeof key === 'number' ? `[${key}]` : `.${String(key)}`
}
