import { SigningError, type SigningErrorCode } from '@signport/core'

/** The error that a piece of work ends with: `TypeError: …` or `CODE: …`. A test that gets none fails. */
export async function failureText(work: () => unknown): Promise<string> {
  const error = await outcome(work)
  if (SigningError.is(error)) return `${error.code}: ${error.message}`
  // By name: those of node:crypto are of another realm than the test.
  if ((error as Error).name === 'TypeError') return `TypeError: ${(error as Error).message}`
  throw new Error('Expected a SigningError or a TypeError', { cause: error })
}

/** The `SigningError` that a piece of work ends with. */
export async function failure(work: () => unknown, code: SigningErrorCode): Promise<SigningError> {
  const error = await outcome(work)
  if (SigningError.is(error, code)) return error
  throw new Error(`Expected ${code}`, { cause: error })
}

async function outcome(work: () => unknown): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  return new Error('there was no failure')
}
