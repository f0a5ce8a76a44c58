import { inspect } from 'node:util'
import { SigningError } from '@signport/core'
import type { EntryDetails } from './entry.js'
import { errorDetails } from './error-details.js'
import type { Expansion } from './expansion.js'
import { withoutExpansions } from './redaction.js'

/** Work for an entry, the errors of which say whose they are. */
export async function labelled<Result>(details: EntryDetails, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw labelledError(error, details)
  }
}

/** Of several signers it must be said which one it is; and no text shows what a variable stands for. */
function labelledError(error: unknown, { label, expansions }: EntryDetails): unknown {
  if (!SigningError.is(error)) return error
  const text = withoutExpansions(error.message, expansions)
  const keyId = error.keyId === undefined ? undefined : withoutExpansions(error.keyId, expansions)
  const changed = text !== error.message || keyId !== error.keyId
  // What is below often says again what this one hides.
  const cause = shows(error.cause, expansions) ? undefined : error.cause
  if (label === '' && !changed && cause === error.cause) return error
  const details = { ...errorDetails(error), ...(keyId !== undefined && { keyId }), cause }
  return new SigningError(error.code, label === '' ? text : `${label}: ${text}`, details)
}

/** Whether what is printed of an error, causes included, has the value of a variable; where code stands tells nothing. */
function shows(error: unknown, expansions: readonly Expansion[]): boolean {
  if (error === undefined || expansions.length === 0) return false
  const printed = inspect(error, { depth: 8, maxStringLength: null }).replace(/^ +at .*:\d+:\d+\)?$/gm, '')
  return withoutExpansions(printed, expansions) !== printed
}
