import { SigningError } from '@signport/core'
import { oneOf, printable, readConnectionFailure } from '@signport/core/kit'
import { invalidAnswer, misconfigured, PROVIDER } from './failure.js'

/** The error for a connection that failed before there was an answer. Only its code is told, and for whom. */
export function connectionFailure(code: string | undefined, { host }: URL): SigningError {
  const { kind, what } = readConnectionFailure(code)
  const server = printable(host)
  if (kind === 'untrusted')
    return misconfigured(
      `The server ${server} cannot be trusted, or speaks no TLS: ${what}. Check ${oneOf(['endpoint', 'ca'])}.`,
    )
  if (kind === 'unreadable') return invalidAnswer(`The answer of ${server} is no HTTP: ${what}.`)
  return new SigningError('Unavailable', `There is no answer from ${server}: ${what}.`, {
    provider: PROVIDER,
  })
}
