import { SigningError, type SigningErrorCode } from '@signport/core'

/** The error that work fails with; one of another kind fails the test. */
export async function failure(
  work: Promise<unknown> | (() => unknown),
  code: SigningErrorCode = 'Configuration',
): Promise<SigningError> {
  const outcome = await (typeof work === 'function' ? (async () => work())() : work).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!SigningError.is(outcome, code)) throw new Error(`Expected ${code}.`, { cause: outcome })
  return outcome
}
