import { SigningError, type SigningErrorCode } from '../../src/index.js'

/** The `SigningError` that a piece of work ends with; a test that gets none, or another kind, fails. */
export async function failure(work: () => unknown, code?: SigningErrorCode): Promise<SigningError> {
  const error = await outcome(work)
  if (!(error instanceof SigningError)) throw new Error('Expected a SigningError', { cause: error })
  if (code && error.code !== code) throw new Error(`Expected ${code}, not ${error.code}`, { cause: error })
  return error
}

async function outcome(work: () => unknown): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  return new Error('there was no failure')
}
