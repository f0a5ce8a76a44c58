import { inspect } from 'node:util'
import { SigningError, type SigningErrorCode } from '@signport/core'

/** The `SigningError` that a piece of work ends with; a test that gets none, or another kind, fails. */
export async function failure(work: () => unknown, code?: SigningErrorCode): Promise<SigningError> {
  const error = await outcome(work)
  if (!SigningError.is(error)) throw new Error(`Expected a SigningError, not ${inspect(error)}`)
  if (code && error.code !== code) throw new Error(`Expected ${code}, not ${error.code}: ${error.message}`)
  return error
}

async function outcome(work: () => unknown): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  return 'no failure'
}

/** Everything that a log, a terminal or a debugger would show of a value. */
export function everythingOf(value: unknown): string {
  const all = { depth: 20, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null }
  const { message = '', stack = '' } = Object(value) as Error
  return [message, stack, String(value), JSON.stringify(value), inspect(value, all)].join('\n')
}
