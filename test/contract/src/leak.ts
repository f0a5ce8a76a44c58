import assert from 'node:assert/strict'
import { inspect } from 'node:util'

/** Everything, each list in one line. */
const SHOW_ALL = {
  depth: 20,
  showHidden: true,
  maxStringLength: null,
  maxArrayLength: null,
  compact: true,
  breakLength: Number.POSITIVE_INFINITY,
}

/** Shorter texts would be found by chance. */
const MIN_LENGTH = 8

/**
 * Asserts that an error shows nothing that it must not, wherever somebody may look: its text, its properties as JSON,
 * its causes, what `console.log` prints, what a debugger shows.
 */
export function assertNothingLeaks(error: unknown, secrets: readonly (string | Uint8Array)[]): void {
  const views = [String(error), json(error), inspect(error, SHOW_ALL)]
  const forms = secrets.flatMap(formsOf).filter((form) => form.length >= MIN_LENGTH)
  for (const form of forms)
    assert.ok(
      !views.some((view) => view.includes(form)),
      'an error shows a secret, or bytes that were to be signed',
    )
}

function formsOf(secret: string | Uint8Array): string[] {
  const bytes = Buffer.from(secret)
  const encodings = ['utf8', 'base64', 'base64url', 'hex'] as const
  // Padding and the last character depend on what follows.
  const encoded = encodings.map((encoding) => bytes.toString(encoding).replace(/=+$/, ''))
  // As JSON, a debugger and console.log write down bytes.
  return [...encoded, bytes.join(','), bytes.join(', '), bytes.toString('hex').replace(/..(?=.)/g, '$& ')]
}

/** JSON of an error has its own properties alone: text and causes are added. */
function json(error: unknown): string {
  const seen = new Set<unknown>()
  const text = JSON.stringify(error, (_, value) => {
    if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value
    if (seen.has(value)) return undefined
    seen.add(value)
    return value instanceof Error
      ? { ...value, message: value.message, stack: value.stack, cause: value.cause }
      : value
  })
  return text ?? ''
}
